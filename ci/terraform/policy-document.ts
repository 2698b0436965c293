import { isObject } from "../lib/objects.js";

/** A statement of an IAM policy document, each list as a list: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface Statement {
  sid: string;
  effect: string;
  actions: readonly string[];
  resources: readonly string[];
  principals: readonly string[];
  /** Operator → key → values. */
  conditions: Readonly<Record<string, Record<string, unknown>>>;
  /** The statement as it stands, for comparisons. */
  text: string;
}

/** The statements of a policy document, or none where it cannot be read: then the diff is what counts. */
export function parseDocument(text: unknown): Statement[] {
  if (typeof text !== "string") return [];
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement?: unknown };
    return (Array.isArray(statements) ? statements : [statements]).filter(isObject).map(readStatement);
  } catch {
    return [];
  }
}

function readStatement(statement: Record<string, unknown>): Statement {
  const { Sid, Effect, Action, Resource, Principal, Condition } = statement;
  return {
    sid: typeof Sid === "string" ? Sid : "",
    effect: typeof Effect === "string" ? Effect : "",
    actions: listValues(Action),
    resources: listValues(Resource),
    principals: isObject(Principal) ? Object.values(Principal).flatMap(listValues) : listValues(Principal),
    conditions: isObject(Condition) ? (Condition as Statement["conditions"]) : {},
    text: JSON.stringify(statement),
  };
}

/** A value or a list of values, as a list of texts. */
export function listValues(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === null ? [] : [String(value)];
}
