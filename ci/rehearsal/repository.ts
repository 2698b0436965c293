import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MANAGEMENT_ACCOUNT } from "../emulator/client.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import { TERRAFORM_FOLDER } from "../terraform/code.js";

/** A domain that is nobody's: RFC 2606. */
export const DOMAIN = "platform.test";

/** The data of a repository with values in place of its placeholders. The account that is to come stays one. */
export function fillPlaceholders(text: string): string {
  return text
    .replaceAll("example.com", DOMAIN)
    .replaceAll(/(?<!\d)000000000000(?!\d)/g, MANAGEMENT_ACCOUNT)
    .replaceAll("+1 555 0100", "+1 555 0000");
}

/** Copies what a deployment reads of the repository at `root` into `folder`, filled in for the emulator. */
export async function copyRepository(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const filter = (path: string) => !path.includes("/.terraform/") && !/\.tfstate/.test(path);
  await cp(join(root, TERRAFORM_FOLDER), join(folder, TERRAFORM_FOLDER), { recursive: true, filter });
  await fill(join(root, SETTINGS_PATH), join(folder, SETTINGS_PATH));
  for (const name of await readdir(join(folder, TERRAFORM_FOLDER))) {
    const path = join(folder, TERRAFORM_FOLDER, name);
    if (name.endsWith(".tfvars")) await fill(path, path);
  }
}

async function fill(from: string, to: string): Promise<void> {
  await writeFile(to, fillPlaceholders(await readFile(from, "utf8")));
}
