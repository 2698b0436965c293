import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { readCode } from "../../ci/terraform/code.js";
import { drawFiles } from "../../ci/organization/check-picture.js";
import { readOrganization } from "../../ci/organization/read-organization.js";

/** `npm run draw`: writes docs/organization.md and docs/organization.svg, as `draw-organization` does on an engine. */
for (const [path, text] of Object.entries(drawFiles(await readOrganization(await readCode(ROOT))))) {
  await writeFile(join(ROOT, path), text);
}
