import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GenesisError, GenesisErrors } from "../../../ci/lib/errors.js";
import { judgeAccess } from "../../../ci/policies/access/judge-access.js";
import { parsePolicy } from "../../../ci/policies/document.js";
import { type PlannedPolicies, parsePlanned, readPlannedPolicies } from "../../../ci/policies/planned.js";
import { checkProof, proveBy, provePolicies } from "../../../ci/policies/prove.js";
import { renderProof } from "../../../ci/policies/render-proof.js";
import { INTENDED, ROLES, type RoleName } from "../../../ci/policies/trust/intended.js";
import { judgeTrust } from "../../../ci/policies/trust/judge-trust.js";
import { POLICIES_STEP } from "../../../ci/terraform/lint.js";
import type { ProcessRunner } from "../../native/run-step.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";
import { listMutations } from "./mutations.js";

let folder: ProcessRunner;
let output: string;
let planned: PlannedPolicies;
beforeAll(async () => {
  folder = await makeTerraformFolder();
  output = await plan();
  planned = readPlannedPolicies(output);
}, 300_000);
afterAll(() => folder.remove());

const plan = async () => (await folder.run(POLICIES_STEP)).stdout;

/** What is wrong with these policies: the codes of the errors with their text. */
function findWrong(run: () => string): readonly GenesisError[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof GenesisErrors) return error.errors;
    if (error instanceof GenesisError) return [error];
    throw error;
  }
}

describe("the policies that Terraform plans", () => {
  it("answer every row as intended", () => {
    expect(checkProof(provePolicies(output))).toMatch(/^\d+ sets of claims .* judged as intended$/);
  });

  it("are in docs/trust.md as they are now", async () => {
    const text = await readFile(join(ROOT, "docs", "trust.md"), "utf8");
    expect(text, "npm run trust").toBe(renderProof(provePolicies(output)));
  });

  it("admit the intended subjects and nothing else of at least 200 sets of claims for each role", () => {
    const rows = judgeTrust(parsePlanned(planned));
    expect(rows.length).toBeGreaterThanOrEqual(200);
    for (const role of Object.keys(ROLES) as RoleName[]) {
      const admitted = rows.filter((row) => row.admitted[role]).map(({ claims }) => claims.sub);
      expect(admitted.sort()).toEqual([...INTENDED[role]].sort());
    }
  });

  it("turn a row red with whatever is taken from them or added", () => {
    const mutations = listMutations(planned);
    const unnoticed = mutations.filter(({ planned, policies }) => {
      const wrong = findWrong(() => checkProof(proveBy(planned, policies)));
      expect(wrong.filter(({ code }) => code !== "trust-differs" && code !== "policy-differs")).toEqual([]);
      return wrong.length === 0;
    });
    expect(unnoticed.map(({ name }) => name)).toEqual(UNNOTICED);
    expect(mutations.length).toBeGreaterThan(150);
  });

  it("are judged alike with the whole text of AWS's managed policies", async () => {
    const python = join(dirname(await findTool("moto_server")), "python");
    const script = "from moto.iam.aws_managed_policies import aws_managed_policies_data as data; print(data)";
    const { stdout } = await promisify(execFile)(python, ["-c", script], { maxBuffer: 1 << 26 });
    const all: Record<string, { Document: object }> = JSON.parse(stdout);
    const managed = new Map(
      ["AdministratorAccess", "ReadOnlyAccess"].map((name) => {
        return [name, parsePolicy(JSON.stringify(all[name]?.Document), name, "identity")] as const;
      }),
    );
    const policies = parsePlanned(planned);
    const answer = (rows: ReturnType<typeof judgeAccess>) => rows.map(({ verdict }) => verdict.allowed);
    expect(answer(judgeAccess(planned, policies, managed))).toEqual(answer(judgeAccess(planned, policies)));
  });
});

/** Changes that change nothing, each with its reason. */
const UNNOTICED: readonly string[] = [
  // Whatever it is, the role's own account would have to allow it too, and allows taking the role alone.
  "aws_iam_role_policy.plan 0: with every Action",
  // Likewise from the other side: genesis-plan may do nothing there but take the role.
  "aws_iam_role.public_ecr_plan 0: with every Action",
  // A bucket has no actions but S3's, and its policy is about no other resource.
  "aws_s3_bucket_policy.state 0: with every Action",
  "aws_s3_bucket_policy.state 0: with every Resource",
  // In the suspended account deny-all says it already.
  '444444444444 without aws_organizations_policy.this["deny-member-root"]',
];

describe("a mistake in the code", () => {
  /** Plans with one file changed, and puts the file back. */
  async function planChanged(name: string, change: (text: string) => string): Promise<string> {
    const path = join(folder.folder, name);
    const before = await readFile(path, "utf8");
    const after = change(before);
    expect(after).not.toBe(before);
    await writeFile(path, after);
    return plan().finally(() => writeFile(path, before));
  }

  it.each([
    [
      "a wildcard, which is a letter here",
      "trust-differs",
      "github.tf",
      '"ref:refs/heads/main"]',
      '"ref:refs/heads/*"]',
      "refuses the repository",
    ],
    [
      "a plan role that writes",
      "policy-differs",
      "github.tf",
      'plan = "ReadOnlyAccess"',
      'plan = "AdministratorAccess"',
      "by genesis-plan is allowed",
    ],
    [
      "a role in another account than its policies",
      "policies-unplanned",
      "public_ecr.tf",
      /provider {11}= aws.public_ecr\n(?=.*"genesis-publish")/,
      "",
      "is of no role of its account",
    ],
    [
      "code that does not plan",
      "policies-unplanned",
      "state.tf",
      "aws_s3_bucket.state.id",
      "aws_s3_bucket.other.id",
      "there is no plan",
    ],
  ] as const)("is found: %s", { timeout: 120_000 }, async (_, code, file, from, to, said) => {
    const changed = await planChanged(file, (text) => text.replace(from, to));
    const wrong = findWrong(() => checkProof(provePolicies(changed)));
    expect(wrong.map((error) => error.code)).toContain(code);
    expect(wrong.map((error) => error.message).join("\n")).toContain(said);
  });
});
