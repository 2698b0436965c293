import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concludeDrift } from "../../../ci/terraform/drift.js";
import { NOTHING_FOUND } from "../../../ci/terraform/inventory.js";
import { formatFiles, type MadePlan } from "../../../ci/terraform/make-plan.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { SMALL_CODE, setRole } from "../terraform/small-code.js";
import { startOrganization, type TestOrganization } from "../terraform/start-organization.js";

/** Values that nothing but a request's signature may know; the last is a sensitive variable's value. */
const KEY = "canary/key+0123456789abcdef0123456789abc";
const TOKEN = "canary/token+0123456789abcdef0123456789==";
const VARIABLE = "nobody-knows";

/** Drives canaries through every function of a deployment, good and bad, and looks for them in all that comes out. */
describe("a secret", () => {
  let organization: TestOrganization;
  const outputs: string[] = [];
  beforeAll(async () => {
    organization = await startOrganization({
      code: SMALL_CODE,
      env: { AWS_SECRET_ACCESS_KEY: KEY, AWS_SESSION_TOKEN: TOKEN },
    });
  });
  afterAll(() => organization?.close());

  const fail = async (code: string, run: () => Promise<unknown>) => {
    const error = await expectError(code, run);
    outputs.push(error.message, error.stack ?? "", JSON.stringify(error));
  };
  const keep = (made: MadePlan) => {
    outputs.push(...Object.values(formatFiles(made)));
    return made;
  };

  it("is nowhere in what plan, apply, drift and recover print, throw, write or keep", async () => {
    await fail("state-empty", () => organization.plan());
    outputs.push(await organization.apply(keep(await organization.plan({ bootstrap: true })), { bootstrap: true }));

    await organization.edit("terraform/main.tf", (text) =>
      text.replace("= each.value", '= "${each.value} ${var.password}"'),
    );
    const made = keep(await organization.plan());
    expect(formatFiles(made)["plan.json"]).toContain("(sensitive value)");
    await fail("drift-found", async () => concludeDrift(made, NOTHING_FOUND));
    outputs.push(await organization.apply(made));
    await fail("plan-stale", () => organization.apply(made, { plan: made.plan }));

    for (const fault of [
      { code: "ExpiredToken" },
      { service: "iam", code: "AccessDenied", status: 403, message: "no permission" },
      { service: "s3", reset: true },
    ]) {
      await organization.emulator.setFault(fault);
      const error = await organization.plan().then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      outputs.push(String(error?.stack));
      expect(error).toBeDefined();
      await organization.emulator.clearFaults();
    }

    await setRole(organization, "two");
    const approved = keep(await organization.plan());
    organization.beforeStep = async ({ argv }) => {
      if (argv[1] === "apply") await organization.emulator.setFault({ code: "ExpiredToken", after: 2 });
    };
    await fail("state-unsaved", () => organization.apply(approved));
    organization.beforeStep = undefined;
    await organization.emulator.clearFaults();
    await organization.request("DELETE", "organization.tfstate.tflock");
    outputs.push(await organization.recover());

    expectNoSecret(outputs, [KEY, TOKEN, VARIABLE]);
    expect(outputs.length).toBeGreaterThan(15);
  });

  it("is in no argument of a step", () => {
    expect(organization.steps.length).toBeGreaterThan(30);
    expectNoSecret([JSON.stringify(organization.steps)], [KEY, TOKEN, VARIABLE]);
  });

  it("is in no file that is left, and the credentials are not in the state either", async () => {
    const entries = await readdir(organization.scratch, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(paths.map((path) => readFile(path, "latin1")));
    expect(texts.length).toBeGreaterThan(3);
    expectNoSecret(texts, [KEY, TOKEN]);
    const state = (await organization.request("GET", "organization.tfstate")).text;
    // What this finds: Terraform keeps a sensitive value in its state, which is why the state never leaves the bucket.
    expect(state).toContain(VARIABLE);
    expectNoSecret([state], [KEY, TOKEN]);
  });
});
