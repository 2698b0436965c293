import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findTool } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const run = promisify(execFile);

export const PACKAGE = { name: "zlib1g", version: "1:1.2.13-1" };

/** A layer, as a tar, of a Debian in which one package is installed. */
export async function makeDebianLayer(): Promise<Buffer> {
  const folder = await makeTemporaryFolder();
  const root = join(folder, "root");
  await mkdir(join(root, "var/lib/dpkg"), { recursive: true });
  await mkdir(join(root, "etc"), { recursive: true });
  const { name, version } = PACKAGE;
  const status = ["Status: install ok installed", "Architecture: amd64", "Maintainer: x", "Description: x"];
  await writeFile(
    join(root, "var/lib/dpkg/status"),
    `${[`Package: ${name}`, `Version: ${version}`, ...status].join("\n")}\n\n`,
  );
  await writeFile(join(root, "etc/os-release"), 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n');
  await run("tar", ["-cf", join(folder, "layer.tar"), "-C", root, "."]);
  return readFile(join(folder, "layer.tar"));
}

/** A vulnerability: its id, its severity, its package, and the version that mends it. */
export type Vulnerability = readonly [id: string, severity: string, name: string, fix: string | null];

/** A folder with a database of vulnerabilities for grype, built so many days ago. */
export async function makeDatabase(vulnerabilities: readonly Vulnerability[], daysAgo = 0): Promise<string> {
  const folder = await makeTemporaryFolder();
  const file = join(folder, "made.db");
  const built = new Date(Date.now() - daysAgo * 86_400_000).toISOString().replace("T", " ").replace("Z", "+00:00");
  const script = new URL("./make-database.py", import.meta.url).pathname;
  await run("python3", [script, file, built, JSON.stringify(vulnerabilities)]);
  const env = { PATH: process.env.PATH ?? "", HOME: folder, GRYPE_DB_CACHE_DIR: folder };
  const quiet = { GRYPE_DB_VALIDATE_AGE: "false", GRYPE_CHECK_FOR_APP_UPDATE: "false" };
  await run(await findTool("grype"), ["db", "import", file], { env: { ...env, ...quiet } });
  return folder;
}
