import { makeTerraformFolder } from "../../tools/terraform-folder.js";
import { type PlannedResource, planTest } from "../terraform/plan-test.js";

export type Statement = Readonly<Record<string, unknown>> & { Sid?: string };

/** What the run `access` of terraform/tests plans: the real code with invented data and no AWS. */
export interface PlannedAccess {
  /** Statements of each document by the document's name: a policy of the organization, a role's own policy, `bucket`. */
  documents: ReadonlyMap<string, readonly Statement[]>;
  /** Account → the policies over it, the root's first and then its OU's. */
  controls: ReadonlyMap<string, readonly [root: readonly string[], unit: readonly string[]]>;
  /** Own policy → the role that has it. */
  holders: Readonly<Record<string, string>>;
  /** Role that GitHub's tokens take → the values that each claim must have. */
  trusts: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Every kind of thing in the plan that gives or takes access, as `type.name`. */
  kinds: readonly string[];
}

export async function planAccess(): Promise<PlannedAccess> {
  const folder = await makeTerraformFolder();
  const resources = await planTest(folder.run, "access.tftest.hcl").finally(() => folder.remove());

  const list = (type: string) => resources.filter((each) => each.type === type);
  const read = ({ type, name, change }: PlannedResource, field: string): string => {
    const value = change.after[field];
    if (typeof value === "string") return value;
    throw new Error(`${type}.${name} has no ${field} before the apply`);
  };
  const parse = (text: string): readonly Statement[] => JSON.parse(text).Statement;
  const attachments = list("aws_organizations_policy_attachment").map((each) => [
    read(each, "target_id"),
    key(each).split("/")[0],
  ]);
  const over = (target: string) => attachments.flatMap(([node, name]) => (node === target && name ? [name] : []));
  const accounts = list("aws_organizations_account").map((each) => [key(each), read(each, "parent_id")] as const);
  const own = list("aws_iam_role_policy");
  return {
    documents: new Map([
      ...list("aws_organizations_policy").map((each) => [key(each), parse(read(each, "content"))] as const),
      ...own.map((each) => [each.name, parse(read(each, "policy"))] as const),
      ...list("aws_s3_bucket_policy").map((each) => ["bucket", parse(read(each, "policy"))] as const),
    ]),
    controls: new Map(accounts.map(([name, unit]) => [name, [over("r-root"), over(unit)]])),
    holders: Object.fromEntries(own.map((each) => [each.name, read(each, "role")])),
    trusts: Object.fromEntries(
      list("aws_iam_role").flatMap((role) => {
        // Unknown where it names a role that is still to be created: no workflow takes it then.
        const [statement] = JSON.parse(String(role.change.after.assume_role_policy ?? "{}")).Statement ?? [];
        return statement?.Condition ? [[read(role, "name"), statement.Condition.StringEquals]] : [];
      }),
    ),
    kinds: [...new Set(resources.filter(givesAccess).map(({ type, name }) => `${type}.${name}`))].sort(),
  };
}

const key = ({ index }: PlannedResource) => index;

function givesAccess({ type, change: { after } }: PlannedResource): boolean {
  for (const field of ["inline_policy", "managed_policy_arns", "path", "permissions_boundary"]) {
    if (type === "aws_iam_role" && after[field] != null && String(after[field]) !== "") return true;
  }
  return type !== "aws_iam_role" && /^aws_iam_|polic|permissions_boundary/.test(type);
}
