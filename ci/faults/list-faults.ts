import { ERROR_CODES } from "../lib/errors.js";
import { findErrors } from "./find-errors.js";
import { findProofs } from "./find-proofs.js";
import type { Fault } from "./render-table.js";
import { readSources } from "./source.js";

/** All codes in order, with what the product's code says of them and the tests that assert them. */
export async function listFaults(root: string): Promise<Fault[]> {
  const codes = Object.keys(ERROR_CODES);
  const errors = findErrors(await readSources(root, "ci"), codes);
  const proofs = findProofs(await readSources(root, "ci/test"), codes);
  return Object.entries(ERROR_CODES).map(([code, meaning]) => {
    const { effects, nexts } = errors.get(code) ?? { effects: new Set<string>(), nexts: new Set<string>() };
    return { code, meaning, effects, nexts, proofs: proofs.get(code) ?? [] };
  });
}
