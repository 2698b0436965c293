"""
Policies of the organization, by type: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html,
API_AttachPolicy.html, API_CreatePolicy.html.
"""

from moto.organizations import utils
from moto.organizations.exceptions import PolicyTypeNotEnabledException
from moto.organizations.models import FakePolicy, FakeRoot, OrganizationsBackend

from .call import Call
from .inputs import Input, read_string
from .operations import serves
from .organizations import open_organization

# Types of which moto knows no policies, and the word for each in an ARN.
UNKNOWN = {"BACKUP_POLICY": "backup_policy", "DECLARATIVE_POLICY_EC2": "declarative_policy_ec2"}
for known in (FakePolicy, FakeRoot):
    known.SUPPORTED_POLICY_TYPES = sorted({*known.SUPPORTED_POLICY_TYPES, *UNKNOWN})


@serves("organizations")
def create_policy(call: Call) -> Input:
    backend, kind = open_organization(call.account), call.input.get("Type")
    if kind not in UNKNOWN:
        return backend.create_policy(**call.input)
    created = backend.create_policy(**{**call.input, "Type": "TAG_POLICY"})
    policy = backend.get_policy_by_id(created["Policy"]["PolicySummary"]["Id"])
    policy.type, policy._arn_format = kind, utils.TAG_POLICY_ARN_FORMAT.replace("tag_policy", UNKNOWN[kind])
    return policy.describe()


def find_root(backend: OrganizationsBackend) -> FakeRoot:
    backend.describe_organization()
    return next(ou for ou in backend.ou if isinstance(ou, FakeRoot))


@serves("organizations")
def attach_policy(call: Call) -> None:
    """moto attaches policies of a type that is not enabled."""
    backend = open_organization(call.account)
    policy = backend.get_policy_by_id(read_string(call.input, "PolicyId"))
    if all(each["Type"] != policy.type for each in find_root(backend).policy_types):
        raise PolicyTypeNotEnabledException
    backend.attach_policy(**call.input)


@serves("organizations")
def disable_policy_type(call: Call) -> Input:
    """AWS detaches every policy of the type, for good; moto leaves them. AWS's own policies come back when it is enabled again."""
    backend = open_organization(call.account)
    answer = backend.disable_policy_type(**call.input)
    for policy in backend.policies:
        if policy.type == call.input["PolicyType"] and not policy.aws_managed:
            for target in [*policy.attachments]:
                backend.detach_policy(PolicyId=policy.id, TargetId=target.id)
    return answer
