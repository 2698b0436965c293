import {
  type Context,
  formatPattern,
  matchArn,
  matchPattern,
  type Pattern,
  parsePattern,
  resolvePattern,
} from "./pattern.js";
import { refuseJudgement } from "./refusal.js";

/** One key of a condition block with its operator. All conditions of a statement must hold. */
export interface Condition {
  /** Where it stands, for messages. */
  subject: string;
  operator: Operator;
  set: "ForAllValues" | "ForAnyValue" | undefined;
  ifExists: boolean;
  /** In lower case, as AWS ignores its case. */
  key: string;
  values: readonly Pattern[];
}

interface Operator {
  /** Compares one value of the request with one of the policy; undefined for Null, which looks at the key alone. */
  compare: ((pattern: Pattern, value: string) => boolean) | undefined;
  /** Holds where no value of the policy matches, and so also where the request lacks the key. */
  negated: boolean;
  /** Whether its values know policy variables. */
  variables: boolean;
  /** What its values look like, in the policy and in the request; anything where undefined. */
  only?: RegExp;
}

const equals = (pattern: Pattern, value: string) => formatPattern(pattern) === value;
const equalsIgnoringCase = (pattern: Pattern, value: string) =>
  formatPattern(pattern).toLowerCase() === value.toLowerCase();
const text = { negated: false, variables: true };
const not = { negated: true, variables: true };
// AWS does not say what it makes of a value that is no ARN.
const arn = { ...text, only: /^arn(:[^:]*){4}:./ };
const notArn = { ...not, only: arn.only };
const truth = { negated: false, variables: false, only: /^(true|false)$/i };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html; those missing are not judged. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["StringEquals", { compare: equals, ...text }],
  ["StringNotEquals", { compare: equals, ...not }],
  ["StringEqualsIgnoreCase", { compare: equalsIgnoringCase, ...text }],
  ["StringNotEqualsIgnoreCase", { compare: equalsIgnoringCase, ...not }],
  ["StringLike", { compare: matchPattern, ...text }],
  ["StringNotLike", { compare: matchPattern, ...not }],
  // AWS treats ArnEquals as ArnLike.
  ["ArnEquals", { compare: matchArn, ...arn }],
  ["ArnLike", { compare: matchArn, ...arn }],
  ["ArnNotEquals", { compare: matchArn, ...notArn }],
  ["ArnNotLike", { compare: matchArn, ...notArn }],
  ["Bool", { compare: equalsIgnoringCase, ...truth }],
  ["Null", { compare: undefined, ...truth }],
]);

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Reads a condition block: operator → key → values. Throws `policy-unjudged` for an operator without a rule. */
export function readConditions(
  block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  subject: string,
): Condition[] {
  return Object.entries(block).flatMap(([name, keys]) => {
    const place = `${subject}.Condition.${name}`;
    const [, set, base = "", ifExists] = NAME.exec(name) ?? [];
    const operator = OPERATORS.get(base);
    if (operator === undefined) throw refuseJudgement(place, "there is no rule for this operator");
    if (operator.compare === undefined && (set ?? ifExists) !== undefined) {
      throw refuseJudgement(place, "Null takes neither a set nor IfExists");
    }
    // AWS's documentation says both that IfExists holds without the key and that ForAnyValue does not.
    if (set === "ForAnyValue" && ifExists)
      throw refuseJudgement(place, "AWS does not say what this is without the key");
    return Object.entries(keys).map(([key, values]) => {
      const wrong = values.find((value) => operator.only !== undefined && !operator.only.test(value));
      if (wrong !== undefined) throw refuseJudgement(`${place}.${key}`, `${wrong} is no value for it`);
      return {
        subject: `${place}.${key}`,
        operator,
        set: set as Condition["set"],
        ifExists: ifExists !== undefined,
        key: key.toLowerCase(),
        values: values.map((value) => parsePattern(value, operator.variables, `${place}.${key}`)),
      };
    });
  });
}

/** Whether a condition holds for a request with this context. */
export function holds(condition: Condition, context: Context): boolean {
  const values = context.get(condition.key) ?? [];
  const { operator, set, ifExists } = condition;
  const { compare } = operator;
  if (compare === undefined) {
    const missing = String(values.length === 0);
    return condition.values.some((value) => equalsIgnoringCase(value, missing));
  }
  const patterns = condition.values.map((value) => resolvePattern(value, context));
  if (operator.negated && patterns.includes(undefined)) {
    throw refuseJudgement(condition.subject, "the request lacks a variable of a negated operator");
  }
  const test = (value: string) => {
    if (operator.only?.test(value) === false)
      throw refuseJudgement(condition.subject, "the request has a value that is none for it");
    return patterns.some((pattern) => pattern !== undefined && compare(pattern, value)) !== operator.negated;
  };
  if (set === "ForAllValues") return values.every(test);
  if (set === "ForAnyValue") return values.some(test);
  const [value] = values;
  if (value === undefined) return ifExists || operator.negated;
  if (values.length > 1)
    throw refuseJudgement(condition.subject, "the request has several values, and no set is asked for");
  return test(value);
}
