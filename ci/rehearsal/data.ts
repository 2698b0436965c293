import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readAt } from "../lib/objects.js";
import { DATA_PATH } from "../terraform/code.js";
import { editHcl, type HclEdit } from "../terraform/edit-hcl.js";
import { type HclBody, parseHcl } from "../terraform/parse-hcl.js";
import { DOMAIN } from "./repository.js";

/** Adds an account to the data, as a person would. */
export function addAccount(root: string, name: string): Promise<void> {
  const value = { email: `aws+${name}@${DOMAIN}`, ou: "workloads" };
  return editData(root, () => ({ path: ["accounts", name], value }));
}

/** Gives a group a permission set in an account, by one more entry of its access. */
export function grantAccess(root: string, group: string, set: string, account: string): Promise<void> {
  const path = ["groups", group, "access"];
  return editData(root, (data) => {
    const access = (readAt(data, path) ?? []) as unknown[];
    return { path, value: [...access, { permission_sets: [set], accounts: [account] }] };
  });
}

async function editData(root: string, choose: (data: HclBody) => HclEdit): Promise<void> {
  const path = join(root, DATA_PATH);
  const text = await readFile(path, "utf8");
  const edit = choose(await parseHcl({ path: DATA_PATH, text, hash: "" }));
  await writeFile(path, await editHcl(text, [edit], DATA_PATH));
}

/** Writes files of the repository at `root`, as a changeset that is applied does. */
export async function writeFiles(root: string, files: readonly { path: string; text: string }[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
