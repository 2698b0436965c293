import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { EXAMPLES, renderExamples } from "./render-examples.js";

/** `npm run examples`: writes docs/examples. */
const folder = join(ROOT, EXAMPLES);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of renderExamples()) writeFileSync(join(folder, name), text);
