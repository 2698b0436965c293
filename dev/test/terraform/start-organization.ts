import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeInventory } from "../../../ci/bootstrap/take-inventory.js";
import { useRepository } from "../../../ci/bootstrap/use-repository.js";
import { readSettings } from "../../../ci/lib/settings.js";
import type { Run, Step } from "../../../ci/lib/step.js";
import { createAccount } from "../../../ci/rehearsal/hand-made.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { type Approval, applyPlan, openApproval } from "../../../ci/terraform/apply-plan.js";
import { DATA_PATH, IMPORTS_FILE, TERRAFORM_FOLDER } from "../../../ci/terraform/code.js";
import { type Deployment, type DeploymentOptions, openDeployment } from "../../../ci/terraform/deployment.js";
import { EMULATOR_BACKEND, EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { formatFingerprint } from "../../../ci/terraform/fingerprint.js";
import { type MadePlan, makePlan } from "../../../ci/terraform/make-plan.js";
import { recoverState } from "../../../ci/terraform/recover-state.js";
import { APPLY_STEP } from "../../../ci/terraform/steps.js";
import { openTerraform } from "../../native/open-terraform.js";
import type { Kill } from "../../native/run-step.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { findMirror, useMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { replaceCode } from "./small-code.js";

type Options = Partial<DeploymentOptions>;
type ApplyOptions = Options & Partial<Pick<Approval, "allowLoss" | "plan">>;

/** An emulated AWS and a repository that deploys to it, with the module's own code and the real Terraform. */
export type TestOrganization = Awaited<ReturnType<typeof openOrganization>>;

export interface OrganizationOptions {
  /** Replaces the files of terraform/. */
  code?: Readonly<Record<string, string>>;
  /** Adds to or replaces the emulator's credentials in the environment of the steps. */
  env?: Readonly<Record<string, string>>;
  /** Puts another program before Terraform. */
  wrap?: (terraform: string) => Promise<string>;
}

/** Starts an emulator and makes the state's bucket; nothing else is there. */
export async function startOrganization({ code, ...options }: OrganizationOptions = {}): Promise<TestOrganization> {
  const organization = await openOrganization(await startEmulator({ createAccountPolls: 2 }), ROOT, options);
  if (code !== undefined) await replaceCode(join(organization.root, "terraform"), code);
  await organization.request("PUT", "");
  return organization;
}

/** An emulated AWS as it is, with a copy of the repository that deploys to it. It ends with the organization. */
export async function openOrganization(
  emulator: Emulator,
  repository: string,
  { env = {}, wrap = async (terraform) => terraform }: Omit<OrganizationOptions, "code"> = {},
) {
  const [terraform, mirror] = await Promise.all([findTool("terraform").then(wrap), findMirror()]);
  const outside: string[] = [];
  const proxy = await startRefusingProxy(outside);
  const scratch = await mkdtemp(join(tmpdir(), "genesis-organization-"));
  const root = join(scratch, "repository");
  await copyRepository(repository, root);
  await useMirror(root, mirror);
  const open = async (options: Options): Promise<Deployment> =>
    openDeployment(root, await readSettings(root), {
      backendSettings: EMULATOR_BACKEND,
      bootstrap: false,
      readOnly: false,
      ...options,
    });
  const use = async <T>(steps: (run: Run) => Promise<T>): Promise<T> => {
    const { run, remove } = await openTerraform({
      ...{ root, scratch, terraform, mirror: mirror.path, endpoint: emulator.url },
      env: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ...env },
      onStep: (step, kill) => {
        organization.steps.push(step);
        organization.onStep?.(step, kill);
      },
    });
    const prepared: Run = async (step) => {
      await organization.beforeStep?.(step);
      return run(step);
    };
    return steps(prepared).finally(remove);
  };
  const organization = {
    emulator,
    root,
    /** The folder that holds the repository, and whatever steps left. */
    scratch,
    /** The steps that ran since they were cleared. */
    steps: [] as Step[],
    /** Whom a step tried to reach outside of this machine: `method target`. */
    outside,
    /** Called with each step before it runs. */
    beforeStep: undefined as ((step: Step) => Promise<void>) | undefined,
    /** Called with each step once it runs, and with what kills it, or ends it by a signal. */
    onStep: undefined as ((step: Step, kill: Kill) => void) | undefined,
    read: (path: string) => readFile(join(root, path), "utf8"),
    /** Changes a file of the repository; undoes it by the function that it returns. */
    edit: async (path: string, change: (text: string) => string): Promise<() => Promise<void>> => {
      const before = await readFile(join(root, path), "utf8").catch(() => undefined);
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), change(before ?? ""));
      return before === undefined ? () => rm(join(root, path)) : () => writeFile(join(root, path), before);
    },
    /** Looks for what AWS has and the data does not. */
    inventory: async () =>
      useRepository(
        root,
        await readSettings(root),
        { credentials: EMULATOR_CREDENTIALS, endpoint: emulator.url },
        (api, repository, { onProgress }) =>
          takeInventory(api, repository, { onProgress, readOnly: true, now: new Date("2026-12-01") }),
      ),
    plan: async (options: Options = {}): Promise<MadePlan> => {
      const deployment = await open(options);
      return use((run) => makePlan(run, deployment));
    },
    apply: async (approved: MadePlan | string, { allowLoss = [], plan, ...options }: ApplyOptions = {}) => {
      const deployment = await open(options);
      const expected = typeof approved === "string" ? approved : formatFingerprint(approved.fingerprint);
      const fingerprint = openApproval(expected, deployment);
      return use((run) => applyPlan(run, deployment, { fingerprint, allowLoss, ...(plan && { plan }) }));
    },
    /** Plans, and applies that plan without an approval: what a test starts from. */
    deploy: async (options: Options = {}): Promise<void> => {
      const deployment = await open(options);
      await use(async (run) => {
        await makePlan(run, deployment);
        const { exitCode, stderr } = await run(APPLY_STEP);
        if (exitCode !== 0) throw new Error(`terraform apply failed: ${stderr}`);
      });
    },
    recover: async () => {
      const deployment = await open({});
      return use((run) => recoverState(run, deployment));
    },
    /** What reached AWS and changed something there, as `service operation`; locks of the state aside. */
    listWrites: async () =>
      (await emulator.requests())
        .filter(({ write, count, faulted, resource }) => write && count > faulted && !resource?.endsWith(".tflock"))
        .map(({ service, operation }) => `${service} ${operation}`),
    /** An object in the state's bucket. */
    request: async (method: string, key: string, body?: string) => {
      const { state } = (await readSettings(root)).parsed;
      const path = [state?.bucket ?? "", ...(key === "" ? [] : [key])].join("/");
      const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request";
      const response = await fetch(`${emulator.url}/${path}`, {
        method,
        headers: { authorization },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, text: await response.text() };
    },
    close: async () => {
      await emulator.close();
      await proxy.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
  return organization;
}

/** A proxy that refuses and notes everything: what is not on loopback goes through it. */
async function startRefusingProxy(seen: string[]): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  const port = await listenOnLoopback(server);
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, close };
}

