import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
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
import { RegistryClient } from "../../../../ci/registry/client.js";
import { applyPlan, openApproval } from "../../../../ci/terraform/apply-plan.js";
import { DATA_PATH } from "../../../../ci/terraform/code.js";
import { openDeployment } from "../../../../ci/terraform/deployment.js";
import { concludeDrift } from "../../../../ci/terraform/drift.js";
import { EMULATOR_BACKEND, EMULATOR_CREDENTIALS } from "../../../../ci/terraform/emulator.js";
import type { Environment } from "../../../../ci/terraform/environment.js";
import { formatFiles, makePlan } from "../../../../ci/terraform/make-plan.js";
import { parsePlan } from "../../../../ci/terraform/plan.js";
import { recoverState } from "../../../../ci/terraform/recover-state.js";
import { makeLayoutBuilder } from "../../../native/build-layout.js";
import { describeEmulated, openLocalEnvironment } from "../../../native/local-environment.js";
import type { Program, ProgramCall } from "../../fixtures/programs.js";

/** What the module's functions work with in a test. */
export interface ModuleOptions {
  /** The emulated AWS. */
  emulator: string;
  /** Path of the executable. */
  terraform: string;
  mirror: string | undefined;
  scratch: string;
  /** The registry that a publish pushes to. */
  registry?: string;
  /** The environment of what `--aws=cmd://…` runs. Without it no secret is read: a workflow's credentials are a role's name here, and no key. */
  secrets?: Readonly<Record<string, string>>;
}

/** A call, and what it works with. */
interface Invocation extends ModuleOptions {
  call: ProgramCall;
  has(flag: string): boolean;
  flag(name: string): string | undefined;
  /** A path in the folder of the call. */
  at(path: string): string;
}

const FUNCTIONS: Readonly<Record<string, (invocation: Invocation) => Promise<string>>> = {
  adopt,
  bootstrap: (invocation) => useBootstrap(invocation, bootstrap),
  check: async () => "",
  lock,
  publish,
  "tf-plan": plan,
  "tf-apply": apply,
  "tf-drift": async (invocation) => concludeDrift(await makePlanOf(invocation)),
  "tf-recover": async (invocation) => {
    const deployment = await openModule(invocation);
    return use(invocation, (environment) => recoverState(environment, deployment));
  },
};

/**
 * `./daggerw` with the module's own code behind its functions, Terraform as a local process, an emulated AWS and a real registry. A
 * publish pushes prepared layouts in place of built images.
 */
export function makeModule(options: ModuleOptions): Program {
  return async (call) => {
    const { argv, cwd, print } = call;
    const name = argv.find((arg) => Object.hasOwn(FUNCTIONS, arg)) ?? "";
    const flag = (wanted: string) => argv.find((arg) => arg.startsWith(`--${wanted}=`))?.slice(wanted.length + 3);
    const at = (path: string) => join(cwd, path);
    const invocation = { ...options, call, has: (wanted: string) => argv.includes(wanted), flag, at };
    const result = await FUNCTIONS[name]?.(invocation).catch((error: Error) => {
      throw new Error(`Error: ${error.message}`);
    });
    if (result === undefined) throw new Error(`no function is called by ${argv.join(" ")}`);
    print(`${result}\n`);
  };
}

/** The secret of `--aws`, from where Dagger takes secrets: `cmd://` and `file://`; the dummies of an emulator without it. */
async function readCredentials({ call, flag, at, secrets }: Invocation): Promise<AwsCredentials> {
  const [, kind, value = ""] = /^(cmd|file):\/\/(.*)$/s.exec(flag("aws") ?? "") ?? [];
  if (secrets === undefined || kind === undefined) return EMULATOR_CREDENTIALS;
  const options = { cwd: call.cwd, env: { ...secrets, ...call.env } };
  const text =
    kind === "file"
      ? await readFile(at(value), "utf8")
      : (await promisify(execFile)("sh", ["-c", value], options)).stdout;
  return parseAwsCredentials(text, Date.now());
}

async function readSettings({ at }: Invocation): Promise<{ text: string; parsed: Settings }> {
  const text = await readFile(at(SETTINGS_PATH), "utf8");
  return { text, parsed: parseSettings(text) };
}

