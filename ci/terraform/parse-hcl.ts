import { GenesisError } from "../lib/errors.js";
import { type CodeFile, TERRAFORM_FOLDER } from "./code.js";

/** The body of a block or file: attributes as JSON values (expressions as `${…}` texts), blocks by type and labels. */
export type HclBody = Record<string, unknown>;

/** A block of a body: its labels and what it holds. */
export interface HclBlock {
  labels: readonly string[];
  body: HclBody;
}

/** Parses a file with HashiCorp's own parser, so that it is read as Terraform reads it. Throws `code-unreadable`. */
export async function parseHcl({ path, text }: CodeFile): Promise<HclBody> {
  const { parse } = await import("@cdktn/hcl2json");
  try {
    return text.trim() === "" ? {} : await parse(path, text);
  } catch (error) {
    throw new GenesisError({
      code: "code-unreadable",
      subject: `${TERRAFORM_FOLDER}/${path}`,
      fact: (error as Error).message.replace(/^parse config: /, "").replaceAll(/\s+/g, " "),
      effect: "Terraform was not started",
      next: "terraform fmt terraform, and correct what it says",
    });
  }
}

/** The blocks of one type in a body. `labels` says how many labels that type has. */
export function listBlocks(body: HclBody, type: string, labels: number): HclBlock[] {
  return Object.hasOwn(body, type) ? collectBlocks(body[type], labels, []) : [];
}

function collectBlocks(value: unknown, depth: number, labels: readonly string[]): HclBlock[] {
  if (depth > 0) {
    if (!isBody(value)) return [];
    return Object.entries(value).flatMap(([label, each]) => collectBlocks(each, depth - 1, [...labels, label]));
  }
  return (Array.isArray(value) ? value : [value]).filter(isBody).map((body) => ({ labels, body }));
}

function isBody(value: unknown): value is HclBody {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
