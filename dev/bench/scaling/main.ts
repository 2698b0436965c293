import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../tools/find-tool.js";
import { replaceNumbers, SCALING_PATH } from "./render-numbers.js";

/** `npm run scaling`: writes the numbers of docs/scaling.md. */
const path = join(ROOT, SCALING_PATH);
await writeFile(path, replaceNumbers(await readFile(path, "utf8")));
