"""
The Identity Center's administration: what moto lacks, and what it answers otherwise.
https://docs.aws.amazon.com/singlesignon/latest/APIReference/welcome.html
"""

import json
import uuid
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.ssoadmin.exceptions import ConflictException, ResourceNotFoundException
from moto.ssoadmin.models import Instance, ManagedPolicy, PermissionSet, SSOAdminBackend, ssoadmin_backends
from werkzeug.wrappers import Response

from .call import Call
from .config import config
from .forward import forward
from .identity_store import list_principals, open_store
from .inputs import Input, list_tags, now, paginate, read_list, read_object, read_string, read_tags
from .operations import serves


def open_center(call: Call) -> SSOAdminBackend:
    return ssoadmin_backends[call.account][call.region]


@serves("sso-admin")
def list_instances(call: Call) -> Input:
    """An organization has one instance, in its home region; moto has one in every region. Further ones are those of single accounts."""
    if call.region != config.region:
        return {"Instances": []}
    instances = open_center(call).instances
    while len(instances) <= config.more_instances:
        instances.append(Instance(call.account, call.region))
    return {"Instances": [instance.to_json() for instance in instances]}


# Requests to assign, to take back and to provision, by id. Each is in progress when it is made, and done at the first look.
REQUESTS: dict[str, Input] = {}


def begin(described: Input) -> Input:
    request = {**described, "RequestId": str(uuid.uuid4()), "CreatedDate": now(), "Status": "IN_PROGRESS"}
    REQUESTS[request["RequestId"]] = request
    return request


def look(call: Call, field: str) -> Input:
    name = read_string(call.input, field)
    if name not in REQUESTS:
        raise ResourceNotFoundException(f"There is no request {name}")
    REQUESTS[name]["Status"] = "SUCCEEDED"
    return REQUESTS[name]


ASSIGNMENT = {
    "InstanceArn": "instance_arn",
    "TargetId": "target_id",
    "TargetType": "target_type",
    "PermissionSetArn": "permission_set_arn",
    "PrincipalType": "principal_type",
    "PrincipalId": "principal_id",
}


def read_assignment(call: Call) -> tuple[SSOAdminBackend, dict[str, str], Input]:
    """The center, what moto calls the assignment's parts, and what an answer tells of them. Its permission set exists."""
    find_set(call)
    given = {name: read_string(call.input, name) for name in ASSIGNMENT}
    described = {name: value for name, value in given.items() if name != "InstanceArn"}
    return open_center(call), {ASSIGNMENT[name]: value for name, value in given.items()}, described


@serves("sso-admin")
def create_account_assignment(call: Call) -> Input:
    """An assignment that is there stays the only one; moto would have two equal ones."""
    center, assignment, described = read_assignment(call)
    try:
        center._find_account(**assignment)
    except ResourceNotFoundException:
        center.create_account_assignment(**assignment)
    return {"AccountAssignmentCreationStatus": begin(described)}


@serves("sso-admin")
def delete_account_assignment(call: Call) -> Input:
    center, assignment, described = read_assignment(call)
    center.delete_account_assignment(**assignment)
    return {"AccountAssignmentDeletionStatus": begin(described)}


@serves("sso-admin")
def describe_account_assignment_creation_status(call: Call) -> Input:
    return {"AccountAssignmentCreationStatus": look(call, "AccountAssignmentCreationRequestId")}


@serves("sso-admin")
def describe_account_assignment_deletion_status(call: Call) -> Input:
    return {"AccountAssignmentDeletionStatus": look(call, "AccountAssignmentDeletionRequestId")}


@serves("sso-admin")
def list_account_assignments_for_principal(call: Call) -> Input:
    """Of a user also what comes by groups, which moto leaves out: those assignments have the type and id of the group."""
    center, principal = open_center(call), read_string(call.input, "PrincipalId")
    account = (call.input.get("Filter") or {}).get("AccountId")
    principals = {principal}
    if call.input.get("PrincipalType") == "USER":
        principals = list_principals(open_store(call, center.instances[0].identity_store_id), principal)
    found = [
        {
            "AccountId": each.target_id,
            "PermissionSetArn": each.permission_set_arn,
            "PrincipalId": each.principal_id,
            "PrincipalType": each.principal_type,
        }
        for each in center.account_assignments
        if each.principal_id in principals and account in (None, each.target_id)
    ]
    page, token = paginate(found, call.input.get("NextToken"), call.input.get("MaxResults"))
    return {"AccountAssignments": page, "NextToken": token}


