"""How often each operation was called, and for S3 each object."""

from typing import Any

from .call import Call


class Counts:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str, str | None], dict[str, Any]] = {}
        # Writes that reached the services since the start, faulted ones left out; clear() leaves it.
        self.writes = 0

    def add(self, call: Call, faulted: bool) -> None:
        entry = self.entries.setdefault(
            (call.service, call.operation, call.resource),
            {
                "service": call.service,
                "operation": call.operation,
                "write": call.write,
                **({} if call.resource is None else {"resource": call.resource}),
                "accounts": [],
                "count": 0,
                "faulted": 0,
            },
        )
        if call.account not in entry["accounts"]:
            entry["accounts"].append(call.account)
        entry["count"] += 1
        if faulted:
            entry["faulted"] += 1
        elif call.write:
            self.writes += 1

    def clear(self) -> None:
        self.entries.clear()
