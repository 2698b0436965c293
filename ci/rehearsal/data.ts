import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DATA_PATH } from "../terraform/code.js";
import { editHcl } from "../terraform/edit-hcl.js";
import { parseHcl } from "../terraform/parse-hcl.js";

/** Adds an account, as a person would: three lines. */
export async function addAccount(root: string, name: string): Promise<void> {
  const lines = `  ${name} = {\n    email = "aws+${name}@platform.test"\n    ou    = "workloads"\n  }\n`;
  await editData(root, (text) => text.replace("accounts = {\n", `accounts = {\n${lines}`));
}

/** Gives a group a permission set in an account, by one more entry of its access. */
export async function grantAccess(root: string, group: string, set: string, account: string): Promise<void> {
  const path = join(root, DATA_PATH);
  const text = await readFile(path, "utf8");
  const { groups } = await parseHcl({ path: DATA_PATH, text, hash: "" });
  const { access = [] } = (groups as Record<string, { access?: unknown[] }>)[group] ?? {};
  const value = [...access, { permission_sets: [set], accounts: [account] }];
  await writeFile(path, await editHcl(text, [{ path: ["groups", group, "access"], value }], DATA_PATH));
}

/** Writes files of the repository at `root`, as a changeset that is applied does. */
export async function writeFiles(root: string, files: readonly { path: string; text: string }[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Edits the data; returns what undoes it. Throws where nothing changes. */
export async function editData(root: string, edit: (text: string) => string): Promise<() => Promise<void>> {
  const path = join(root, DATA_PATH);
  const before = await readFile(path, "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`${DATA_PATH} is not as the rehearsal expects it: there is nothing to edit`);
  await writeFile(path, after);
  return () => writeFile(path, before);
}
