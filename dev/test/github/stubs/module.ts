import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AwsCredentials, parseAwsCredentials } from "../../../../ci/aws/credentials.js";
import { adoptExisting } from "../../../../ci/bootstrap/adoption.js";
import { type BootstrapApi, openBootstrapApi } from "../../../../ci/bootstrap/api.js";
import { bootstrap } from "../../../../ci/bootstrap/bootstrap.js";
import { type BootstrapData, readBootstrapData } from "../../../../ci/bootstrap/data.js";
import { readCatalog } from "../../../../ci/images/catalog.js";
import { formatLock, LOCK_PATH, parseLock, updateLock } from "../../../../ci/images/lock.js";
import { MODULE_PATH, replacePulls } from "../../../../ci/images/module-bazel.js";
import { PINS_PATH, parsePins } from "../../../../ci/images/pins.js";
import { publishImages } from "../../../../ci/images/publish.js";
import { concludeReport, formatReport, parseReportFormat } from "../../../../ci/images/report.js";
import { parseRevision } from "../../../../ci/lib/names.js";
import { parseSettings, SETTINGS_PATH, type Settings } from "../../../../ci/lib/settings.js";
import type { Run } from "../../../../ci/lib/step.js";
import { RegistryClient } from "../../../../ci/registry/client.js";
import { applyPlan, openApproval } from "../../../../ci/terraform/apply-plan.js";
import { DATA_PATH } from "../../../../ci/terraform/code.js";
import { openDeployment } from "../../../../ci/terraform/deployment.js";
import { concludeDrift } from "../../../../ci/terraform/drift.js";
import { EMULATOR_BACKEND, EMULATOR_CREDENTIALS } from "../../../../ci/terraform/emulator.js";
import { formatFiles, makePlan } from "../../../../ci/terraform/make-plan.js";
import { parsePlan } from "../../../../ci/terraform/plan.js";
import { recoverState } from "../../../../ci/terraform/recover-state.js";
import { makeLayoutBuilder } from "../../../native/build-layout.js";
import { openTerraform } from "../../../native/open-terraform.js";

/**
 * `./daggerw` with the module's own code behind its functions, Terraform as a local process, an emulated AWS and a real registry. A
 * publish pushes prepared layouts in place of built images.
 */
const {
  CALLS = "",
  EMULATOR = "",
  SCRATCH = "",
  TERRAFORM = "",
  REGISTRY = "",
  MIRROR,
  SECRETS,
  AWS_ACCESS_KEY_ID,
  GITHUB_JOB,
} = process.env;
const argv = process.argv.slice(2);
appendFileSync(CALLS, `${JSON.stringify({ job: GITHUB_JOB, tool: "daggerw", argv, role: AWS_ACCESS_KEY_ID })}\n`);
const readFlag = (name: string) => argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const readOutput = () => readFlag("output") ?? argv[argv.indexOf("-o") + 1 || argv.length];

/**
 * The secret of `--aws`, from where Dagger takes secrets: `cmd://` and `file://`. The dummies of an emulator without it, and in workflows,
 * whose credentials are the name of a role here and no key.
 */
async function readCredentials(): Promise<AwsCredentials> {
  if (SECRETS !== "read") return EMULATOR_CREDENTIALS;
  const [, kind, value = ""] = /^(cmd|file):\/\/(.*)$/s.exec(readFlag("aws") ?? "") ?? [];
  if (kind === undefined) return EMULATOR_CREDENTIALS;
  const text =
    kind === "file" ? await readFile(value, "utf8") : execFileSync("sh", ["-c", value], { encoding: "utf8" });
  return parseAwsCredentials(text, Date.now());
}

