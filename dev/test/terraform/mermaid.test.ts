import fc from "fast-check";
import { Window } from "happy-dom";
import { expect, it } from "vitest";
import { escapeLabel, renderStructure } from "../../../ci/terraform/summary/render-structure.js";
import { NASTY_NAMES } from "../organization/organizations.js";
import { makeChange, makePlanOf } from "./plans.js";

/** Parses a flowchart with Mermaid itself, which throws where it is none. Mermaid sanitizes labels by a browser's DOM. */
async function parseMermaid(text: string): Promise<string> {
  const window = new Window();
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  return (await mermaid.parse(text)).diagramType;
}

it("a label is plain characters and entity codes only, whatever the name", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...NASTY_NAMES)), (text) => {
      expect(escapeLabel(text)).toMatch(/^(?:[A-Za-z0-9 ,._/+…·−-]|#\d+;)*$/u);
    }),
  );
});

it("the picture of a plan's changes is a flowchart to Mermaid, whatever the names", async () => {
  const changes = NASTY_NAMES.flatMap((name) => [
    makeChange("create", "aws_organizations_organizational_unit", name, { after: { name, id: name } }),
    makeChange("delete", "aws_organizations_account", name, { before: { name, parent_id: name } }),
    makeChange("create", "aws_ssoadmin_account_assignment", `a/${name}/${name}`),
  ]);
  const { mermaid } = renderStructure(makePlanOf(changes), 50_000);
  expect(await parseMermaid(mermaid)).toBe("flowchart-v2");
  expect(mermaid).toContain("alert");
  for (const raw of ["<script", "\u202e", "\u001b"]) expect(mermaid).not.toContain(raw);
  await expect(parseMermaid('flowchart LR\n  a["x" --> b\n')).rejects.toThrow("Parse error");
});
