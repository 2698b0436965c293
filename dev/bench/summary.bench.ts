import { expect, it } from "vitest";
import { computeFingerprint } from "../../ci/terraform/fingerprint.js";
import { checkGate } from "../../ci/terraform/gate.js";
import { parsePlan } from "../../ci/terraform/plan.js";
import { formatPlan, redactPlan } from "../../ci/terraform/redact.js";
import { renderSummary } from "../../ci/terraform/summary/render-summary.js";
import { makeChange } from "../test/terraform/plans.js";
import { compare, formatSample, QUICK, report, timeOf } from "./measure.js";

const GROUPS = 5;
const SIZES = QUICK ? [50] : [50, 100, 250, 500];

/** What `terraform show -json` prints for a new organization of so many accounts, each with its contact and five groups' access. */
function writePlan(accounts: number): string {
  const id = (value: number) =>
    `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${String(value).padStart(16, "0")}`;
  const changes = Array.from({ length: accounts }, (_, index) => {
    const name = `account-${index}`;
    const after = { name, email: `aws+${name}@platform.test`, close_on_deletion: false, tags: null };
    const unknown = { arn: true, id: true, joined_method: true, joined_timestamp: true, parent_id: true, status: true };
    return [
      makeChange("create", "aws_organizations_account", name, { after, unknown }),
      makeChange("create", "aws_account_alternate_contact", name, { after: { name: "Security", title: "Security" } }),
      ...Array.from({ length: GROUPS }, (__, group) =>
        makeChange("create", "aws_ssoadmin_account_assignment", `${name}/group-${group}/administrator`, {
          after: {
            instance_arn: id(0),
            permission_set_arn: id(group),
            principal_type: "GROUP",
            target_type: "AWS_ACCOUNT",
          },
          unknown: { id: true, principal_id: true, target_id: true },
        }),
      ),
    ];
  });
  return JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes: changes.flat() });
}

it("plan model, fingerprint, gate and summary of many accounts", async () => {
  const texts = SIZES.map(writePlan);
  const diff = "  + resource\n".repeat(20_000);
  const work = async (text: string) => {
    const plan = parsePlan(text);
    const fingerprint = computeFingerprint(plan, { code: "c", lock: "l", lineage: "x" });
    await checkGate(plan, []);
    const redacted = redactPlan(plan);
    return formatPlan(redacted).length + renderSummary({ plan: redacted, fingerprint, diff, notes: [] }).length;
  };
  const samples = await compare(texts.map((text) => () => work(text)));
  const bare = await compare(texts.map((text) => async () => JSON.parse(text)));
  expect(samples).toHaveLength(SIZES.length);
  const named = samples.map((sample, index) => timeOf(`summary of ${SIZES[index]} accounts`, sample));
  report({
    title: `Plan model, fingerprint, gate, plan.json and summary (accounts × ${GROUPS} groups)`,
    header: ["accounts", "resources", "plan, MB", "ms", "ms per account", "JSON.parse alone, ms"],
    rows: SIZES.map((accounts, index) => {
      const sample = samples[index];
      const parsed = bare[index];
      if (sample === undefined || parsed === undefined) throw new Error("no sample");
      const megabytes = ((texts[index]?.length ?? 0) / 1_000_000).toFixed(1);
      const perAccount = (sample.median / accounts).toFixed(2);
      const resources = `${accounts * (GROUPS + 2)}`;
      return [`${accounts}`, resources, megabytes, formatSample(sample), perAccount, formatSample(parsed)];
    }),
    figures: named,
  });
});
