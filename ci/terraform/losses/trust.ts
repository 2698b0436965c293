import { groupBy } from "../../lib/group-by.js";
import { readAttribute, splitKey } from "../effects.js";
import { ATTACHMENT, ORGANIZATION, POLICY } from "../resource-types.js";
import { changes, type Facts, type Family, isThere, listRemoved, listSome } from "./loss.js";

/** Services that may no longer act in the accounts, and types of policies that are switched off. */
export const listTrust: Family = (facts) =>
  facts
    .of(ORGANIZATION)
    .filter(changes)
    .flatMap((effect) => [
      ...listRemoved(effect, "aws_service_access_principals").map((service) => ({
        name: `trusted-service:${service}`,
        old: "trusted in every account",
        new: "trusted in none",
      })),
      ...listRemoved(effect, "enabled_policy_types").map((type) => ({
        name: `policy-type:${type}`,
        old: "enabled",
        new: describeDisabled(facts, type),
      })),
    ]);

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html */
function describeDisabled({ of }: Facts, type: string): string {
  const targets = groupBy(
    of(ATTACHMENT).filter((each) => isThere(each, "before")),
    ({ key }) => splitKey(key).owner,
  );
  const attached = of(POLICY)
    .filter((policy) => readAttribute(policy, "type").before === type && targets.has(policy.key))
    .map(({ key }) => key);
  const known = attached.length > 0 ? `: ${listSome(attached)}` : "";
  return `disabled, and AWS detaches all its policies for good${known}`;
}