async function useBootstrap<T>(
  invocation: Invocation,
  run: (api: BootstrapApi, data: BootstrapData, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = await readSettings(invocation);
  const data = await readBootstrapData(invocation.call.cwd, settings);
  const credentials = await readCredentials(invocation);
  const api = await openBootstrapApi({ credentials, region: data.state.region, endpoint: invocation.emulator });
  return run(api, data, settings.parsed).finally(() => api.close());
}

/** Changes the file where a person says so, as Dagger does. */
async function adopt(invocation: Invocation): Promise<string> {
  const { text, adoption } = await useBootstrap(invocation, adoptExisting);
  if (invocation.has("--auto-apply")) await writeFile(invocation.at(DATA_PATH), text);
  return adoption.changes.join("\n");
}

async function openModule(invocation: Invocation) {
  const revision = invocation.flag("revision");
  return openDeployment(invocation.call.cwd, await readSettings(invocation), {
    backendSettings: EMULATOR_BACKEND,
    bootstrap: invocation.has("--bootstrap"),
    readOnly: invocation.has("--read-only"),
    ...(revision && { revision }),
  });
}

async function use<T>(invocation: Invocation, run: (environment: Environment) => Promise<T>): Promise<T> {
  const { call, scratch, terraform, mirror, emulator } = invocation;
  const { accessKeyId, secretAccessKey } = await readCredentials(invocation);
  const environment = await openLocalEnvironment({
    ...describeEmulated({ root: call.cwd, scratch, terraform, mirror, endpoint: emulator }),
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  });
  return run(environment).finally(() => environment.remove());
}

async function openImages({ call, at, registry: url = "" }: Invocation) {
  const pins = parsePins(await readFile(at(PINS_PATH), "utf8"));
  const registry = new RegistryClient({ url, prefix: new URL(url).host });
  return { images: await readCatalog(call.cwd, pins), registry };
}

async function publish(invocation: Invocation): Promise<string> {
  const { call, flag, has, scratch } = invocation;
  const { images, registry } = await openImages(invocation);
  const results = await publishImages(images, {
    registry,
    build: makeLayoutBuilder(join(scratch, "layouts")),
    awaitRepositories: has("--await-repositories"),
    revision: parseRevision(flag("revision") ?? ""),
    onResult: ({ image, status }) => call.print(`${image}: ${status}\n`),
  });
  const target = `Registry at ${registry.prefix}.`;
  const report = formatReport(results, target, parseReportFormat(flag("format") ?? "table"));
  await writeFile(flag("output") ?? "", concludeReport(results, report));
  return "";
}

async function lock(invocation: Invocation): Promise<string> {
  const { images, registry } = await openImages(invocation);
  const [lockFile, moduleFile] = [invocation.at(LOCK_PATH), invocation.at(MODULE_PATH)];
  const update = await updateLock(images, registry, parseLock(await readFile(lockFile, "utf8")));
  await writeFile(lockFile, formatLock(update.lock));
  await writeFile(moduleFile, replacePulls(await readFile(moduleFile, "utf8"), update.lock));
  return update.behind.join("\n");
}

async function makePlanOf(invocation: Invocation) {
  const deployment = await openModule(invocation);
  return use(invocation, (environment) => makePlan(environment, deployment));
}

async function plan(invocation: Invocation): Promise<string> {
  const { call, flag, at } = invocation;
  const folder = flag("output") ?? call.argv[call.argv.indexOf("-o") + 1] ?? "plan";
  const files = formatFiles(await makePlanOf(invocation));
  await mkdir(at(folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(at(folder), name), text);
  return folder;
}

async function apply(invocation: Invocation): Promise<string> {
  const deployment = await openModule(invocation);
  const fingerprint = openApproval(invocation.flag("expect") ?? "", deployment);
  const approved = parsePlan(await readFile(invocation.at(invocation.flag("approved") ?? ""), "utf8"), "--approved");
  const approval = { fingerprint, plan: approved, allowDestroy: [] };
  return use(invocation, (environment) => applyPlan(environment, deployment, approval));
}
