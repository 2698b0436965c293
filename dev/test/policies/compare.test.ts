import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import { expect, it } from "vitest";
import { GenesisError } from "../../../ci/lib/errors.js";
import { parsePolicy } from "../../../ci/policies/document.js";
import { judge } from "../../../ci/policies/judge.js";

/**
 * The same requests judged by an evaluator that others wrote: https://github.com/cloud-copilot/iam-simulate. Its public entry drops GitHub's
 * context keys, so both judge policies of identities, which have all elements but Principal. Where the two differed, ours now refuses
 * to judge, for AWS's documentation does not settle it: a value that is no ARN for an ARN operator, a missing variable in what is negated,
 * several values without a set.
 */
const ACCOUNT = "222222222222";
const KEYS = [
  "aws:PrincipalArn",
  "aws:username",
  "aws:AssumedRoot",
  "aws:TagKeys",
  "token.actions.githubusercontent.com:sub",
];
const WORDS = ["a", "b", "ab", "true", "false", "repo:acme/platform:pull_request", "*", "?"];
const ARNS = [
  "arn:aws:iam::222222222222:role/a",
  "arn:aws:iam::222222222222:role/ab",
  "arn:aws:iam::222222222222:role/x/a",
  "arn:aws:iam::222222222222:role/A",
  "arn:aws:iam::333333333333:role/a",
  "arn:aws:iam::222222222222:root",
];
const PATTERNS = [
  "a*",
  "?",
  "*b",
  "${aws:username}",
  "${aws:username, 'b'}",
  "${aws:username}*",
  "${*}",
  "${?}",
  "a${$}",
  "repo:acme/*:pull_request",
  "arn:aws:iam::*:role/a",
  "arn:aws:iam::*:role/*",
  "arn:aws:iam::*:root",
  "arn:aws:iam::??2222222222:role/${aws:username}",
];
const SETS = ["", "ForAnyValue:", "ForAllValues:"];
const OPERATORS = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Bool",
  "Null",
];

const value = fc.constantFrom(...WORDS, ...ARNS);
const list = (each: fc.Arbitrary<string>) => fc.array(each, { minLength: 1, maxLength: 3 });
const truth = fc.constantFrom("true", "false");
/** Of each kind of operator: the keys and values that fit, so that most cases are judged. */
const KINDS = [
  {
    operators: OPERATORS.filter((name) => /^String.*Like$/.test(name)),
    keys: KEYS,
    values: list(fc.oneof(value, fc.constantFrom(...PATTERNS))),
  },
  {
    // The other one takes `${*}` for itself where there are no patterns; AWS documents it for the character.
    operators: OPERATORS.filter((name) => /^String.*Equals/.test(name)),
    keys: KEYS,
    values: list(fc.oneof(value, fc.constantFrom(...PATTERNS.filter((text) => !/\$\{[*?$]\}/.test(text))))),
  },
  {
    operators: OPERATORS.filter((name) => name.startsWith("Arn")),
    keys: ["aws:PrincipalArn", "AWS:principalarn"],
    values: list(fc.constantFrom(...ARNS, ...PATTERNS.filter((text) => text.startsWith("arn:")))),
  },
  { operators: ["Bool"], keys: ["aws:AssumedRoot"], values: list(truth) },
  { operators: ["Null"], keys: KEYS, values: list(truth) },
];
const condition = fc.oneof(
  ...KINDS.map(({ operators, keys, values }) =>
    fc.record({
      set: fc.constantFrom(...(operators[0] === "Null" ? [""] : SETS)),
      operator: fc.constantFrom(...operators),
      ifExists: fc.constantFrom(...(operators[0] === "Null" ? [""] : ["", "IfExists"])),
      key: fc.constantFrom(...keys),
      values,
    }),
  ),
);
const actions = fc.array(
  fc.constantFrom("*", "iam:*", "iam:Get*", "IAM:getrole", "iam:GetRol?", "s3:*", "iam:DeleteRole"),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const resources = fc.array(
  fc.constantFrom(
    "*",
    ...ARNS,
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::*:role/?",
    "arn:aws:iam::*:role/${aws:username}",
    "arn:aws:*:*:*:*",
  ),
  { minLength: 1, maxLength: 2 },
);
const statement = fc
  .record({
    effect: fc.constantFrom("Allow", "Allow", "Deny"),
    not: fc.tuple(fc.boolean(), fc.boolean()),
    actions,
    resources,
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(({ effect, not, actions, resources, conditions }) => {
    const block: Record<string, Record<string, string[]>> = {};
    for (const { set, operator, ifExists, key, values } of conditions) {
      const name = `${set}${operator}${ifExists}`;
      block[name] = { ...block[name], [key]: values };
    }
    return {
      Effect: effect,
      [not[0] ? "NotAction" : "Action"]: actions,
      [not[1] ? "NotResource" : "Resource"]: resources,
      ...(conditions.length > 0 && { Condition: block }),
    };
  });
const context = fc.record(
  {
    "aws:PrincipalArn": fc.constantFrom(...ARNS),
    "aws:username": fc.constantFrom("a", "ab", "*"),
    "aws:AssumedRoot": fc.constantFrom("true", "false"),
    "aws:TagKeys": fc.array(value, { minLength: 2, maxLength: 3 }),
    "token.actions.githubusercontent.com:sub": value,
  },
  { requiredKeys: [] },
);

type Case = { Statement: unknown[]; action: string; resource: string; context: Record<string, string | string[]> };

/** Whether ours allows it; undefined where it refuses to judge. */
function judgeOurs({ Statement, action, resource, context }: Case): boolean | undefined {
  try {
    const policy = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), "generated", "identity");
    const values = Object.entries(context).map(([key, text]): [string, string[]] => [key.toLowerCase(), [text].flat()]);
    const request = {
      action,
      resource,
      principal: { AWS: [`arn:aws:iam::${ACCOUNT}:user/x`] },
      context: new Map(values),
    };
    return judge(request, { controls: [], identity: [policy], crossAccount: false }).allowed;
  } catch (error) {
    if (error instanceof GenesisError && error.code === "policy-unjudged") return undefined;
    throw error;
  }
}

function judgeTheirs({ Statement, action, resource, context }: Case): boolean {
  const result = runUnsafeSimulation(
    {
      identityPolicies: [{ name: "generated", policy: { Version: "2012-10-17", Statement } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:user/x`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: context,
      },
    },
    {},
  );
  return result === "Allowed";
}

it("judges generated requests as an evaluator that others wrote", { timeout: 120_000 }, () => {
  const counts = { allowed: 0, denied: 0, unjudged: 0 };
  const differences: string[] = [];
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("iam:GetRole", "iam:DeleteRole", "s3:GetObject"),
      fc.constantFrom(...ARNS),
      context,
      (Statement, action, resource, context) => {
        const each = { Statement, action, resource, context };
        const ours = judgeOurs(each);
        if (ours === undefined) {
          counts.unjudged++;
          return;
        }
        counts[ours ? "allowed" : "denied"]++;
        if (judgeTheirs(each) !== ours) differences.push(JSON.stringify({ ...each, ours }));
      },
    ),
    { numRuns: 5000 },
  );
  expect(differences.sort((a, b) => a.length - b.length).slice(0, 5)).toEqual([]);
  // Both verdicts are among them, and enough of either to mean something.
  expect(counts.allowed).toBeGreaterThan(500);
  expect(counts.denied).toBeGreaterThan(1000);
});
