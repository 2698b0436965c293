/** The variable that names the suite of a run. */
export const SUITE = "GENESIS_SUITE";
/** The variable that is `1` where a suite runs whole. */
export const WHOLE = "GENESIS_WHOLE";
/** The variable that names the registry: `distribution` is the real one, else the small one runs. */
export const REGISTRY = "GENESIS_REGISTRY";

/** Tests of the module's own code, which run again on Bun, where the module runs, and against the real registry. */
const MODULE_TESTS = [
  ...["aws", "bootstrap", "dagger", "fuzz", "images", "lib", "registry"].map((folder) => `${folder}/**/*.test.ts`),
  "secrets/publish.test.ts",
  // Not what runs the tools: those tests are about processes of this machine, which the module has none of.
  "signing/{policy,trust}.test.ts",
  // Not what runs Terraform: those tests are about Terraform.
  "terraform/{check-code,check-plan,check-policies,compare-plans,data,edit-state,failures,fingerprint,gate,half-done,lint,phase,placeholders,plan,redact}.test.ts",
  "terraform/summary/*.test.ts",
].map((pattern) => `dev/test/${pattern}`);

/** The files of each suite. */
export const SUITES = {
  fast: { include: ["dev/test/**/*.test.ts"], exclude: ["dev/test/e2e/**", "dev/test/**/*.full.test.ts"] },
  full: { include: ["dev/test/**/*.full.test.ts"], exclude: [] },
  module: { include: MODULE_TESTS, exclude: [] },
  /** For `npx vitest` by hand, with a file's name. */
  all: { include: ["dev/test/**/*.test.ts"], exclude: ["dev/test/e2e/**"] },
} as const;

/** The suite of this run. */
export function readSuite(): keyof typeof SUITES {
  const name = process.env[SUITE] ?? "all";
  if (!(name in SUITES)) throw new Error(`${SUITE} is ${name}, and the suites are ${Object.keys(SUITES).join(", ")}`);
  return name as keyof typeof SUITES;
}
