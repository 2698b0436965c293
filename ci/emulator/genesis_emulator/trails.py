"""
Trails, which CloudTrail takes by name or ARN: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html. moto takes
an ARN for none.
"""

from collections.abc import Callable
from typing import Any

from moto.cloudtrail.models import CloudTrailBackend


def take_arns(method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, name: method(self, name.rpartition("/")[2])


for verb in ("delete_trail", "start_logging", "stop_logging"):
    setattr(CloudTrailBackend, verb, take_arns(getattr(CloudTrailBackend, verb)))
