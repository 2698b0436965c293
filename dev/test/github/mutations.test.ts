import { describe, expect, it } from "vitest";
import { MUTATIONS, type Mutation } from "./mutations.js";
import { findViolations, RULE_NAMES } from "./rules.js";
import { readDocuments, WORKFLOW_NAMES, type WorkflowName } from "./workflows.js";

type Node = Record<string, unknown> | unknown[];

/** Writes or removes what stands at the path. A path that leads nowhere is a mistake of the mutation. */
function mutate(document: unknown, { path, value }: Mutation): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let node = document as Node;
  for (const key of keys) node = (node as Record<string, Node>)[key] as Node;
  if (value === undefined && !(last in node)) throw new Error(`nothing stands at ${path}`);
  if (Array.isArray(node)) node.splice(Number(last), 1, ...(value === undefined ? [] : [value]));
  else if (value === undefined) delete node[last];
  else node[last] = value;
}

describe.each(WORKFLOW_NAMES)("a change of %s that turns a rule red", (name: WorkflowName) => {
  it.each(MUTATIONS[name])("$what", async (mutation) => {
    const documents = await readDocuments();
    mutate(documents[name], mutation);
    const violations = findViolations(documents);
    expect(Object.keys(violations)).toContain(mutation.rule);
    expect(violations[mutation.rule]?.join()).not.toBe("");
  });

  it("is one of at least 15", () => {
    expect(new Set(MUTATIONS[name].map(({ what }) => what)).size).toBeGreaterThanOrEqual(15);
  });
});

it("each rule is turned red by some change", () => {
  const rules = new Set(Object.values(MUTATIONS).flatMap((mutations) => mutations.map(({ rule }) => rule)));
  expect([...rules].sort()).toEqual([...RULE_NAMES].sort());
});
