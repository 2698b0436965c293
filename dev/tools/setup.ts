import type { TestProject } from "vitest/node";
import { shareOrganization } from "../test/terraform/share-organization.js";
import { describeVersions, findMirror } from "./find-mirror.js";
import { findTool } from "./find-tool.js";
import { REGISTRY, readSuite, WHOLE } from "./suites.js";
import { FAST_TOOLS, FULL_TOOLS, PYTHON_TOOLS, type Tool } from "./tools.js";

/** Installs what the tests of a suite run before the first of them: once, and not in the time of a test. Returns what ends the run. */
export default async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  const registry: Tool[] = process.env[REGISTRY] === "distribution" ? ["registry"] : [];
  await installTools([...FAST_TOOLS, ...(readSuite() === "full" ? FULL_TOOLS : registry)]);
  console.error(`Tests run with ${await describeVersions(await findMirror())}`);
  // A whole fast suite needs it, and most of what it takes is waiting; who runs one file may not need it.
  const shared = await shareOrganization({ atOnce: readSuite() === "fast" && process.env[WHOLE] === "1" });
  provide("organization", shared.url);
  return shared.close;
}

/** Installs tools: what Python brings beside what is fetched or compiled, and each of those after the other, for a compiler takes all cores. */
export async function installTools(tools: readonly Tool[]): Promise<void> {
  const isPython = (tool: Tool) => tool in PYTHON_TOOLS;
  const inTurn = async (some: readonly Tool[]) => {
    for (const tool of some) await findTool(tool);
  };
  await Promise.all([inTurn(tools.filter(isPython)), inTurn(tools.filter((tool) => !isPython(tool)))]);
}
