import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findTool, ROOT } from "../tools/find-tool.js";
import type { Machine } from "./results.js";

/** Describes this machine, and the versions of what is measured and compared with. */
export async function describeMachine(): Promise<Machine> {
  const processors = cpus();
  const { engineVersion } = JSON.parse(await readFile(join(ROOT, "dagger.json"), "utf8"));
  const terraform = await promisify(execFile)(await findTool("terraform"), ["version", "-json"]);
  return {
    processor: processors[0]?.model.trim() || "unknown processor",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().split("-")[0]}`,
    tools: {
      Node: process.versions.node,
      Dagger: String(engineVersion).replace(/^v/, ""),
      Terraform: JSON.parse(terraform.stdout).terraform_version,
    },
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
