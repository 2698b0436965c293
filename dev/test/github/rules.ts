import { DEPLOYMENT_RULES } from "./rules-deployment.js";
import { HARDENING_RULES } from "./rules-hardening.js";
import { parseWorkflows, type Workflows } from "./workflows.js";

/** A rule that the workflows keep: what it finds is against it. */
export interface Rule {
  name: string;
  find(workflows: Workflows): string[];
}

const RULES: readonly Rule[] = [...HARDENING_RULES, ...DEPLOYMENT_RULES];

/** The names of the rules; `shape` is what the parser refuses. */
export const RULE_NAMES = ["shape", ...RULES.map(({ name }) => name)];

/** What the workflows break, by rule. */
export function findViolations(documents: unknown): Record<string, string[]> {
  const { workflows, problems } = parseWorkflows(documents);
  if (workflows === undefined) return { shape: problems };
  const found = RULES.map((rule) => [rule.name, rule.find(workflows)] as const);
  return Object.fromEntries(found.filter(([, problemsOfRule]) => problemsOfRule.length > 0));
}
