"""
Users, groups and memberships: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html. moto has them too, but
what it stores cannot be updated.
"""

import copy
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .call import Call
from .errors import ApiError
from .inputs import Input, paginate, read_list, read_object, read_string
from .operations import OPERATIONS, serves


@dataclass(frozen=True)
class Kind:
    """A kind of entity, and which attributes no two of a store may share, as paths of UniqueAttribute."""

    name: str
    unique: tuple[str, ...]

    @property
    def id_field(self) -> str:
        return f"{self.name}Id"


USER = Kind("User", ("userName", "emails.value"))
GROUP = Kind("Group", ("displayName",))


@dataclass
class Store:
    id: str
    # By kind: attributes by id, spelled as the API returns them.
    entities: dict[Kind, dict[str, Input]] = field(default_factory=lambda: {USER: {}, GROUP: {}})
    memberships: dict[str, Input] = field(default_factory=dict)

    def find(self, kind: Kind, given: Input) -> Input:
        found = self.entities[kind].get(read_string(given, kind.id_field))
        if found is None:
            raise missing(kind.name, given[kind.id_field])
        return found

    def find_by_attribute(self, kind: Kind, path: str, value: str) -> Input:
        for entity in self.entities[kind].values():
            if value in list_values(entity, path):
                return entity
        raise missing(kind.name, value)

    def put(self, kind: Kind, entity: Input) -> None:
        """Refuses attributes that another entity has, in any case of letters."""
        for path in kind.unique:
            values = {value.lower() for value in list_values(entity, path)}
            for other in self.entities[kind].values():
                if other[kind.id_field] != entity[kind.id_field] and values & {v.lower() for v in list_values(other, path)}:
                    raise conflict(f"Duplicate {kind.name.upper()} {path}")
        self.entities[kind][entity[kind.id_field]] = entity

    def list_memberships(self, group: str | None = None, user: str | None = None) -> list[Input]:
        return [
            each
            for each in self.memberships.values()
            if group in (None, each["GroupId"]) and user in (None, each["MemberId"]["UserId"])
        ]


STORES: dict[str, Store] = {}


def open_store(call: Call) -> Store:
    name = read_string(call.input, "IdentityStoreId")
    return STORES.setdefault(name, Store(name))


def missing(kind: str, name: str) -> ApiError:
    message = f"{kind.upper()} not found."
    return ApiError("ResourceNotFoundException", message, ResourceType=kind.upper(), ResourceId=name)


def conflict(message: str) -> ApiError:
    return ApiError("ConflictException", message, Reason="UNIQUENESS_CONSTRAINT_VIOLATION")


def capitalize(name: str) -> str:
    """`displayName` is DisplayName in what the API returns."""
    return name[:1].upper() + name[1:]


def list_values(entity: Input, path: str) -> list[str]:
    """The values at a path such as `userName` or `emails.value`."""
    first, _, second = path.partition(".")
    value = entity.get(capitalize(first))
    parts = value if isinstance(value, list) else [value]
    if second:
        parts = [part.get(capitalize(second)) for part in parts if isinstance(part, dict)]
    return [part for part in parts if isinstance(part, str)]


def pick(entity: Input, *names: str) -> Input:
    return {name: entity[name] for name in (*names, "IdentityStoreId")}


def answer_page(call: Call, name: str, items: list[Input]) -> Input:
    page, token = paginate(items, call.input.get("NextToken"), call.input.get("MaxResults"))
    return {name: page, "NextToken": token}


@serves("identitystore")
def create_user(call: Call) -> Input:
    read_string(call.input, "UserName")
    read_string(call.input, "DisplayName")
    name = call.input.get("Name")
    if not isinstance(name, dict) or not name.get("GivenName") or not name.get("FamilyName"):
        raise ApiError("ValidationException", "The attributes name.givenName and name.familyName are required")
    return create(call, USER)


@serves("identitystore")
def create_group(call: Call) -> Input:
    read_string(call.input, "DisplayName")
    return create(call, GROUP)


def create(call: Call, kind: Kind) -> Input:
    entity = {**call.input, kind.id_field: str(uuid.uuid4())}
    open_store(call).put(kind, entity)
    return pick(entity, kind.id_field)


def describe(call: Call, kind: Kind) -> Input:
    return open_store(call).find(kind, call.input)


