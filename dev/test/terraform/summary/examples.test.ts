import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EXAMPLES, renderExamples } from "../../../docs/render-examples.js";
import { ROOT } from "../../../tools/find-tool.js";

const examples = renderExamples();

it("docs/examples holds the summaries of ten usual plans as they are written today (npm run examples)", async () => {
  expect([...examples.keys()].sort()).toEqual((await readdir(join(ROOT, EXAMPLES))).sort());
  for (const [name, text] of examples) expect(await readFile(join(ROOT, EXAMPLES, name), "utf8"), name).toBe(text);
});

it.each([
  ["new-account", "creates account `web`; gives group `engineers` access to account `web`"],
  ["leaver", "removes user `bob`"],
  ["new-permission-set", "creates permission set `billing`; gives group `finance` access to account `management`"],
  ["moved-account", "1 loss; moves account `shop`"],
  ["policy-loosened", "loosens policy `genesis-protect-platform`"],
  ["nothing", "no changes"],
  [
    "first-adoption",
    expect.stringMatching(
      /^imports accounts `shop`, `search`, `lab`; .*; imports 15 other resources; 3 other changes$/,
    ),
  ],
  ["destroy", "3 losses; removes policy `deny-regions`; changes the organization's settings"],
  [
    "guard-rail-on",
    "creates policy `deny-regions`; attaches policy `deny-regions` to targets `ou:sandbox`, `ou:workloads`",
  ],
  ["twenty-accounts", "creates 20 accounts; gives group `engineers` access to 20 accounts"],
])("the first line of %s says what happens to whom, and what is not folded fits one screen", (name, headline) => {
  const [, line = "", rest = ""] = /^## Terraform plan: (.*)$([\s\S]*)/m.exec(examples.get(`${name}.md`) ?? "") ?? [];
  expect(line).toEqual(headline);
  const shown = rest.replaceAll(/<details>[\s\S]*?<\/details>/g, "").replace(/```mermaid[\s\S]*?```/, "");
  expect(shown.match(/\S.*/g)?.length).toBeLessThan(["twenty-accounts", "first-adoption"].includes(name) ? 40 : 20);
});

it("says of what the losses tell nothing once more", () => {
  expect(examples.get("destroy.md")).toContain("`trusted-service:backup.amazonaws.com`");
  expect(examples.get("destroy.md")).not.toContain("### Other changes");
});
