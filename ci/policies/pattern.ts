import { refuseJudgement } from "./refusal.js";

/** A part of a pattern: text as it stands, a wildcard, or a policy variable with what stands in for it. */
type Part = string | { wildcard: "*" | "?" } | { variable: string; fallback: string | undefined };

/** A text of a policy with its wildcards and policy variables. */
export type Pattern = readonly Part[];

/** The values of the request's context keys; names of keys are in lower case, as AWS ignores their case. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const TOKEN = /\$\{([^}]*)\}|[*?]/g;
const VARIABLE = /^([A-Za-z0-9:/._@=+-]+)(?:, *'([^']*)')?$/;

/** Parses a pattern; `variables` tells whether its place knows policy variables. */
export function parsePattern(text: string, variables = true, subject = "a pattern"): Pattern {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, name] = match;
    if (name !== undefined && !variables) continue;
    parts.push(text.slice(end, match.index));
    end = match.index + token.length;
    if (name === undefined) parts.push({ wildcard: token as "*" | "?" });
    else if (name === "*" || name === "?" || name === "$") parts.push(name);
    else {
      const [, variable, fallback] = VARIABLE.exec(name) ?? [];
      if (variable === undefined) throw refuseJudgement(subject, `${token} is no policy variable that it can read`);
      parts.push({ variable, fallback });
    }
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

/** Parses a pattern of resources: `*`, or an ARN. AWS completes shorter ones in ways that depend on where they stand. */
export function parseResource(text: string, subject: string): Pattern {
  if (text !== "*" && !/^arn(:[^:]*){4}:./.test(text)) {
    throw refuseJudgement(subject, `${text} is neither * nor a whole ARN`);
  }
  return parsePattern(text, true, subject);
}

/** A pattern whose variables have their values; undefined where the request lacks one. Nothing in a value is a wildcard. */
export function resolvePattern(pattern: Pattern, context: Context): Pattern | undefined {
  if (pattern.every((part) => typeof part === "string" || "wildcard" in part)) return pattern;
  const parts: Part[] = [];
  for (const part of pattern) {
    if (typeof part === "string" || "wildcard" in part) {
      parts.push(part);
      continue;
    }
    const values = context.get(part.variable.toLowerCase()) ?? [];
    if (values.length > 1) throw refuseJudgement(`\${${part.variable}}`, "the request has several values for it");
    const value = values[0] ?? part.fallback;
    if (value === undefined) return undefined;
    parts.push(value);
  }
  return parts;
}

/** The pattern as text, its wildcards as characters: for operators that know none. */
export function formatPattern(pattern: Pattern): string {
  return pattern.map((part) => (typeof part === "string" ? part : "wildcard" in part ? part.wildcard : "")).join("");
}

/** Whether a text matches a resolved pattern as a whole. */
export function matchPattern(pattern: Pattern, text: string, { ignoreCase = false } = {}): boolean {
  return compile(pattern, ignoreCase ? "isu" : "su").test(text);
}

/** Patterns are met thousands of times in a proof. */
const compiled = { isu: new WeakMap<Pattern, RegExp>(), su: new WeakMap<Pattern, RegExp>() };

function compile(pattern: Pattern, flags: keyof typeof compiled): RegExp {
  const known = compiled[flags].get(pattern);
  if (known !== undefined) return known;
  const source = pattern.map((part) => {
    if (typeof part === "string") return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    if (!("wildcard" in part)) throw new Error("the pattern is not resolved");
    return part.wildcard === "*" ? ".*" : ".";
  });
  const expression = new RegExp(`^${source.join("")}$`, flags);
  compiled[flags].set(pattern, expression);
  return expression;
}

/** Whether an ARN matches a resolved pattern, each of its six parts for itself. */
export function matchArn(pattern: Pattern, arn: string): boolean {
  const parts = splitArn(arn);
  const patterns = splitPattern(pattern);
  if (parts === undefined || patterns.length !== parts.length) return false;
  return patterns.every((each, index) => matchPattern(each, parts[index] ?? ""));
}

/** The six parts of an ARN, the last one with its colons; undefined where it is none. */
function splitArn(arn: string): string[] | undefined {
  const parts = arn.split(":");
  return parts.length < 6 || parts[0] !== "arn" ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const splits = new WeakMap<Pattern, readonly Pattern[]>();

function splitPattern(pattern: Pattern): readonly Pattern[] {
  const parts = splits.get(pattern) ?? cutPattern(pattern);
  splits.set(pattern, parts);
  return parts;
}

function cutPattern(pattern: Pattern): Pattern[] {
  const split: Part[][] = [[]];
  for (const part of pattern) {
    if (typeof part !== "string") {
      split.at(-1)?.push(part);
      continue;
    }
    const [first = "", ...rest] = part.split(":");
    split.at(-1)?.push(first);
    for (const each of rest) {
      if (split.length < 6) split.push([each]);
      else split.at(-1)?.push(`:${each}`);
    }
  }
  return split.map((parts) => parts.filter((part) => part !== ""));
}
