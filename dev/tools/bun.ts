/**
 * The Bun that runs the module, as an npm package: the TypeScript SDK of Dagger 0.21.8 names this version in
 * sdk/typescript/runtime/tsdistconsts/consts.go.
 */
const BUN = "bun@1.3.0";

/** The arguments with which npx runs Bun. The package is named by an option, which counts also inside another npx. */
export const NPX_BUN = ["--yes", `--package=${BUN}`, "--", "bun"];
