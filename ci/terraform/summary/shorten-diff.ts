import { listAll } from "../effects.js";
import type { Plan } from "../plan.js";
import { isToldWhole } from "./told.js";

/** The line before a resource in Terraform's diff: `  # address will be created`, with one space where it is forgotten; comments inside of one stand deeper. */
const HEAD = /^ {1,2}# ((?:[^\s"(]|"(?:[^"\\]|\\.)*")+) /;

/** Terraform's diff without the resources of which the sections tell everything, and how many those are. */
export function shortenDiff(plan: Plan, diff: string): { text: string; leftOut: number } {
  const told = new Set(plan.resource_changes.map(({ address }) => address));
  for (const effect of listAll(plan)) if (!isToldWhole(effect)) told.delete(effect.change.address);
  const leftOut = new Set<string>();
  let address: string | undefined;
  const lines = diff.split("\n").filter((line) => {
    // After the last of them, in the first column: but for `-/+ resource`.
    if (/^[^\s+~-]/.test(line)) address = undefined;
    address = HEAD.exec(line)?.[1] ?? address;
    if (address === undefined || !told.has(address)) return true;
    leftOut.add(address);
    return false;
  });
  return { text: lines.join("\n"), leftOut: leftOut.size };
}
