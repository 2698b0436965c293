import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readOrganization } from "../../ci/organization/read-organization.js";
import { PICTURE_PATH, renderSvg } from "../../ci/organization/render-svg.js";
import { readCode } from "../../ci/terraform/code.js";
import { ROOT } from "../tools/find-tool.js";

/** `npm run draw`: writes docs/organization.svg, as `draw-organization` does on an engine. */
await writeFile(join(ROOT, PICTURE_PATH), renderSvg(await readOrganization(await readCode(ROOT))));
