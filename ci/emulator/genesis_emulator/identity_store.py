"""
The identity store: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html. What moto lacks: updates, attributes
that no two may share, and that a membership goes with its user or group.
"""

from collections.abc import Callable
from typing import Any

from moto.identitystore.exceptions import ConflictException, ResourceNotFoundException, ValidationException
from moto.identitystore.models import IdentityStoreBackend, IdentityStoreData, Name, User, identitystore_backends
from werkzeug.wrappers import Response

from .call import Call
from .forward import forward
from .inputs import Input, read_list, read_object, read_string
from .operations import OPERATIONS, serves


def open_store(call: Call, name: str | None = None) -> IdentityStoreData:
    name = name or read_string(call.input, "IdentityStoreId")
    return open_backend(call.account, call.region).identity_stores.setdefault(name, IdentityStoreData())


def open_backend(account: str, region: str) -> IdentityStoreBackend:
    return identitystore_backends[account][region]


def list_principals(store: IdentityStoreData, user: str) -> set[str]:
    """Ids of a user and of the groups that the user is in."""
    memberships = store.group_memberships.values()
    return {user, *(each["GroupId"] for each in memberships if each["MemberId"]["UserId"] == user)}


def list_unique(entity: Input) -> set[tuple[str, str]]:
    """What no other user or group may have, in any case of letters."""
    emails = [("emails.value", email.get("Value")) for email in entity.get("Emails") or []]
    own = ("userName", entity["UserName"]) if "UserName" in entity else ("displayName", entity["DisplayName"])
    return {(path, value.lower()) for path, value in [own, *emails] if value}


def check_unique(entity: Input, others: dict[str, Any]) -> None:
    for name, other in others.items():
        shared = list_unique(entity) & list_unique(other._asdict())
        if shared and name not in (entity.get("UserId"), entity.get("GroupId")):
            raise ConflictException(message=f"Duplicate {shared.pop()[0]}", reason="UNIQUENESS_CONSTRAINT_VIOLATION")


@serves("identitystore")
def get_user_id(call: Call) -> Input:
    """moto fails where a user has no address."""
    attribute = read_object(read_object(call.input, "AlternateIdentifier"), "UniqueAttribute")
    path, value = read_string(attribute, "AttributePath"), read_string(attribute, "AttributeValue")
    if path.lower() not in ("username", "emails.value"):
        raise ValidationException(message=f"The attribute {path} is not a unique attribute")
    user = find_user(open_store(call), "userName" if path.lower() == "username" else "emails.value", value)
    return {"UserId": user.UserId, "IdentityStoreId": user.IdentityStoreId}


def find_user(store: IdentityStoreData, path: str, value: str) -> User:
    for user in store.users.values():
        if (path, value.lower()) in list_unique(user._asdict()):
            return user
    raise ResourceNotFoundException(message="USER not found.", resource_type="USER")


@serves("identitystore")
def create_user(call: Call) -> Response:
    read_string(call.input, "UserName")
    check_unique(call.input, open_store(call).users)
    return forward(call)


@serves("identitystore")
def create_group(call: Call) -> Response:
    read_string(call.input, "DisplayName")
    check_unique(call.input, open_store(call).groups)
    return forward(call)


def update(call: Call, entities: dict[str, Any], name: str) -> None:
    """
    Each operation has a path such as `displayName`, `name.givenName` or `emails`, and a value; without a value the attribute goes:
    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
    """
    entity = entities[name]
    for operation in read_list(call.input, "Operations", dict):
        path = read_string(operation, "AttributePath")
        first, *rest = (capitalize(part) for part in path.split("."))
        value = capitalize_keys(operation.get("AttributeValue"))
        try:
            if rest:
                (last,) = rest
                value = (getattr(entity, first) or Name(*[None] * len(Name._fields)))._replace(**{last: value})
            elif first == "Name":
                value = Name.from_dict(value)
            entity = entity._replace(**{first: value})
        except (AttributeError, ValueError):
            raise ValidationException(message=f"The attribute {path} cannot be updated") from None
    check_unique(entity._asdict(), entities)
    entities[name] = entity


@serves("identitystore")
def update_user(call: Call) -> None:
    name = read_string(call.input, "UserId")
    open_backend(call.account, call.region).describe_user(read_string(call.input, "IdentityStoreId"), name)
    update(call, open_store(call).users, name)


@serves("identitystore")
def update_group(call: Call) -> None:
    name = read_string(call.input, "GroupId")
    open_backend(call.account, call.region).describe_group(read_string(call.input, "IdentityStoreId"), name)
    update(call, open_store(call).groups, name)


def capitalize(name: str) -> str:
    """`displayName` is DisplayName in what the API returns."""
    return name[:1].upper() + name[1:]


def capitalize_keys(value: Any) -> Any:
    """Values are documents, whose keys start small; what is returned has structures, whose names start with a capital."""
    if isinstance(value, list):
        return [capitalize_keys(each) for each in value]
    if isinstance(value, dict):
        return {capitalize(name): capitalize_keys(each) for name, each in value.items()}
    return value


def delete_with(read: Callable[[Input], str]) -> Callable[[Call], Response]:
    """Deletes a user or group with its memberships; `read` tells whose a membership is."""

    def operate(call: Call) -> Response:
        memberships = open_store(call).group_memberships
        gone = call.input.get("UserId") or call.input.get("GroupId")
        for name in [name for name, membership in memberships.items() if read(membership) == gone]:
            del memberships[name]
        return forward(call)

    return operate


OPERATIONS["identitystore", "DeleteUser"] = delete_with(lambda membership: membership["MemberId"]["UserId"])
OPERATIONS["identitystore", "DeleteGroup"] = delete_with(lambda membership: membership["GroupId"])


@serves("identitystore")
def create_group_membership(call: Call) -> Response:
    asked = read_string(call.input, "GroupId"), read_string(read_object(call.input, "MemberId"), "UserId")
    for membership in open_store(call).group_memberships.values():
        if asked == (membership["GroupId"], membership["MemberId"]["UserId"]):
            message = "Member and Group relationship already exists."
            raise ConflictException(message=message, reason="UNIQUENESS_CONSTRAINT_VIOLATION")
    return forward(call)
