import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { CASES } from "../../ci/faults/cases.js";
import { listFaults } from "../../ci/faults/list-faults.js";
import { renderCases } from "../../ci/faults/render-cases.js";
import { renderTable } from "../../ci/faults/render-table.js";

/** `npm run faults`: writes docs/errors.md and docs/failure-cases.md. */
await writeFile(join(ROOT, "docs", "errors.md"), renderTable(await listFaults(ROOT)));
await writeFile(join(ROOT, "docs", "failure-cases.md"), renderCases(CASES));
