import { GenesisError } from "../lib/errors.js";

/** A refusal to judge: no verdict is better than a guess. */
export function refuseJudgement(subject: string, fact: string): GenesisError {
  return new GenesisError({
    code: "policy-unjudged",
    subject,
    fact,
    effect: "No verdict was given on any policy",
    next: "write the policy with what ci/policies knows, or give the evaluator a rule and a comparison for it; then npm run trust",
  });
}
