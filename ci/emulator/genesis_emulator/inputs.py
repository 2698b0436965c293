"""Parsers of a call's input. They raise what AWS answers to a parameter that is missing or of another type."""

import time
from collections.abc import Sequence
from typing import Any, TypeVar

from .errors import ApiError

Input = dict[str, Any]
Item = TypeVar("Item")


def refuse(name: str, kind: str) -> ApiError:
    return ApiError("ValidationException", f"Value at '{name}' failed to satisfy constraint: Member must be {kind}")


def read_string(given: Input, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or value == "":
        raise refuse(name, "a string that is not empty")
    return value


def read_object(given: Input, name: str) -> Input:
    value = given.get(name)
    if not isinstance(value, dict):
        raise refuse(name, "an object")
    return value


def read_list(given: Input, name: str, kind: type) -> list[Any]:
    """A list of strings (`str`) or objects (`dict`); empty where it is missing."""
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, kind) for each in value):
        raise refuse(name, "a list of strings" if kind is str else "a list of objects")
    return value


def read_tags(given: Input, name: str) -> dict[str, str]:
    """Tags, spelled with capitals by every service here."""
    return {read_string(tag, "Key"): tag.get("Value") or "" for tag in read_list(given, name, dict)}


def list_tags(tags: dict[str, str]) -> list[Input]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def paginate(items: Sequence[Item], token: Any, size: Any) -> tuple[Sequence[Item], str | None]:
    """One page of a list and the token of the next. Tokens are positions."""
    start = int(token) if isinstance(token, str) and token.isdecimal() else 0
    end = start + (int(size) if size and int(size) > 0 else 100)
    return items[start:end], str(end) if end < len(items) else None


def now() -> int:
    """Seconds since 1970, as AWS's JSON writes a time."""
    return int(time.time())
