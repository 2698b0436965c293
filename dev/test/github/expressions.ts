/** What an expression may read: `github`, `needs`, `steps`, `vars`. */
export type Contexts = Record<string, unknown>;
/** How the job stands so far, for success() and the like. */
export interface Status {
  failed: boolean;
  cancelled: boolean;
  /** Of a job: one that it needs did not run. */
  skipped?: boolean;
}

type Value = string | number | boolean | null;
const TOKENS = /\s*(?:('(?:[^']|'')*')|(\d+)|(==|!=|&&|\|\||!|\(|\))|([A-Za-z_][\w.-]*))/y;

/**
 * Evaluates the part of GitHub's expressions that the workflows use: paths, strings, numbers, comparison, logic and the status
 * functions. Anything else is an error. https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
export function evaluate(expression: string, contexts: Contexts, status: Status): Value {
  const tokens = tokenize(expression);
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`cannot read the expression ${expression}`);
    }
    return token;
  };
  const readOr = (): Value => {
    let left = readAnd();
    while (tokens[at] === "||") {
      take();
      const right = readAnd();
      left = left || right;
    }
    return left;
  };
  const readAnd = (): Value => {
    let left = readComparison();
    while (tokens[at] === "&&") {
      take();
      const right = readComparison();
      left = left && right;
    }
    return left;
  };
  const readComparison = (): Value => {
    const left = readUnary();
    if (tokens[at] !== "==" && tokens[at] !== "!=") return left;
    const operator = take();
    const right = readUnary();
    return (operator === "==") === isEqual(left, right);
  };
  const readUnary = (): Value => {
    const token = take();
    if (token === "!") return !readUnary();
    if (token === "(") {
      const inner = readOr();
      take(")");
      return inner;
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d+$/.test(token)) return Number(token);
    if (token === "true" || token === "false") return token === "true";
    if (tokens[at] === "(") {
      take("(");
      take(")");
      return callStatus(token, status);
    }
    return readPath(token, contexts);
  };
  const value = readOr();
  if (at !== tokens.length) throw new Error(`cannot read the expression ${expression}`);
  return value;
}

/** Replaces each `${{ … }}` in a text. */
export function interpolate(text: string, contexts: Contexts, status: Status): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner: string) => String(evaluate(inner, contexts, status) ?? ""));
}

/** Whether a job or a step runs: without a status function in its condition, only where nothing failed before. */
export function isWanted(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const succeeded = callStatus("success", status);
  if (condition === undefined) return succeeded;
  const expression = /^\$\{\{(.*)\}\}$/s.exec(condition.trim())?.[1] ?? condition;
  const decidesItself = /\b(?:success|failure|cancelled|always)\(/.test(expression);
  return (decidesItself || succeeded) && Boolean(evaluate(expression, contexts, status));
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (expression.slice(TOKENS.lastIndex).trim() !== "") {
    const at = TOKENS.lastIndex;
    const match = TOKENS.exec(expression);
    if (match === null) throw new Error(`cannot read the expression ${expression} at ${at}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function callStatus(name: string, { failed, cancelled, skipped = false }: Status): boolean {
  if (name === "success") return !failed && !cancelled && !skipped;
  if (name === "failure") return failed && !cancelled;
  if (name === "cancelled") return cancelled;
  if (name === "always") return true;
  throw new Error(`the function ${name} is not known here`);
}

/** Strings are compared without regard to case, as GitHub does. */
function isEqual(left: Value, right: Value): boolean {
  if (typeof left === "string" && typeof right === "string") return left.toLowerCase() === right.toLowerCase();
  return left === right;
}

/** A property that is not there is null, which is how GitHub takes a misspelt one; a context that is not there is an error. */
function readPath(path: string, contexts: Contexts): Value {
  const [name = "", ...rest] = path.split(".");
  if (!(name in contexts)) throw new Error(`the context ${name} is not known here`);
  let value: unknown = contexts[name];
  for (const key of rest) value = (value as Record<string, unknown> | null | undefined)?.[key] ?? null;
  if (typeof value === "object" && value !== null) throw new Error(`${path} is not a single value`);
  return (value ?? null) as Value;
}
