"""
Who has access to what: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html. A person's
assignments are those of their groups too, which moto leaves out.
"""

from .call import Call
from .identity_store import open_backend
from .inputs import Input, paginate, read_object, read_string
from .operations import serves
from .sso_admin import open_center


@serves("sso-admin")
def list_account_assignments_for_principal(call: Call) -> Input:
    instance, principal, kind = (read_string(call.input, name) for name in ("InstanceArn", "PrincipalId", "PrincipalType"))
    wanted = read_object(call.input, "Filter").get("AccountId") if "Filter" in call.input else None
    principals = {(kind, principal)}
    if kind == "USER":
        for store in open_backend(call.account, call.region).identity_stores.values():
            mine = [each for each in store.group_memberships.values() if each["MemberId"]["UserId"] == principal]
            principals |= {("GROUP", each["GroupId"]) for each in mine}
    found = [
        {
            "AccountId": each.target_id,
            "PermissionSetArn": each.permission_set_arn,
            "PrincipalId": each.principal_id,
            "PrincipalType": each.principal_type,
        }
        for each in open_center(call).account_assignments
        if each.instance_arn == instance
        and (each.principal_type, each.principal_id) in principals
        and wanted in (None, each.target_id)
    ]
    page, token = paginate(found, call.input.get("NextToken"), call.input.get("MaxResults"))
    return {"AccountAssignments": page, "NextToken": token}
