"""What goes wrong, and when."""

import math
import threading
from dataclasses import dataclass
from typing import Any

from .call import Call
from .errors import ApiError

# Documented in client.ts, whose type Fault has the same fields.
FIELDS: dict[str, type] = {
    "service": str,
    "operation": str,
    "write": bool,
    "resource": str,
    "code": str,
    "message": str,
    "status": int,
    "reset": bool,
    "delay": int,
    "times": int,
    "after": int,
}
KINDS = {str: "string", int: "number", bool: "boolean"}


@dataclass
class Rule:
    fault: dict[str, Any]
    # How many writes must have passed.
    start: int
    left: float


class Faults:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        # Ends the delays that are under way.
        self.cleared = threading.Event()

    def set(self, value: Any, writes: int) -> None:
        """`writes`: how many have passed so far."""
        fault = parse_fault(value)
        self.rules.append(Rule(fault, writes + fault.get("after", 0), fault.get("times", math.inf)))

    def clear(self) -> None:
        self.rules.clear()
        self.cleared.set()
        self.cleared = threading.Event()

    def take(self, call: Call, writes: int) -> dict[str, Any]:
        """The first fault that strikes a call, spent by one; empty where none does."""
        for rule in self.rules:
            if rule.left > 0 and writes >= rule.start and matches(rule.fault, call):
                rule.left -= 1
                return rule.fault
        return {}


def parse_fault(value: Any) -> dict[str, Any]:
    """Raises a ValueError that names the field: a rule that never strikes would let a test pass for nothing."""
    if not isinstance(value, dict):
        raise ValueError("a fault is a JSON object")
    for name, each in value.items():
        if name not in FIELDS:
            raise ValueError(f"a fault has no field {name}; known are {','.join(FIELDS)}")
        # JSON's true is no number, though Python's is.
        if type(each) is not FIELDS[name] or (FIELDS[name] is int and each < 0):
            raise ValueError(f"field {name} of a fault is a {KINDS[FIELDS[name]]}")
    if not value.keys() & {"code", "reset", "delay"}:
        raise ValueError("a fault has a code, a reset or a delay")
    return value


def matches(fault: dict[str, Any], call: Call) -> bool:
    return (
        fault.get("service", call.service) == call.service
        and fault.get("operation", call.operation) == call.operation
        and fault.get("write", call.write) == call.write
        and (call.resource or "").endswith(fault.get("resource", ""))
    )


def strikes(fault: dict[str, Any]) -> bool:
    """Whether it answers in place of AWS; a mere delay does not."""
    return "code" in fault or fault.get("reset", False)


def to_error(fault: dict[str, Any], call: Call) -> ApiError:
    """The error of a fault with a code. ExpiredToken is spelled as each protocol spells it."""
    code = fault["code"]
    message = f"{code}, set as a fault"
    if code == "ExpiredToken":
        message = "The security token included in the request is expired"
        if call.protocol not in ("query", "rest-xml"):
            code = "ExpiredTokenException"
    return ApiError(code, fault.get("message", message), fault.get("status"))
