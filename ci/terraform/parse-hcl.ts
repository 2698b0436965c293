import { GenesisError } from "../lib/errors.js";
import { isObject } from "../lib/objects.js";
import { type CodeFile, TERRAFORM_FOLDER } from "./code.js";

/** The body of a block or file: attributes as JSON values (expressions as `${…}` texts), blocks by type and labels. */
export type HclBody = Record<string, unknown>;

/** A block of a body: its labels and what it holds. */
export interface HclBlock {
  labels: readonly string[];
  body: HclBody;
}

/** Deepest nesting of brackets that is read; the parser runs out of stack at some thousands, and prints pages when it does. */
const DEPTH_MAX = 200;
/** Most of the parser's own text that a message takes. */
const FACT_MAX = 1000;
/** Set once the parser ran out of stack: it cannot be used again in this process. */
let exhausted = false;

/** A file is looked at by several checks, and read once. */
const parsed = new WeakMap<CodeFile, Promise<HclBody>>();

/** Parses a file with HashiCorp's own parser, so that it is read as Terraform reads it. Throws `code-unreadable`. */
export function parseHcl(file: CodeFile): Promise<HclBody> {
  const body = parsed.get(file) ?? parseFile(file);
  parsed.set(file, body);
  return body;
}

async function parseFile({ path, text }: CodeFile): Promise<HclBody> {
  if (text.trim() === "") return {};
  if (measureDepth(text) > DEPTH_MAX) throw refuseCode(path, `it is nested deeper than ${DEPTH_MAX}`);
  if (exhausted) throw refuseCode(path, "a file before it was nested too deep, and no other could be read after that");
  const { parse } = await import("@cdktn/hcl2json");
  try {
    return await parse(path, text);
  } catch (error) {
    exhausted ||= error instanceof RangeError;
    if (exhausted) throw refuseCode(path, "it is nested too deep");
    const { message } = error as Error;
    throw refuseCode(
      path,
      message
        .slice(0, FACT_MAX)
        .replace(/^parse config: /, "")
        .replaceAll(/\s+/g, " "),
    );
  }
}

/** How deep brackets are nested at most; those in texts and comments count too, as nothing is parsed here. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ("{[(".includes(character)) deepest = Math.max(deepest, ++depth);
    else if ("}])".includes(character)) depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function refuseCode(path: string, fact: string): GenesisError {
  return new GenesisError({ code: "code-unreadable", subject: `${TERRAFORM_FOLDER}/${path}`, fact });
}

/** The blocks of one type in a body. `labels` says how many labels that type has. */
export function listBlocks(body: HclBody, type: string, labels: number): HclBlock[] {
  return Object.hasOwn(body, type) ? collectBlocks(body[type], labels, []) : [];
}

function collectBlocks(value: unknown, depth: number, labels: readonly string[]): HclBlock[] {
  if (depth > 0) {
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([label, each]) => collectBlocks(each, depth - 1, [...labels, label]));
  }
  return (Array.isArray(value) ? value : [value]).filter(isObject).map((body) => ({ labels, body }));
}