async function useBootstrap<T>(
  run: (api: BootstrapApi, data: BootstrapData, settings: Settings) => Promise<T>,
): Promise<T> {
  const text = await readFile(SETTINGS_PATH, "utf8");
  const settings = parseSettings(text);
  const data = await readBootstrapData(process.cwd(), { text, parsed: settings });
  const credentials = await readCredentials();
  const api = await openBootstrapApi({ credentials, region: data.state.region, endpoint: EMULATOR });
  return run(api, data, settings).finally(() => api.close());
}

/** Changes the file where a person says so, as Dagger does. */
async function adopt(): Promise<string> {
  const { text, adoption } = await useBootstrap(adoptExisting);
  if (argv.includes("--auto-apply")) await writeFile(DATA_PATH, text);
  return adoption.changes.join("\n");
}

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

async function use<T>(steps: (run: Run) => Promise<T>): Promise<T> {
  const mirror = MIRROR === "" ? undefined : MIRROR;
  const { accessKeyId, secretAccessKey } = await readCredentials();
  const { run, remove } = await openTerraform({
    ...{ root: process.cwd(), scratch: SCRATCH, terraform: TERRAFORM, mirror, endpoint: EMULATOR },
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  });
  return steps(run).finally(remove);
}

async function openImages() {
  const pins = parsePins(await readFile(PINS_PATH, "utf8"));
  const registry = new RegistryClient({ url: REGISTRY, prefix: new URL(REGISTRY).host });
  return { images: await readCatalog(process.cwd(), pins), registry };
}

async function publish(): Promise<string> {
  const { images, registry } = await openImages();
  const results = await publishImages(images, {
    registry,
    build: makeLayoutBuilder(join(SCRATCH, "layouts")),
    awaitRepositories: argv.includes("--await-repositories"),
    revision: parseRevision(readFlag("revision") ?? ""),
    onResult: ({ image, status }) => console.log(`${image}: ${status}`),
  });
  const target = `Registry at ${registry.prefix}.`;
  const report = formatReport(results, target, parseReportFormat(readFlag("format") ?? "table"));
  await writeFile(readFlag("output") ?? "", concludeReport(results, report));
  return "";
}

async function lock(): Promise<string> {
  const { images, registry } = await openImages();
  const update = await updateLock(images, registry, parseLock(await readFile(LOCK_PATH, "utf8")));
  await writeFile(LOCK_PATH, formatLock(update.lock));
  await writeFile(MODULE_PATH, replacePulls(await readFile(MODULE_PATH, "utf8"), update.lock));
  return update.behind.join("\n");
}

async function plan(): Promise<string> {
  const deployment = await openModule();
  const folder = readOutput() ?? "plan";
  await mkdir(folder, { recursive: true });
  const files = formatFiles(await use((run) => makePlan(run, deployment)));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function apply(): Promise<string> {
  const deployment = await openModule();
  const fingerprint = openApproval(readFlag("expect") ?? "", deployment);
  const approved = parsePlan(await readFile(readFlag("approved") ?? "", "utf8"), "--approved");
  return use((run) => applyPlan(run, deployment, { fingerprint, plan: approved, allowDestroy: [] }));
}

async function drift(): Promise<string> {
  const deployment = await openModule();
  return concludeDrift(await use((run) => makePlan(run, deployment)));
}

async function recover(): Promise<string> {
  const deployment = await openModule();
  return use((run) => recoverState(run, deployment));
}

const FUNCTIONS = {
  adopt,
  bootstrap: () => useBootstrap(bootstrap),
  check: async () => "",
  lock,
  publish,
  "tf-plan": plan,
  "tf-apply": apply,
  "tf-drift": drift,
  "tf-recover": recover,
};
const name = argv.find((arg) => Object.hasOwn(FUNCTIONS, arg)) as keyof typeof FUNCTIONS | undefined;
if (name === undefined) throw new Error(`no function is called by ${argv.join(" ")}`);
try {
  console.log(await FUNCTIONS[name]());
} catch (error) {
  console.error(`Error: ${(error as Error).message}`);
  process.exitCode = 1;
}
