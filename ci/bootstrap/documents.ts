import { isDeepStrictEqual } from "node:util";
import { TERRAFORM_FOLDER } from "../terraform/code.js";
import { makeSlug } from "./choose-key.js";
import type { Draft } from "./draft.js";

/** A document of `terraform/policies/`, by its path there; undefined where there is none. */
export type ReadDocument = (file: string) => string | undefined;

/** Adds a document of AWS, unless it is there; its path below `policies/`, as the data names it. */
export function addDocument(draft: Draft, key: string, content: string, readDocument: ReadDocument): string {
  for (let number = 1; ; number++) {
    const file = `adopted/${makeSlug(key)}${number === 1 ? "" : `-${number}`}.json`;
    const known = draft.files.find(({ path }) => path === toPath(file))?.text ?? readDocument(file);
    if (known !== undefined && !isSameJson(known, content)) continue;
    if (known === undefined) draft.files.push({ path: toPath(file), text: formatJson(content) });
    return file;
  }
}

const toPath = (file: string) => `${TERRAFORM_FOLDER}/policies/${file}`;

function formatJson(content: string): string {
  return `${JSON.stringify(JSON.parse(content), null, 2)}\n`;
}

/** Whether two documents say the same, whatever their layout. */
export function isSameJson(a: string, b: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
}
