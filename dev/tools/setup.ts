import { findTool } from "./find-tool.js";

/** Installs what the tests run before the first of them: once, and not in the time of a test. */
export default async function setup(): Promise<void> {
  for (const tool of [
    "registry",
    "hadolint",
    "shellcheck",
    "buildifier",
    "terraform",
    "tflint",
    "moto",
    "starlark",
    "actionlint",
    "gojq",
    "zizmor",
  ] as const)
    await findTool(tool);
}
