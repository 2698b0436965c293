"""The operations that moto lacks or that it answers otherwise than AWS."""

from collections.abc import Callable
from typing import Any

from .call import Call

# Returns the JSON of the answer, or a whole response. Raises ApiError, or moto's own errors.
Operation = Callable[[Call], Any]

OPERATIONS: dict[tuple[str, str], Operation] = {}


def serves(service: str) -> Callable[[Operation], Operation]:
    """Registers a function for the operation of its name: `create_user` answers CreateUser."""

    def register(function: Operation) -> Operation:
        OPERATIONS[service, "".join(part.capitalize() for part in function.__name__.split("_"))] = function
        return function

    return register
