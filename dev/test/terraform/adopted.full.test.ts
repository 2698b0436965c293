import { afterEach, describe, expect, it } from "vitest";
import { adoptExisting } from "../../../ci/bootstrap/adoption.js";
import { bootstrap } from "../../../ci/bootstrap/bootstrap.js";
import { useRepository } from "../../../ci/bootstrap/use-repository.js";
import { readSettings } from "../../../ci/lib/settings.js";
import { writeFiles } from "../../../ci/rehearsal/data.js";
import { emptyRole } from "../../../ci/rehearsal/hand-made.js";
import { listLosses, readBack } from "../../../ci/rehearsal/read-back.js";
import { OURS } from "../../../ci/rehearsal/rehearse.js";
import { makeUsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { classifyChange, isEmptyPlan, isLoss } from "../../../ci/terraform/plan.js";
import { renderSummary, SUMMARY_MAX } from "../../../ci/terraform/summary/render-summary.js";
import { startEmulator } from "../../native/start-emulator.js";
import { ROOT } from "../../tools/find-tool.js";
import { makeByHand } from "../fixtures/make-by-hand.js";
import { openOrganization, type TestOrganization } from "./start-organization.js";

/** The same way for each organization: adopt, bootstrap, plan, apply; then the next plan is empty, and nothing is lost. */
describe("an organization that is adopted", { timeout: 400_000 }, () => {
  let organization: TestOrganization | undefined;
  afterEach(() => organization?.close());

  const use = async <T>({ root, emulator }: TestOrganization, run: Parameters<typeof useRepository<T>>[3]) =>
    useRepository(root, await readSettings(root), { credentials: EMULATOR_CREDENTIALS, endpoint: emulator.url }, run);

  it.each<[what: string, make: (url: string) => Promise<unknown>, edit: (text: string) => string, absent: RegExp]>([
    [
      "was nearly empty",
      (url) => makeByHand(url, { name: "public-ecr", email: "aws+public-ecr@platform.test" }),
      (text) => text,
      /^$/,
    ],
    [
      "takes its people from outside",
      makeUsedOrganization,
      (text) => text.replace("\npeople = {", '\nidentity_source = "external"\n\npeople = {'),
      /^aws_identitystore_/,
    ],
  ])("%s loses nothing", async (_, make, edit, absent) => {
    const at = await openOrganization(await startEmulator({ createAccountPolls: 2 }), ROOT);
    organization = at;
    await make(at.emulator.url);
    await at.edit(DATA_PATH, edit);
    const before = await readBack(at.emulator.url);
    await writeFiles(at.root, (await use(at, adoptExisting)).files);
    await emptyRole(at.emulator.url, "genesis-plan").catch(() => undefined);
    await use(at, bootstrap);
    const made = await at.plan({ bootstrap: true });
    expect(made.plan.resource_changes.filter(({ change }) => isLoss(classifyChange(change)))).toEqual([]);
    expect(made.plan.resource_changes.filter(({ address }) => absent.test(address))).toEqual([]);
    const summary = renderSummary(made);
    expect(summary.length).toBeLessThanOrEqual(SUMMARY_MAX);
    expect(summary).not.toContain("must not be approved");
    await at.apply(made, { bootstrap: true });
    expect(listLosses(before, await readBack(at.emulator.url)).filter((line) => !OURS.test(line))).toEqual([]);
    const { files } = await use(at, adoptExisting);
    expect(files.map(({ path }) => path)).toEqual(["terraform/imports.tf"]);
    await writeFiles(at.root, files);
    expect(isEmptyPlan((await at.plan()).plan)).toBe(true);
  });
});
