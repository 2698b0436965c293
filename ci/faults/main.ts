import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { listFaults } from "./list-faults.js";
import { renderTable } from "./render-table.js";

/** `npm run faults`: writes docs/errors.md. */
await writeFile(join(ROOT, "docs", "errors.md"), renderTable(await listFaults(ROOT)));
