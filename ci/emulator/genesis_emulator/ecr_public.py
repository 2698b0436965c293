"""Amazon ECR Public: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/Welcome.html. An account has one registry."""

import base64
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from .call import Call
from .errors import ApiError
from .inputs import Input, list_tags, now, paginate, read_list, read_object, read_string, read_tags
from .operations import OPERATIONS, serves

NAME = re.compile(r"(?=.{2,205}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*")
# A token lives 12 hours: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
TOKEN_SECONDS = 12 * 60 * 60
# What needs the images themselves. Images are pushed to a registry, and the emulator has none.
IMAGE_OPERATIONS = [
    "BatchCheckLayerAvailability",
    "BatchDeleteImage",
    "CompleteLayerUpload",
    "DescribeImageTags",
    "DescribeImages",
    "InitiateLayerUpload",
    "PutImage",
    "UploadLayerPart",
]


@dataclass
class Repository:
    # What the API returns of it.
    description: Input
    catalog: Input
    tags: dict[str, str]
    policy: str | None = None


@dataclass
class Registry:
    account: str
    display_name: str | None = None
    repositories: dict[str, Repository] = field(default_factory=dict)

    @property
    def alias(self) -> str:
        """The alias that AWS gives a registry, the first part of its images' names."""
        return f"e{self.account[-7:]}"


REGISTRIES: dict[str, Registry] = {}


def open_registry(call: Call) -> Registry:
    """The caller's registry; another account's is not the caller's to change."""
    registry = REGISTRIES.setdefault(call.account, Registry(call.account))
    asked = call.input.get("registryId")
    if asked not in (None, registry.account):
        raise ApiError("RegistryNotFoundException", f"The registry with id '{asked}' is not that of the caller")
    return registry


def find_repository(registry: Registry, name: str) -> Repository:
    if name not in registry.repositories:
        raise ApiError(
            "RepositoryNotFoundException",
            f"The repository with name '{name}' does not exist in the registry with id '{registry.account}'",
        )
    return registry.repositories[name]


def find_named(call: Call) -> Repository:
    return find_repository(open_registry(call), read_string(call.input, "repositoryName"))


def find_tagged(call: Call) -> Repository:
    registry = open_registry(call)
    arn = read_string(call.input, "resourceArn")
    return find_repository(registry, arn.removeprefix(f"arn:aws:ecr-public::{registry.account}:repository/"))


@serves("ecr-public")
def create_repository(call: Call) -> Input:
    registry = open_registry(call)
    name = read_string(call.input, "repositoryName")
    if not NAME.fullmatch(name):
        raise ApiError("InvalidParameterException", f"Invalid parameter at 'repositoryName': {name}")
    if name in registry.repositories:
        raise ApiError(
            "RepositoryAlreadyExistsException",
            f"The repository with name '{name}' already exists in the registry with id '{registry.account}'",
        )
    description = {
        "repositoryArn": f"arn:aws:ecr-public::{registry.account}:repository/{name}",
        "registryId": registry.account,
        "repositoryName": name,
        "repositoryUri": f"public.ecr.aws/{registry.alias}/{name}",
        "createdAt": now(),
    }
    catalog = read_object(call.input, "catalogData") if "catalogData" in call.input else {}
    repository = Repository(description, catalog, read_tags(call.input, "tags"))
    registry.repositories[name] = repository
    return {"repository": description, "catalogData": describe_catalog(repository)}


@serves("ecr-public")
def describe_repositories(call: Call) -> Input:
    registry = open_registry(call)
    names = read_list(call.input, "repositoryNames", str) or list(registry.repositories)
    chosen = [find_repository(registry, name).description for name in names]
    page, token = paginate(chosen, call.input.get("nextToken"), call.input.get("maxResults"))
    return {"repositories": page, "nextToken": token}


@serves("ecr-public")
def delete_repository(call: Call) -> Input:
    repository = find_named(call)
    del open_registry(call).repositories[repository.description["repositoryName"]]
    return {"repository": repository.description}


