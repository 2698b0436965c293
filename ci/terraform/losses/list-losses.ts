import type { Plan } from "../plan.js";
import { listAdministrators } from "./administrators.js";
import { listAudiences } from "./audiences.js";
import { listContacts } from "./contacts.js";
import { listInherited } from "./inherited-policies.js";
import { type Loss, readFacts, tellApart } from "./loss.js";
import { listPolicies } from "./policies.js";
import { listProtected } from "./protected.js";
import { listStatements } from "./statements.js";
import { listTexts } from "./texts.js";
import { listTrust } from "./trust.js";

const FAMILIES = [
  listProtected,
  listAdministrators,
  listTrust,
  listPolicies,
  listInherited,
  listAudiences,
  listStatements,
  listContacts,
  listTexts,
];

/**
 * Everything that somebody would miss after a plan: what the code protects, the last administrator of an account, what the organization
 * trusts, what guards an account, and what people wrote in AWS. The plan is without sensitive values.
 */
export function listLosses(plan: Plan): Loss[] {
  const facts = readFacts(plan);
  return tellApart(FAMILIES.flatMap((list) => list(facts)));
}