def update(call: Call, kind: Kind) -> None:
    """
    Each operation has a path such as `displayName`, `name.givenName` or `emails`, and a value; without a value the attribute goes:
    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
    """
    store = open_store(call)
    changed = copy.deepcopy(store.find(kind, call.input))
    for operation in read_list(call.input, "Operations", dict):
        *parents, last = (capitalize(name) for name in read_string(operation, "AttributePath").split("."))
        parent = changed
        for name in parents:
            parent = parent.setdefault(name, {})
            if not isinstance(parent, dict):
                raise ApiError("ValidationException", f"{name} holds no attributes")
        parent[last] = capitalize_keys(operation.get("AttributeValue"))
        if parent[last] is None:
            del parent[last]
    store.put(kind, changed)


def capitalize_keys(value: Any) -> Any:
    """Values are documents, whose keys start small; what is returned has structures, whose names start with a capital."""
    if isinstance(value, list):
        return [capitalize_keys(each) for each in value]
    if isinstance(value, dict):
        return {capitalize(name): capitalize_keys(each) for name, each in value.items()}
    return value


def delete(call: Call, kind: Kind) -> None:
    store = open_store(call)
    name = read_string(call.input, kind.id_field)
    store.entities[kind].pop(name, None)
    gone = store.list_memberships(user=name) if kind is USER else store.list_memberships(group=name)
    for membership in gone:
        del store.memberships[membership["MembershipId"]]


def list_all(call: Call, kind: Kind) -> Input:
    """https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Filter.html"""
    filters = read_list(call.input, "Filters", dict)
    found = [
        entity
        for entity in open_store(call).entities[kind].values()
        if all(str(each.get("AttributeValue")) in list_values(entity, read_string(each, "AttributePath")) for each in filters)
    ]
    return answer_page(call, f"{kind.name}s", found)


def get_id(call: Call, kind: Kind) -> Input:
    attribute = read_object(read_object(call.input, "AlternateIdentifier"), "UniqueAttribute")
    asked = read_string(attribute, "AttributePath")
    for path in kind.unique:
        if path.lower() == asked.lower():
            value = read_string(attribute, "AttributeValue")
            return pick(open_store(call).find_by_attribute(kind, path, value), kind.id_field)
    raise ApiError("ValidationException", f"The attribute {asked} is not a unique attribute")


def bind(operate: Callable[[Call, Kind], Any], kind: Kind) -> Callable[[Call], Any]:
    return lambda call: operate(call, kind)


for each in (USER, GROUP):
    for name, operate in {
        f"Describe{each.name}": describe,
        f"Update{each.name}": update,
        f"Delete{each.name}": delete,
        f"List{each.name}s": list_all,
        f"Get{each.id_field}": get_id,
    }.items():
        OPERATIONS["identitystore", name] = bind(operate, each)


def read_member(call: Call) -> str:
    return read_string(read_object(call.input, "MemberId"), "UserId")


@serves("identitystore")
def create_group_membership(call: Call) -> Input:
    store = open_store(call)
    group = store.find(GROUP, call.input)["GroupId"]
    user = store.find(USER, read_object(call.input, "MemberId"))["UserId"]
    if store.list_memberships(group, user):
        raise conflict("Member and Group relationship already exists.")
    name = str(uuid.uuid4())
    membership = {"IdentityStoreId": store.id, "MembershipId": name, "GroupId": group, "MemberId": {"UserId": user}}
    store.memberships[name] = membership
    return pick(membership, "MembershipId")


@serves("identitystore")
def describe_group_membership(call: Call) -> Input:
    name = read_string(call.input, "MembershipId")
    if name not in open_store(call).memberships:
        raise missing("GROUP_MEMBERSHIP", name)
    return open_store(call).memberships[name]


@serves("identitystore")
def delete_group_membership(call: Call) -> None:
    open_store(call).memberships.pop(read_string(call.input, "MembershipId"), None)


@serves("identitystore")
def get_group_membership_id(call: Call) -> Input:
    group, user = read_string(call.input, "GroupId"), read_member(call)
    for membership in open_store(call).list_memberships(group, user):
        return pick(membership, "MembershipId")
    raise missing("GROUP_MEMBERSHIP", f"{group} {user}")


@serves("identitystore")
def list_group_memberships(call: Call) -> Input:
    found = open_store(call).list_memberships(group=read_string(call.input, "GroupId"))
    return answer_page(call, "GroupMemberships", found)


@serves("identitystore")
def list_group_memberships_for_member(call: Call) -> Input:
    return answer_page(call, "GroupMemberships", open_store(call).list_memberships(user=read_member(call)))


@serves("identitystore")
def is_member_in_groups(call: Call) -> Input:
    user = read_member(call)
    groups: Iterable[str] = read_list(call.input, "GroupIds", str)
    return {
        "Results": [
            {
                "GroupId": group,
                "MemberId": {"UserId": user},
                "MembershipExists": bool(open_store(call).list_memberships(group, user)),
            }
            for group in groups
        ]
    }