def describe_catalog(repository: Repository) -> Input:
    """The logo goes in as bytes and comes out as an address."""
    catalog = dict(repository.catalog)
    if catalog.pop("logoImageBlob", None) is not None:
        account, name = (repository.description[each] for each in ("registryId", "repositoryName"))
        catalog["logoUrl"] = f"https://d3g9o9u8re44ak.cloudfront.net/logo/{account}/{name}"
    return catalog


@serves("ecr-public")
def put_repository_catalog_data(call: Call) -> Input:
    repository = find_named(call)
    repository.catalog = read_object(call.input, "catalogData")
    return {"catalogData": describe_catalog(repository)}


@serves("ecr-public")
def get_repository_catalog_data(call: Call) -> Input:
    """Empty data where there never was any: the provider takes no error there, so AWS cannot answer one."""
    return {"catalogData": describe_catalog(find_named(call))}


def describe_policy(repository: Repository) -> Input:
    described = {name: repository.description[name] for name in ("registryId", "repositoryName")}
    if repository.policy is None:
        message = f"Repository policy does not exist for '{described['repositoryName']}'"
        raise ApiError("RepositoryPolicyNotFoundException", message)
    return {**described, "policyText": repository.policy}


@serves("ecr-public")
def set_repository_policy(call: Call) -> Input:
    repository = find_named(call)
    text = read_string(call.input, "policyText")
    try:
        json.loads(text)
    except ValueError:
        raise ApiError("InvalidParameterException", "Invalid repository policy provided") from None
    repository.policy = text
    return describe_policy(repository)


@serves("ecr-public")
def get_repository_policy(call: Call) -> Input:
    return describe_policy(find_named(call))


@serves("ecr-public")
def delete_repository_policy(call: Call) -> Input:
    repository = find_named(call)
    answer = describe_policy(repository)
    repository.policy = None
    return answer


@serves("ecr-public")
def tag_resource(call: Call) -> None:
    find_tagged(call).tags.update(read_tags(call.input, "tags"))


@serves("ecr-public")
def untag_resource(call: Call) -> None:
    tags = find_tagged(call).tags
    for key in read_list(call.input, "tagKeys", str):
        tags.pop(key, None)


@serves("ecr-public")
def list_tags_for_resource(call: Call) -> Input:
    return {"tags": list_tags(find_tagged(call).tags)}


@serves("ecr-public")
def describe_registries(call: Call) -> Input:
    registry = open_registry(call)
    named = {
        "name": registry.alias,
        "status": "ACTIVE",
        "primaryRegistryAlias": True,
        "defaultRegistryAlias": True,
    }
    described = {
        "registryId": registry.account,
        "registryArn": f"arn:aws:ecr-public::{registry.account}:registry/{registry.account}",
        "registryUri": f"public.ecr.aws/{registry.alias}",
        "verified": False,
        "aliases": [named],
    }
    return {"registries": [described]}


@serves("ecr-public")
def get_authorization_token(_: Call) -> Input:
    token = base64.b64encode(f"AWS:{secrets.token_hex(24)}".encode()).decode()
    return {"authorizationData": {"authorizationToken": token, "expiresAt": now() + TOKEN_SECONDS}}


@serves("ecr-public")
def get_registry_catalog_data(call: Call) -> Input:
    name = open_registry(call).display_name
    return {"registryCatalogData": {} if name is None else {"displayName": name}}


@serves("ecr-public")
def put_registry_catalog_data(call: Call) -> Input:
    open_registry(call).display_name = call.input.get("displayName")
    return get_registry_catalog_data(call)


def refuse_images(_: Call) -> Any:
    raise ApiError("UnsupportedCommandException", "The emulator holds no images")


for operation in IMAGE_OPERATIONS:
    OPERATIONS["ecr-public", operation] = refuse_images
