import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Changeset } from "@dagger.io/dagger";
import { isMissing } from "../lib/files.js";
import { checkPicture, drawFiles } from "../organization/check-picture.js";
import { formatOrganization, parseOrganizationFormat } from "../organization/format-organization.js";
import { readOrganization } from "../organization/read-organization.js";
import { readCode } from "../terraform/code.js";
import type { Workspace } from "./workspace.js";

/** `organization`: what the Terraform data says, as tables, JSON or a picture. */
export async function runOrganization({ root }: Workspace, format: string): Promise<string> {
  const parsed = parseOrganizationFormat(format);
  return formatOrganization(await readOrganization(await readCode(root)), parsed);
}

/** `draw-organization`: the document and its image. */
export async function runDraw({ root, source }: Workspace): Promise<Changeset> {
  const files = Object.entries(drawFiles(await readOrganization(await readCode(root))));
  return files.reduce((directory, [path, text]) => directory.withNewFile(path, text), source).changes(source);
}

/** `check-picture`: compares what stands in docs/ with what would be drawn. */
export async function runPictureCheck({ root }: Workspace): Promise<string> {
  return checkPicture(await readOrganization(await readCode(root)), (path) =>
    readFile(join(root, path), "utf8").catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    }),
  );
}
