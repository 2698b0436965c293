import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../../ci/lib/settings.js";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { checkApproval } from "../../../ci/terraform/check-approval.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { type Deployment, listBasis, openDeployment } from "../../../ci/terraform/deployment.js";
import { computeFingerprint, formatFingerprint } from "../../../ci/terraform/fingerprint.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { makePlanOf } from "./plans.js";

const ADA = "33";
const REVISION = "a".repeat(40);

/** The shipped code with Ada and Bo as approvers. */
async function open(change: (text: string) => string, revision = REVISION): Promise<Deployment> {
  const root = await makeTemporaryFolder();
  await copyRepository(ROOT, root);
  const settings = await readSettings(root);
  const deployment = await openDeployment(root, settings, {
    ...{ backendSettings: [], bootstrap: true, readOnly: true, revision },
  });
  const { files } = deployment.code;
  const edited = files.map((file) =>
    `terraform/${file.path}` === DATA_PATH
      ? { ...file, text: change(file.text.replace(/approvers = \{[^}]*\}/, 'approvers = { ada = "33", bo = "44" }')) }
      : file,
  );
  return { ...deployment, code: { ...deployment.code, files: edited } };
}
const wantTwo = (text: string) => text.replace("approvers = { ada", "two_persons = true\n  approvers = { ada");

/** An approval of the deployment's code and commit. */
const approve = (deployment: Deployment) =>
  formatFingerprint(computeFingerprint(makePlanOf([]), { ...listBasis(deployment), lineage: "x" }));

describe("who starts an apply", () => {
  it("is an approver of the data, by id and not by name", async () => {
    const one = await open((text) => text);
    const approval = approve(one);
    expect(await checkApproval(one, approval, { id: ADA, authors: [ADA] })).toBe("ada may approve this plan.");
    for (const id of ["66", "ada", "", "3"]) {
      const error = await expectError("approver-unknown", () => checkApproval(one, approval, { id, authors: [] }));
      expect(error.message).toContain("names ada, bo");
    }
  });

  it("is nobody who wrote part of it, where the data wants two persons", async () => {
    const two = await open(wantTwo);
    const check = (authors: string[]) => checkApproval(two, approve(two), { id: ADA, authors });
    expect(await check(["44", "66"])).toBe("ada may approve this plan.");
    await expectError("approver-is-author", () => check(["66", ADA]));
    // An author that GitHub does not know may be anybody.
    await expectError("approver-is-author", () => check(["unknown"]));
  });

  it("approves a plan of this commit and this code, undamaged", async () => {
    const by = { id: ADA, authors: [] };
    const one = await open((text) => text);
    const approval = approve(one);
    const damaged = approval.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    await expectError("fingerprint-invalid", () => checkApproval(one, damaged, by));
    await expectError("plan-stale", async () =>
      checkApproval(await open((text) => text, "b".repeat(40)), approval, by),
    );
    const code = { ...one.code, files: one.code.files.slice(1) };
    await expectError("plan-stale", () => checkApproval({ ...one, code }, approval, by));
  });

  it("approves a plan of this container", async () => {
    const by = { id: ADA, authors: [] };
    const one = { ...(await open((text) => text)), environment: "registry/terraform@sha256:1" };
    expect(await checkApproval(one, approve(one), by)).toBe("ada may approve this plan.");
    const other = { ...one, environment: "registry/terraform@sha256:2" };
    const { message } = await expectError("plan-stale", () => checkApproval(other, approve(one), by));
    expect(message).toContain("the container, which is now registry/terraform@sha256:2, differs from the approved one");
  });

  it("is not named by the data as it is shipped: that is a placeholder, as the repository's ids are", async () => {
    expect(await readFile(join(ROOT, DATA_PATH), "utf8")).toContain('your-login = "000000000000"');
  });
});
