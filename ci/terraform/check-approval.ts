import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { openApproval } from "./apply-plan.js";
import { DATA_PATH } from "./code.js";
import { readData } from "./data.js";
import type { Deployment } from "./deployment.js";

/** Who starts an apply, and who wrote what it applies, by GitHub's ids. */
export interface Approver {
  id: string;
  authors: readonly string[];
}

/**
 * Checks an approval as far as that can be done before a role is taken; AWS checks the approver again, by the apply role's trust policy.
 * Returns a sentence. Throws `fingerprint-invalid`; `plan-stale` for the plan of another commit; `approver-unknown`; `approver-is-author`
 * where the data wants two persons.
 */
export async function checkApproval(
  deployment: Deployment,
  expect: string,
  { id, authors }: Approver,
): Promise<string> {
  openApproval(expect, deployment);
  const { approvers, two_persons } = (await readData(deployment.code)).github;
  const login = Object.keys(approvers).find((each) => approvers[each] === id);
  if (login === undefined) {
    throw new GenesisError({
      code: "approver-unknown",
      subject: `GitHub's user ${quoteText(id)}`,
      fact: `github.approvers in ${DATA_PATH} names ${Object.keys(approvers).join(", ")}`,
    });
  }
  const isUnknown = authors.some((author) => !/^\d+$/.test(author));
  if (two_persons && (authors.includes(id) || isUnknown)) {
    throw new GenesisError({
      code: "approver-is-author",
      subject: login,
      fact: authors.includes(id)
        ? `wrote a commit since the last apply, and github.two_persons in ${DATA_PATH} requires another approver`
        : "a commit since the last apply has an author that GitHub does not know, who may be the approver",
    });
  }
  return `${login} may approve this plan.`;
}
