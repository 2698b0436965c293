/**
 * The Bun that runs the module, as an npm package: the TypeScript SDK of Dagger 0.21.8 names this version in
 * sdk/typescript/runtime/tsdistconsts/consts.go.
 */
export const BUN = "bun@1.3.0";
