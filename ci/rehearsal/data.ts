import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DATA_PATH } from "../terraform/code.js";
import { ACCOUNT_TO_COME } from "../terraform/placeholders.js";

/** Writes the dedicated account's id in place of the one to come; for the time of `during`, where it is given. */
export async function setDedicatedId(root: string, id: string, during?: () => Promise<void>): Promise<void> {
  const undo = await editData(root, (text) => text.replace(ACCOUNT_TO_COME, id));
  if (during !== undefined) await during().finally(undo);
}

/** Adds an account, as a person would: three lines. */
export async function addAccount(root: string, name: string): Promise<void> {
  const lines = `  ${name} = {\n    email = "aws+${name}@platform.test"\n    ou    = "workloads"\n  }\n`;
  await editData(root, (text) => text.replace("accounts = {\n", `accounts = {\n${lines}`));
}

/** Writes files as a changeset that is applied does. */
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
