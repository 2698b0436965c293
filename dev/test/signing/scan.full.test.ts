import { expect, it } from "vitest";
import { scanSbom } from "../../../ci/signing/scan.js";
import { runApart } from "../../native/run-step.js";
import { findTool } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeDatabase, PACKAGE } from "./debian-layer.js";

const PURL = `pkg:deb/debian/${PACKAGE.name}@${encodeURIComponent(PACKAGE.version)}?distro=debian-13`;
const SBOM = JSON.stringify({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  components: [
    { type: "library", ...PACKAGE, purl: PURL },
    { type: "operating-system", name: "debian", version: "13" },
  ],
});

/** grype with this database. Nothing listens where a newer one would come from. */
async function scan(sbom: string, database: string) {
  const run = runApart({ tools: { grype: await findTool("grype") }, env: { GRYPE_DB_CACHE_DIR: database } });
  const environment = { registry: { prefix: "localhost:1", plainHttp: true }, run };
  return scanSbom(environment, sbom, "base", "http://127.0.0.1:9/latest.json");
}

it("finds what the database knows of the packages of an SBOM, the worst first", async () => {
  const database = await makeDatabase([
    ["CVE-2026-0001", "medium", PACKAGE.name, null],
    ["CVE-2026-0002", "critical", PACKAGE.name, "1:1.3.1-1"],
    ["CVE-2026-0003", "critical", PACKAGE.name, "1:1.2.12-1"],
    ["CVE-2026-0004", "critical", "openssl", "9"],
  ]);
  const place = { package: PACKAGE.name, version: PACKAGE.version };
  expect(await scan(SBOM, database)).toMatchObject([
    { id: "CVE-2026-0002", severity: "critical", fixes: ["1:1.3.1-1"], ...place },
    { id: "CVE-2026-0001", severity: "medium", fixes: [], ...place },
  ]);
});

it("fails where the scanner does, which is no clean result", async () => {
  const database = await makeDatabase([]);
  const error = await expectError("scan-failed", () => scan("this is no SBOM", database));
  expect(error.message).toContain("grype ended with 1");
});
