import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type Import, renderImports } from "../../../ci/bootstrap/imports.js";
import { formatHcl } from "../../../ci/terraform/format-hcl.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { findTool } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const ODD = 'a "b" ${c}\n%{d}';
const IMPORTS: Import[] = [
  { address: 'terraform_data.this["shop"]', id: "two" },
  { address: "terraform_data.one", id: ODD },
  { address: `terraform_data.this[${formatHcl(ODD)}]`, id: "three" },
];

describe("the imports", () => {
  it("are only a comment where there are none", async () => {
    expect(renderImports([])).toMatch(/^#.*\n$/);
  });

  it("stand by address, and in the same order whatever it was before", () => {
    const text = renderImports(IMPORTS);
    expect(renderImports(IMPORTS.toReversed())).toBe(text);
    expect(text.match(/(?<=id = ")\w+/g)).toEqual(["a", "three", "two"]);
    expect(text).toContain('\n\nimport {\n  to = terraform_data.this["shop"]\n  id = "two"\n}\n');
  });

  it("are what Terraform imports, in the layout of terraform fmt", async () => {
    const folder = await makeTemporaryFolder();
    const terraform = await findTool("terraform");
    const run = (...args: string[]) => promisify(execFile)(terraform, [`-chdir=${folder}`, ...args]);
    const keys = JSON.stringify(["shop", ODD]).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
    await writeFile(
      join(folder, "main.tf"),
      `resource "terraform_data" "one" {}\n\nresource "terraform_data" "this" {\n  for_each = toset(${keys})\n}\n`,
    );
    await writeFile(join(folder, "imports.tf"), renderImports(IMPORTS));
    expect((await run("fmt", "-check", "-diff", "imports.tf")).stdout).toBe("");
    await run("init", "-no-color");
    await run("apply", "-auto-approve", "-no-color");
    const { stdout } = await run("show", "-json");
    const { resources } = JSON.parse(stdout).values.root_module;
    const ids = resources.map(({ index, values }: { index?: string; values: { id: string } }) => [index, values.id]);
    expect(new Map(ids)).toEqual(
      new Map([
        [undefined, ODD],
        ["shop", "two"],
        [ODD, "three"],
      ]),
    );
    expect(await parseHcl({ path: "imports.tf", text: renderImports([]), hash: "" })).toEqual({});
  });
});
