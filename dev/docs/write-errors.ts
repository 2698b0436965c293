import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { renderErrors } from "./render-errors.js";

/** `npm run errors`: writes docs/errors.md from the table of codes. */
writeFileSync(join(ROOT, "docs/errors.md"), renderErrors());
