"""
What moto lacks of budgets and of anomalies in costs, as far as Terraform asks for it:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DescribeSubscribersForNotification.html,
API_CreateAnomalyMonitor.html, API_CreateAnomalySubscription.html.
"""

import secrets

from moto.budgets.models import budgets_backends

from .call import Call
from .errors import ApiError
from .inputs import Input, read_list, read_object
from .operations import OPERATIONS, serves

# By kind and ARN.
ANOMALIES: dict[str, dict[str, Input]] = {"Monitor": {}, "Subscription": {}}


@serves("budgets")
def describe_subscribers_for_notification(call: Call) -> Input:
    budget = budgets_backends[call.account]["aws"].budgets[call.account].get(call.input.get("BudgetName", ""))
    wanted = read_object(call.input, "Notification")
    for notification in budget.notifications if budget else []:
        if all(notification.details.get(name) == value for name, value in wanted.items() if name != "NotificationState"):
            return {"Subscribers": notification.subscribers}
    raise ApiError("NotFoundException", "There is no such notification")


@serves("budgets")
def update_budget(call: Call) -> Input:
    changed = read_object(call.input, "NewBudget")
    budgets = budgets_backends[call.account]["aws"].budgets[call.account]
    if changed.get("BudgetName") not in budgets:
        raise ApiError("NotFoundException", "There is no such budget")
    budgets[changed["BudgetName"]].budget.update(changed)
    return {}


@serves("budgets")
def list_tags_for_resource(call: Call) -> Input:
    return {"ResourceTags": []}


def serve_anomalies(kind: str) -> None:
    kept = ANOMALIES[kind]

    def find(arn: str) -> str:
        if arn not in kept:
            raise ApiError(f"Unknown{kind}Exception", f"There is no {arn}")
        return arn

    def create(call: Call) -> Input:
        made = read_object(call.input, f"Anomaly{kind}")
        # AWS has one monitor of all services in an account.
        if any(each.get("MonitorDimension") for each in kept.values()):
            raise ApiError("ValidationException", "Limit exceeded on dimensional spend monitor creation")
        arn = f"arn:aws:ce::{call.account}:anomaly{kind.lower()}/{secrets.token_hex(16)}"
        kept[arn] = {**made, f"{kind}Arn": arn, "AccountId": call.account}
        return {f"{kind}Arn": arn}

    def get(call: Call) -> Input:
        wanted = read_list(call.input, f"{kind}ArnList", str) or [*kept]
        return {f"Anomaly{kind}s": [kept[find(arn)] for arn in wanted]}

    def delete(call: Call) -> Input:
        del kept[find(call.input.get(f"{kind}Arn", ""))]
        return {}

    OPERATIONS["ce", f"CreateAnomaly{kind}"] = create
    OPERATIONS["ce", f"GetAnomaly{kind}s"] = get
    OPERATIONS["ce", f"DeleteAnomaly{kind}"] = delete


for each in ANOMALIES:
    serve_anomalies(each)
