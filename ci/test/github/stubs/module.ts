import { appendFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSettings, SETTINGS_PATH } from "../../../lib/settings.js";
import { describeEmulated, openLocalEnvironment } from "../../../rehearsal/local-environment.js";
import { applyPlan, openApproval } from "../../../terraform/apply-plan.js";
import { openDeployment } from "../../../terraform/deployment.js";
import { EMULATOR_BACKEND } from "../../../terraform/emulator.js";
import type { Environment } from "../../../terraform/environment.js";
import { formatFiles, makePlan } from "../../../terraform/make-plan.js";
import { parsePlan } from "../../../terraform/plan.js";
import { recoverState } from "../../../terraform/recover-state.js";
import { callJson } from "../../emulator/raw-calls.js";

/**
 * `./daggerw` with the module's own code behind the tf functions, Terraform as a local process, and an emulated AWS. A publish
 * builds nothing: it looks in that AWS for the repository of the image `base`, as a push would find it or not.
 */
const { CALLS = "", EMULATOR = "", SCRATCH = "", TERRAFORM = "", MIRROR, AWS_ACCESS_KEY_ID, GITHUB_JOB } = process.env;
const argv = process.argv.slice(2);
appendFileSync(CALLS, `${JSON.stringify({ job: GITHUB_JOB, tool: "daggerw", argv, role: AWS_ACCESS_KEY_ID })}\n`);
const readFlag = (name: string) => argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

async function openModule() {
  const text = await readFile(SETTINGS_PATH, "utf8");
  const revision = readFlag("revision");
  return openDeployment(
    process.cwd(),
    { text, parsed: parseSettings(text) },
    {
      backendSettings: EMULATOR_BACKEND,
      bootstrap: argv.includes("--bootstrap"),
      readOnly: argv.includes("--read-only"),
      ...(revision && { revision }),
    },
  );
}

async function use<T>(run: (environment: Environment) => Promise<T>): Promise<T> {
  const mirror = MIRROR === "" ? undefined : MIRROR;
  const environment = await openLocalEnvironment(
    describeEmulated({ root: process.cwd(), scratch: SCRATCH, terraform: TERRAFORM, mirror, endpoint: EMULATOR }),
  );
  return run(environment).finally(() => environment.remove());
}

async function publish(): Promise<string> {
  const { status } = await callJson(EMULATOR, "ecr-public", "DescribeRepositories", { repositoryNames: ["base"] });
  if (status === 200) return "base built";
  if (argv.includes("--await-repositories")) return "base awaiting";
  throw new Error("[repository-missing] base: it does not exist");
}

async function plan(): Promise<string> {
  const deployment = await openModule();
  const folder = readFlag("output") ?? "plan";
  await mkdir(folder, { recursive: true });
  const files = formatFiles(await use((environment) => makePlan(environment, deployment)));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function apply(): Promise<string> {
  const deployment = await openModule();
  const fingerprint = openApproval(readFlag("expect") ?? "", deployment);
  const approved = parsePlan(await readFile(readFlag("approved") ?? "", "utf8"), "--approved");
  return use((environment) => applyPlan(environment, deployment, { fingerprint, plan: approved, allowDestroy: [] }));
}

async function recover(): Promise<string> {
  const deployment = await openModule();
  return use((environment) => recoverState(environment, deployment));
}

const FUNCTIONS = {
  check: async () => "",
  lock: async () => "",
  publish,
  "tf-plan": plan,
  "tf-apply": apply,
  "tf-recover": recover,
};
const name = argv.find((arg) => arg in FUNCTIONS) as keyof typeof FUNCTIONS | undefined;
if (name === undefined) throw new Error(`no function is called by ${argv.join(" ")}`);
try {
  console.log(await FUNCTIONS[name]());
} catch (error) {
  console.error(`Error: ${(error as Error).message}`);
  process.exitCode = 1;
}
