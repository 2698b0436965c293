import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { DATA_PATH } from "../../ci/terraform/code.js";
import { EMULATOR_BACKEND, EMULATOR_CREDENTIALS, EMULATOR_FILES } from "../../ci/terraform/emulator.js";
import { makeInitStep } from "../../ci/terraform/steps.js";
import { makeClone } from "../test/e2e/clone.js";
import { bootstrapOrganization, startOrganization } from "../test/terraform/start-organization.js";
import { findMirror } from "../tools/find-mirror.js";
import { findTool } from "../tools/find-tool.js";
import { findEngine } from "./find-engine.js";
import { compare, formatSample, report, timeOf } from "./measure.js";

const run = promisify(execFile);
const answers = await findEngine("tf-plan against native Terraform");

it.runIf(answers)("tf-plan against native terraform on the same state", async () => {
  const organization = await startOrganization();
  await bootstrapOrganization(organization);
  const clone = await makeClone();
  const work = await mkdtemp(join(tmpdir(), "genesis-native-"));
  try {
    for (const path of [DATA_PATH, "genesis.json"]) await clone.write(path, await organization.read(path));
    await cp(join(clone.root, "terraform"), work, { recursive: true });
    for (const [path, text] of Object.entries(EMULATOR_FILES)) await writeFile(join(work, path), text);
    const { url } = organization.emulator;
    const terraform = await findTool("terraform");
    const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
    const env = {
      ...inherited,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
    };
    const native = (args: readonly string[]) => run(terraform, [...args], { cwd: work, env, maxBuffer: 1 << 26 });
    const { state } = JSON.parse(await organization.read("genesis.json"));
    const mirror = await findMirror();
    const init = [...makeInitStep(state, EMULATOR_BACKEND).argv.slice(1), ...(mirror ? [`-plugin-dir=${mirror}`] : [])];
    const plan = ["plan", "-input=false", "-no-color", "-out=x.tfplan"];
    await native(init);
    const call =
      (name: string, ...args: string[]) =>
      async () =>
        expect((await clone.dagger(["call", `--emulator=${url.replace("http", "tcp")}`, name, ...args])).code).toBe(0);
    const [bare, whole, ours, load] = await compare([
      () => native(plan),
      async () => {
        await native(init);
        await native(plan);
        await native(["show", "-json", "x.tfplan"]);
      },
      call("tf-plan", "-o", "plan"),
      call("images"),
    ]);
    if (!bare || !whole || !ours || !load) throw new Error("no sample");
    const more = (sample: typeof bare) => (sample.median - bare.median).toFixed(0);
    report({
      title: "tf-plan of an applied organization, against native Terraform on the same state",
      header: ["", "ms", "more than terraform plan"],
      rows: [
        ["terraform plan, initialized", formatSample(bare), "0"],
        ["terraform init, plan, show -json", formatSample(whole), more(whole)],
        ["dagger call tf-plan -o", formatSample(ours), more(ours)],
        ["dagger call images (module load)", formatSample(load), ""],
      ],
      figures: [timeOf("tf-plan call", ours), timeOf("terraform init, plan, show", whole)],
    });
  } finally {
    await organization.close();
    await clone.remove();
    await rm(work, { recursive: true, force: true });
  }
});
