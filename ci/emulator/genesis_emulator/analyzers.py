"""
Access analyzers, of which moto has nothing: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html. One of
the organization takes trust in the service.
"""

from .call import Call
from .errors import ApiError
from .inputs import Input, read_string
from .operations import serves
from .organizations import open_organization

# By account, region and name.
ANALYZERS: dict[tuple[str, str, str], Input] = {}


def locate(call: Call) -> tuple[str, str, str]:
    return call.account, call.region, read_string(call.input, "analyzerName")


@serves("access-analyzer")
def create_analyzer(call: Call) -> Input:
    key, services = locate(call), open_organization(call.account).services
    if not any(each["ServicePrincipal"] == "access-analyzer.amazonaws.com" for each in services):
        raise ApiError("ValidationException", "The organization does not trust access-analyzer.amazonaws.com")
    if key in ANALYZERS:
        raise ApiError("ConflictException", f"There is an analyzer {key[2]}", 409)
    arn = f"arn:aws:access-analyzer:{call.region}:{call.account}:analyzer/{key[2]}"
    ANALYZERS[key] = {"arn": arn, "name": key[2], "type": call.input.get("type"), "status": "ACTIVE", "tags": {}}
    ANALYZERS[key]["createdAt"] = "2026-01-01T00:00:00Z"
    return {"arn": arn}


@serves("access-analyzer")
def get_analyzer(call: Call) -> Input:
    if locate(call) not in ANALYZERS:
        raise ApiError("ResourceNotFoundException", "There is no such analyzer", 404)
    return {"analyzer": ANALYZERS[locate(call)]}


@serves("access-analyzer")
def delete_analyzer(call: Call) -> Input:
    get_analyzer(call)
    del ANALYZERS[locate(call)]
    return {}