@serves("sso-admin")
def create_permission_set(call: Call) -> Response:
    name = read_string(call.input, "Name")
    if any(each.name == name for each in open_center(call).permission_sets):
        raise ConflictException(f"PermissionSet with name {name} already exists.")
    return forward(call)


@serves("sso-admin")
def provision_permission_set(call: Call) -> Input:
    permission_set = find_set(call)
    # moto provisions it in the caller's account, whatever the target is.
    open_center(call).provision_permission_set(permission_set.instance_arn, permission_set.permission_set_arn)
    described = {"PermissionSetArn": permission_set.permission_set_arn}
    if "TargetId" in call.input:
        described["AccountId"] = read_string(call.input, "TargetId")
    return {"PermissionSetProvisioningStatus": begin(described)}


@serves("sso-admin")
def describe_permission_set_provisioning_status(call: Call) -> Input:
    return {"PermissionSetProvisioningStatus": look(call, "ProvisionPermissionSetRequestId")}


def find_set(call: Call) -> PermissionSet:
    instance, arn = (read_string(call.input, name) for name in ("InstanceArn", "PermissionSetArn"))
    return open_center(call)._find_permission_set(instance, arn)


def find_tagged(call: Call) -> PermissionSet:
    arn = read_string(call.input, "ResourceArn")
    for permission_set in open_center(call).permission_sets:
        if permission_set.permission_set_arn == arn:
            return permission_set
    raise ResourceNotFoundException(f"There is no permission set {arn}")


@serves("sso-admin")
def list_tags_for_resource(call: Call) -> Input:
    return {"Tags": find_tagged(call).tags or []}


@serves("sso-admin")
def tag_resource(call: Call) -> None:
    permission_set = find_tagged(call)
    tags = {tag["Key"]: tag["Value"] for tag in permission_set.tags or []}
    permission_set.tags = list_tags({**tags, **read_tags(call.input, "Tags")})


@serves("sso-admin")
def untag_resource(call: Call) -> None:
    permission_set, gone = find_tagged(call), read_list(call.input, "TagKeys", str)
    permission_set.tags = [tag for tag in permission_set.tags or [] if tag["Key"] not in gone]


# moto's permission sets have none.
PermissionSet.permissions_boundary = None
to_json = PermissionSet.to_json


def describe_set(permission_set: PermissionSet, include_creation_date: bool = False) -> Input:
    """Sessions last an hour where nothing else is said; moto then says so in seconds."""
    duration = permission_set.session_duration
    described = to_json(permission_set, include_creation_date)
    return {**described, "SessionDuration": duration if isinstance(duration, str) else "PT1H"}


PermissionSet.to_json = describe_set


@serves("sso-admin")
def put_permissions_boundary_to_permission_set(call: Call) -> None:
    find_set(call).permissions_boundary = read_object(call.input, "PermissionsBoundary")


@serves("sso-admin")
def get_permissions_boundary_for_permission_set(call: Call) -> Input:
    permission_set = find_set(call)
    if permission_set.permissions_boundary is None:
        raise ResourceNotFoundException(f"{permission_set.permission_set_arn} has no permissions boundary")
    return {"PermissionsBoundary": permission_set.permissions_boundary}


@serves("sso-admin")
def delete_permissions_boundary_from_permission_set(call: Call) -> None:
    get_permissions_boundary_for_permission_set(call)
    find_set(call).permissions_boundary = None


POLICIES: dict[str, Any] = json.loads(aws_managed_policies_data)


def find_managed_policy(_: SSOAdminBackend, arn: str) -> ManagedPolicy:
    """moto reads the path under another name than its own data has, and so knows no policy below `job-function/`."""
    name = arn.rpartition("/")[2]
    if name in POLICIES and arn == f"arn:aws:iam::aws:policy{POLICIES[name].get('Path', '/')}{name}":
        return ManagedPolicy(arn, name)
    raise ResourceNotFoundException(f"Policy does not exist with ARN: {arn}")


SSOAdminBackend._find_managed_policy = find_managed_policy
