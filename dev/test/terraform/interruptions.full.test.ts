import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenesisError } from "../../../ci/lib/errors.js";
import type { Step } from "../../../ci/lib/step.js";
import { classifyChange, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { DATA, SMALL_CODE, setRole } from "./small-code.js";
import { startOrganization, type TestOrganization } from "./start-organization.js";

const STATE = "organization.tfstate";
const LOCK = `${STATE}.tflock`;
/** Each step by the first words of its argv that tell it, and an AWS request that it makes, if any: it is then under way. */
const STEPS = {
  init: "terraform init",
  pull: "terraform state",
  plan: "terraform plan",
  show: "terraform show",
  apply: "terraform apply",
} as const;
type StepName = keyof typeof STEPS;

/** Whatever ends a step: what was there is there, and the next run says what it found. */
describe("a deployment", () => {
  let organization: TestOrganization;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "genesis-limits-"));
    organization = await startOrganization({ code: SMALL_CODE, wrap: limitTerraform });
    await organization.deploy({ bootstrap: true });
  });
  afterAll(async () => {
    await organization?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await organization.emulator.clearRequests();
    await calm();
  });
  /** From now on nothing is interrupted, refused or slow. */
  const calm = async () => {
    organization.beforeStep = undefined;
    organization.onStep = undefined;
    await organization.emulator.clearFaults();
  };

  /** Puts a shell before Terraform that gives the step of our choice a disk on which nothing more can be written. */
  async function limitTerraform(terraform: string): Promise<string> {
    const path = join(folder, "terraform");
    const limit = `if [ "$1" = "$(cat '${folder}/full')" ]; then trap '' XFSZ; ulimit -f 0; fi`;
    await writeFile(path, `#!/bin/sh\n${limit}\nexec '${terraform}' "$@"\n`);
    await chmod(path, 0o755);
    await fillDisk("no step");
    return path;
  }
  const fillDisk = (step: string) => writeFile(join(folder, "full"), step);

  /** Ends a step by a signal: as soon as it has asked AWS for something, or at once where it asks nothing. */
  const interrupt = (name: StepName, signal: "SIGTERM" | "SIGKILL") => {
    const isMeant = ({ argv }: Step) => argv.slice(0, 2).join(" ") === STEPS[name];
    const asked = name === "apply" || name === "plan" ? { service: "iam", write: name === "apply" } : {};
    organization.beforeStep = async (step) => {
      if (!isMeant(step)) return;
      await organization.emulator.clearRequests();
      // No answer until the signal is there: the step is in its middle, and a plan or an apply has the lock.
      if (name !== "show") await organization.emulator.setFault({ ...asked, delay: 30 * 60_000, times: 1 });
    };
    const hasAsked = async () => (await organization.emulator.requests()).some((made) => matches(asked, made));
    const strike: TestOrganization["onStep"] = async (step, kill) => {
      if (!isMeant(step)) return;
      while (name !== "show" && organization.onStep === strike && !(await hasAsked())) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      kill(signal === "SIGTERM" ? signal : undefined);
      // Told to end, Terraform waits for the answer; it has some time to hear of it before that comes.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      if (organization.onStep === strike) await organization.emulator.clearFaults();
    };
    organization.onStep = strike;
  };
  const matches = (asked: { service?: string; write?: boolean }, made: { service: string; write: boolean }) =>
    asked.service === undefined || (asked.service === made.service && asked.write === made.write);
  const readState = async () => {
    const { serial, lineage, resources } = JSON.parse((await organization.request("GET", STATE)).text);
    return { serial, lineage, resources };
  };
  const addRole = (name: string) =>
    organization.edit(DATA, (text) => text.replace("roles = {\n", `roles = {\n  ${name} = "new"\n`));
  const listChanges = async () => {
    const { plan } = await organization.plan();
    return listEffectiveChanges(plan).map(({ address, change }) => `${classifyChange(change)} ${address}`);
  };

  it.each([
    ["init", "init-failed"],
    ["pull", "plan-failed"],
    ["plan", "plan-failed"],
    ["show", "plan-failed"],
  ] as const)("that is ended in its %s has done nothing, and says so", async (name, code) => {
    const before = await readState();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      interrupt(name, signal);
      const error = await organization.plan().then(
        () => undefined,
        (thrown: GenesisError) => thrown,
      );
      await calm();
      // Told to end, Terraform may have been done all but its answer; killed, it never is.
      if (signal === "SIGKILL" || error !== undefined) {
        expect(error?.code).toBe(code);
        expect(error?.message).toContain("Nothing was applied");
      }
      expect(await organization.listWrites()).toEqual([]);
      // A plan takes the lock; killed, it leaves it, and the next run names it.
      const lock = await organization.request("GET", LOCK);
      expect(lock.status).toBe(name === "plan" && signal === "SIGKILL" ? 200 : 404);
      if (lock.status === 404) continue;
      const locked = await expectError("state-locked", () => organization.plan());
      expect(locked.message).toContain(JSON.parse(lock.text).ID);
      await organization.request("DELETE", LOCK);
    }
    expect(await readState()).toEqual(before);
  });

  it("that is told to end in its apply gives the lock back, and the next plan shows what is left", async () => {
    const { serial, lineage } = await readState();
    await setRole(organization, "told");
    const approved = await organization.plan();
    interrupt("apply", "SIGTERM");
    await expectError("apply-failed", () => organization.apply(approved));
    await calm();
    expect((await organization.request("GET", LOCK)).status).toBe(404);
    const after = await readState();
    expect(after.lineage).toBe(lineage);
    expect(after.serial).toBeGreaterThanOrEqual(serial);
    for (const change of await listChanges()) expect(change).toBe('update aws_iam_role.this["first"]');
    await organization.deploy();
  });

  it("that is killed in its apply leaves its lock, and what it may have made is not made twice", async () => {
    const before = await readState();
    await addRole("killed");
    const approved = await organization.plan();
    interrupt("apply", "SIGKILL");
    await expectError("apply-failed", () => organization.apply(approved));
    await calm();
    const locked = await expectError("state-locked", () => organization.plan());
    expect(locked.message).toContain("for apply");
    expect(await readState()).toEqual(before);
    await organization.request("DELETE", LOCK);
    // The request that was under way arrived all the same: AWS has the role, and the state does not.
    const again = await organization.plan();
    const refused = await expectError("apply-failed", () => organization.apply(again));
    expect(refused.message).toContain("EntityAlreadyExists");
    // As docs/runbooks/stuck-lock.md has it: adopted by an import, and then there is one.
    const text = 'import {\n  to = aws_iam_role.this["killed"]\n  id = "killed"\n}\n';
    const undo = await organization.edit("terraform/imports.tf", () => text);
    await organization.deploy();
    await undo();
  });

  it("whose disk is full says so, has done nothing, and goes on once there is room", async () => {
    for (const step of ["init", "plan"]) {
      await fillDisk(step);
      const error = await expectError("disk-full", () => organization.plan());
      expect(error.message).toContain("Nothing was applied");
      expect(await organization.listWrites()).toEqual([]);
    }
    await fillDisk("no step");
    expect(await listChanges()).toEqual([]);
  });

  it("whose state can be saved nowhere, not even to the disk, says where it is, and does not show it again", async () => {
    await organization.edit("terraform/main.tf", (text) =>
      text.replace("= each.value", '= "${each.value} ${var.password}"'),
    );
    const approved = await organization.plan();
    await fillDisk("apply");
    organization.beforeStep = async ({ argv }) => {
      if (argv[1] !== "apply") return;
      const fault = { service: "s3", write: true, resource: ".tfstate", code: "AccessDenied", status: 403 };
      await organization.emulator.setFault(fault);
    };
    const before = await readState();
    const error = await expectError("state-unsaved", () => organization.apply(approved));
    expect(error.message).toContain("the cause is disk-full");
    expect(error.message).toContain("stands only in the log of this step");
    expect(error.message).toContain("docs/runbooks/rollback.md");
    expectNoSecret([error.message], ["nobody-knows"]);
    await calm();
    await fillDisk("no step");
    // Nothing was kept, so nothing says that something was: an empty file is no state.
    await expectError("state-not-kept", () => organization.recover());
    expect(await readState()).toEqual(before);
    expect((await listChanges()).filter((change) => !change.startsWith("update"))).toEqual([]);
  });
});
