import { z } from "zod";
import { parseJsonWith } from "../lib/json.js";
import { type Condition, readConditions } from "./condition.js";
import { type Pattern, parsePattern, parseResource } from "./pattern.js";
import { refuseJudgement } from "./refusal.js";

/**
 * Where a policy stands, which decides what its statements may hold. `control` is one of AWS Organizations (SCP), `trust` says who may take
 * a role, `identity` what a role may do, `resource` who may do what with a resource, such as a bucket.
 */
export type PolicyKind = "control" | "identity" | "resource" | "trust";

/** A parsed policy document. */
export interface Policy {
  kind: PolicyKind;
  /** Where it stands, for messages. */
  subject: string;
  statements: readonly Statement[];
}

/** A statement of a policy; an element that the statement does not have is undefined. */
export interface Statement {
  /** Its Sid, or its place. */
  name: string;
  effect: "Allow" | "Deny";
  actions: PatternList;
  resources: PatternList | undefined;
  /** Type → names, such as Federated → ARNs; `*` for everybody. */
  principals: "*" | ReadonlyMap<string, readonly string[]> | undefined;
  conditions: readonly Condition[];
}

/** Patterns of which one must match, or none: NotAction and NotResource. */
export interface PatternList {
  negated: boolean;
  patterns: readonly Pattern[];
}

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);
const conditions = z.record(
  z.string(),
  z.record(z.string(), z.union([texts, z.boolean().transform((value) => [String(value)])])),
);
const principals = z.union([z.literal("*"), z.record(z.string(), texts)]);

const common = {
  Effect: z.enum(["Allow", "Deny"]),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Condition: conditions.optional(),
};
const resources = { Resource: texts.optional(), NotResource: texts.optional() };
const sid = z.string().regex(/^[A-Za-z0-9]+$/, "expected letters and digits");

/** What a statement of each kind may hold: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const statementSchemas = {
  // Ours only deny, each by a name, and never by NotAction, which would grow with every service that AWS adds.
  control: z.strictObject({
    Sid: sid,
    Effect: z.literal("Deny"),
    Action: texts,
    Resource: texts,
    Condition: conditions.optional(),
  }),
  identity: z.strictObject({ Sid: sid.optional(), ...common, ...resources }),
  resource: z.strictObject({ Sid: sid.optional(), ...common, ...resources, Principal: principals }),
  trust: z.strictObject({ Sid: sid.optional(), ...common, Principal: principals }),
} satisfies Record<PolicyKind, z.ZodType>;

type RawStatement = z.output<(typeof statementSchemas)["resource"]>;

/**
 * Parses a policy document. Throws `json-invalid`, `field-invalid` for each field that is not as AWS wants it, or `policy-unjudged` where
 * AWS would take it but the evaluator has no rule for it.
 */
export function parsePolicy(text: string, subject: string, kind: PolicyKind): Policy {
  const statement: z.ZodType<unknown> = statementSchemas[kind];
  const schema = z.strictObject({ Version: z.literal("2012-10-17"), Statement: z.array(statement).min(1) });
  const { Statement: raw } = parseJsonWith(text, subject, schema);
  const statements = (raw as RawStatement[]).map((each, index) =>
    readStatement(each, `${subject} Statement[${index}]`, kind),
  );
  return { kind, subject, statements };
}

function readStatement(raw: RawStatement, subject: string, kind: PolicyKind): Statement {
  const actions = readPatterns(raw.Action, raw.NotAction, subject, "Action", (text) => parsePattern(text, false));
  const resources = readPatterns(raw.Resource, raw.NotResource, subject, "Resource", parseResource);
  if (actions === undefined) throw refuseJudgement(subject, "it has no Action");
  if (kind !== "trust" && resources === undefined) throw refuseJudgement(subject, "it has no Resource");
  return {
    name: raw.Sid ?? subject,
    effect: raw.Effect,
    actions,
    resources,
    principals: readPrincipals(raw.Principal, subject),
    conditions: readConditions(raw.Condition ?? {}, subject),
  };
}

function readPatterns(
  plain: readonly string[] | undefined,
  negated: readonly string[] | undefined,
  subject: string,
  name: string,
  parse: (text: string, subject: string) => Pattern,
): PatternList | undefined {
  if (plain !== undefined && negated !== undefined) throw refuseJudgement(subject, `it has ${name} and Not${name}`);
  const patterns = (plain ?? negated)?.map((text) => parse(text, `${subject}.${name}`));
  return patterns && { negated: negated !== undefined, patterns };
}

/** The types of principals that requests are told by; AWS has CanonicalUser besides. */
const PRINCIPAL_TYPES: ReadonlySet<string> = new Set(["AWS", "Federated", "Service"]);

function readPrincipals(raw: RawStatement["Principal"] | undefined, subject: string): Statement["principals"] {
  if (raw === undefined || raw === "*") return raw;
  for (const [type, names] of Object.entries(raw)) {
    if (!PRINCIPAL_TYPES.has(type)) throw refuseJudgement(`${subject}.Principal`, `there is no rule for ${type}`);
    const pattern = names.find((name) => name !== "*" && /[*?]/.test(name));
    if (pattern !== undefined) throw refuseJudgement(`${subject}.Principal.${type}`, "a principal takes no pattern");
  }
  return new Map(Object.entries(raw));
}
