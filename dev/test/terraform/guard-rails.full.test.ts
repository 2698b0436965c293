import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import { isEmptyPlan, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { forkOrganization } from "./fork-organization.js";
import type { TestOrganization } from "./start-organization.js";

describe("guard rails", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await forkOrganization();
  });
  afterAll(() => organization?.close());

  it("shipped", async () => {
    const made = await organization.plan();
    console.log(listEffectiveChanges(made.plan).map(({ address }) => address), made.diff);
    expect(isEmptyPlan(made.plan)).toBe(true);
    const r = await organization.emulator.requests();
    console.log(r.map((e) => `${e.service} ${e.operation} ${e.count}`).join("\n"));
  });
});