/**
 * Bootstraps an organization whose dedicated account is there already, which makes its two phases one; account, organization and the state's
 * bucket are imported.
 */
export async function bootstrapOrganization(organization: TestOrganization): Promise<void> {
  const data = await organization.read(DATA_PATH);
  const [, bucket = ""] = /name = "(genesis-state-\d+)"/.exec(data) ?? [];
  const [, email = ""] = /email = "(aws\+public-ecr@[^"]+)"/.exec(data) ?? [];
  const ids = await useClients(organization.emulator.url, async ({ organizations }) => {
    const { Organization } = await organizations.createOrganization({ FeatureSet: "ALL" });
    return { whole: Organization?.Id ?? "", account: await createAccount(organizations, "public-ecr", email) };
  });
  const imports = [
    ["aws_organizations_organization.this", ids.whole],
    ['aws_organizations_account.this["public-ecr"]', ids.account],
    ["aws_s3_bucket.state", bucket],
  ].map(([to, id]) => `\nimport {\n  to = ${to}\n  id = "${id}"\n}\n`);
  const empty = await organization.edit(`${TERRAFORM_FOLDER}/${IMPORTS_FILE}`, (text) => text + imports.join(""));
  await organization.edit(DATA_PATH, (text) => text.replace("000000000001", ids.account));
  await organization.deploy({ bootstrap: true });
  await empty();
}
