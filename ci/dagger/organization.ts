import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Changeset } from "@dagger.io/dagger";
import { isMissing } from "../lib/files.js";
import { formatOrganization, parseOrganizationFormat } from "../organization/format-organization.js";
import { readOrganization } from "../organization/read-organization.js";
import { checkPicture, PICTURE_PATH, renderSvg } from "../organization/render-svg.js";
import { readCode } from "../terraform/code.js";
import type { Workspace } from "./workspace.js";

/** `organization`: what the Terraform data says, as tables, JSON or a picture. */
export async function runOrganization({ root }: Workspace, format: string): Promise<string> {
  const parsed = parseOrganizationFormat(format);
  return formatOrganization(await readOrganization(await readCode(root)), parsed);
}

/** `draw-organization`: the picture in docs/. */
export async function runDraw({ root, source }: Workspace): Promise<Changeset> {
  const picture = renderSvg(await readOrganization(await readCode(root)));
  return source.withNewFile(PICTURE_PATH, picture).changes(source);
}

/** `check-picture`: compares what stands in docs/ with what would be drawn. */
export async function runPictureCheck({ root }: Workspace): Promise<string> {
  const held = await readFile(join(root, PICTURE_PATH), "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return checkPicture(await readOrganization(await readCode(root)), held);
}
