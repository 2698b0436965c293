import { splitKey } from "../effects.js";
import { ATTACHMENT, POLICY } from "../resource-types.js";
import { describeEnd, type Family, goes } from "./loss.js";

/** Policies that go, and targets that one no longer applies to. What is forgotten still applies. */
export const listPolicies: Family = ({ of }) => [
  ...of(POLICY)
    .filter(goes)
    .map((effect) => ({
      name: `policy:${effect.key}`,
      old: "is there",
      new: describeEnd(effect),
      address: effect.change.address,
    })),
  ...of(ATTACHMENT)
    .filter(goes)
    .map((effect) => {
      const { owner, rest } = splitKey(effect.key);
      return {
        name: `policy-attachment:${owner}@${rest}`,
        old: "attached",
        new: effect.kind === "replace" ? "detached, and attached anew" : "detached",
        address: effect.change.address,
      };
    }),
];
