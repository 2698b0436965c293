"""
Policy types: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html, API_AttachPolicy.html. What moto lacks:
backup policies, that no policy is attached while its type is off, and that a type which is switched off loses its attachments for good.
"""

from typing import Any

from moto.organizations.exceptions import PolicyTypeNotEnabledException
from moto.organizations.models import FakeOrganization, FakePolicy

from .call import Call
from .forward import forward
from .inputs import read_string
from .operations import serves
from .organizations import open_organization

create = FakePolicy.__init__


def create_any(policy: FakePolicy, organization: FakeOrganization, **given: Any) -> None:
    """moto knows the type, but not its ARN, which differs from that of a tag policy by the type alone."""
    kind = given.get("Type")
    create(policy, organization, **({**given, "Type": "TAG_POLICY"} if kind == "BACKUP_POLICY" else given))
    if kind == "BACKUP_POLICY":
        policy.type = kind
        policy._arn_format = policy._arn_format.replace("tag_policy", "backup_policy")


FakePolicy.__init__ = create_any


@serves("organizations")
def attach_policy(call: Call) -> Any:
    backend = open_organization(call.account)
    policy = backend.get_policy_by_id(read_string(call.input, "PolicyId"))
    enabled = [each["Type"] for unit in backend.ou for each in getattr(unit, "policy_types", [])]
    if policy.type not in enabled:
        raise PolicyTypeNotEnabledException
    return forward(call)


@serves("organizations")
def disable_policy_type(call: Call) -> Any:
    """What AWS manages, such as FullAWSAccess, is attached everywhere again when the type is on again; here it stays."""
    answer = open_organization(call.account).disable_policy_type(**call.input)
    for policy in open_organization(call.account).policies:
        if policy.type == call.input["PolicyType"] and not policy.aws_managed:
            for target in policy.attachments:
                target.attached_policies.remove(policy)
            policy.attachments.clear()
    return answer
