import { describe, expect, it } from "vitest";
import type { ResourceChange } from "../../../../ci/terraform/plan.js";
import { explainAccess } from "../../../../ci/terraform/summary/access.js";
import { explainAccounts } from "../../../../ci/terraform/summary/accounts.js";
import { explainGuards } from "../../../../ci/terraform/summary/guards.js";
import { explainLosses } from "../../../../ci/terraform/summary/losses.js";
import { explainRest } from "../../../../ci/terraform/summary/rest.js";
import { explainRoles } from "../../../../ci/terraform/summary/roles.js";
import { makeChange, makePlanOf } from "../plans.js";

const ACCOUNT = "aws_organizations_account";
const UNIT = "aws_organizations_organizational_unit";
const ASSIGNMENT = "aws_ssoadmin_account_assignment";
const units = ["workloads", "suspended"].map((name) => {
  const unit = { id: `ou-${name}`, name };
  return makeChange("none", UNIT, name, { before: unit, after: unit });
});
const plan = (...changes: ResourceChange[]) => makePlanOf(changes);

describe("accounts", () => {
  it("are created, adopted, moved and renamed, by the names of their OUs", () => {
    const email = "aws+shop@platform.test";
    const lines = explainAccounts(
      plan(
        ...units,
        makeChange("create", ACCOUNT, "shop", { after: { email, parent_id: "ou-workloads" } }),
        makeChange("none", ACCOUNT, "old", {
          before: { parent_id: "ou-workloads" },
          after: { parent_id: "ou-workloads" },
          importing: { id: "111122223333" },
        }),
        makeChange("update", ACCOUNT, "lab", {
          before: { parent_id: "ou-workloads", name: "lab" },
          after: { parent_id: "ou-suspended", name: "lab-2" },
        }),
      ),
    );
    expect(lines).toEqual([
      "Account `shop` is created in `workloads`, with the e-mail address `aws+shop@platform.test`",
      "Account `old` is adopted as it is, in `workloads`",
      "Account `lab` moves from `workloads` to `suspended`",
      "Account `lab` changes: `name`",
    ]);
  });

  it("are created in the OU of the data where the OU is still to come", () => {
    const change = makeChange("create", ACCOUNT, "shop", { after: { email: "x" }, unknown: { parent_id: true } });
    const variables = { accounts: { value: { shop: { ou: "workloads" } } } };
    expect(explainAccounts(makePlanOf([change], { variables }))[0]).toContain("created in `workloads`");
    expect(explainAccounts(plan(change))[0]).toContain("created in `unknown`");
  });
});

describe("access", () => {
  it("is gained and lost, a line for each group and permission set", () => {
    const lines = explainAccess(
      plan(
        makeChange("create", ASSIGNMENT, "shop/engineers/administrator", { after: {} }),
        makeChange("create", ASSIGNMENT, "lab/engineers/administrator", { after: {} }),
        makeChange("delete", ASSIGNMENT, "lab/auditors/read-only", { before: {} }),
        makeChange("replace", ASSIGNMENT, "lab/visitors/read-only", { before: {}, after: {} }),
      ),
    );
    expect(lines).toEqual([
      "Group `engineers` gains `administrator` in `shop`, `lab`",
      "Group `auditors` loses `read-only` in `lab`",
      "Group `visitors` loses `read-only` in `lab`",
      "Group `visitors` gains `read-only` in `lab`",
    ]);
  });

  it("of many accounts is counted", () => {
    const changes = Array.from({ length: 500 }, (_, index) =>
      makeChange("create", ASSIGNMENT, `account-${index}/engineers/administrator`, { after: {} }),
    );
    const [line, ...rest] = explainAccess(plan(...changes));
    expect(rest).toEqual([]);
    expect(line).toContain("and 490 more (500 accounts)");
  });

  it("comes with a membership: what the group has after the apply is told", () => {
    const has = makeChange("none", ASSIGNMENT, "shop/engineers/administrator", { before: {}, after: {} });
    const lost = makeChange("delete", ASSIGNMENT, "lab/engineers/read-only", { before: {} });
    const lines = explainAccess(
      plan(
        has,
        lost,
        makeChange("create", "aws_identitystore_group_membership", "engineers/ada", { after: {} }),
        makeChange("delete", "aws_identitystore_group_membership", "engineers/bob", { before: {} }),
      ),
    );
    expect(lines).toContain("`ada` joins group `engineers`, which has `administrator` in 1 account(s)");
    expect(lines).toContain("`bob` leaves group `engineers`");
  });

  it("changes with users, policies and sessions of permission sets", () => {
    const arn = (name: string) => ({ managed_policy_arn: `arn:aws:iam::aws:policy/${name}` });
    const lines = explainAccess(
      plan(
        makeChange("create", "aws_identitystore_user", "ada", { after: { emails: [{ value: "ada@platform.test" }] } }),
        makeChange("delete", "aws_identitystore_user", "bob", { before: {} }),
        makeChange("replace", "aws_ssoadmin_managed_policy_attachment", "look", {
          before: arn("ReadOnlyAccess"),
          after: arn("AdministratorAccess"),
        }),
        makeChange("update", "aws_ssoadmin_permission_set", "look", {
          before: { name: "look", session_duration: "PT1H" },
          after: { name: "look", session_duration: "PT12H" },
        }),
      ),
    );
    expect(lines).toEqual([
      "`ada` becomes a user, with the e-mail address `ada@platform.test`",
      "User `bob` is removed",
      "Permission set `look` no longer gives `arn:aws:iam::aws:policy/ReadOnlyAccess`",
      "Permission set `look` gives `arn:aws:iam::aws:policy/AdministratorAccess`",
      "A session of permission set `look` lasts `PT12H` instead of `PT1H`",
    ]);
  });
});

describe("roles", () => {
  const trust = (...subjects: string[]) => ({
    name: "genesis-apply",
    assume_role_policy: JSON.stringify({
      Statement: [
        { Effect: "Allow", Principal: { Federated: "x" }, Condition: { StringEquals: { "host:sub": subjects } } },
      ],
    }),
  });

  it("are taken by others than before: the subjects are told", () => {
    const lines = explainRoles(
      plan(makeChange("update", "aws_iam_role", "apply", { before: trust("a", "b"), after: trust("b", "repo:*") })),
    );
    expect(lines).toEqual([
      "Role `genesis-apply` can now be taken by `repo:*`",
      "Role `genesis-apply` can no longer be taken by `a`",
    ]);
  });

  it("whose trust changes in another way point to the diff, and so do unknown ones", () => {
    const other = { ...trust("a"), assume_role_policy: `${trust("a").assume_role_policy} ` };
    const update = makeChange("update", "aws_iam_role", "apply", { before: trust("a"), after: other });
    expect(explainRoles(plan(update))[0]).toContain("read it in the diff");
    const unknown = makeChange("create", "aws_iam_role", "x", { after: {}, unknown: { assume_role_policy: true } });
    expect(explainRoles(plan(unknown))[0]).toContain("only the apply will tell");
  });

  it("gain and lose policies", () => {
    const policy = { role: "x", name: "push", policy: '{"Statement":{"Effect":"Allow","Action":"s3:*"}}' };
    const attachment = { role: "x", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
    const lines = explainRoles(
      plan(
        makeChange("create", "aws_iam_role_policy_attachment", "x", { after: attachment }),
        makeChange("delete", "aws_iam_role_policy_attachment", "x", { before: attachment }),
        makeChange("create", "aws_iam_role_policy", "x", { after: policy }),
        makeChange("delete", "aws_iam_role_policy", "x", { before: policy }),
      ),
    );
    expect(lines).toEqual([
      "Role `x` gains `arn:aws:iam::aws:policy/AdministratorAccess`",
      "Role `x` loses `arn:aws:iam::aws:policy/AdministratorAccess`",
      "Role `x` gets its policy `push`: it may `s3:*`",
      "Role `x` loses its policy `push`",
    ]);
  });
});

describe("guards", () => {
  const policy = (...statements: Record<string, unknown>[]) => ({
    name: "guard",
    content: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
  const deny = (more: Record<string, unknown> = {}) => ({
    Sid: "Deny",
    Effect: "Deny",
    Action: ["a:One", "a:Two"],
    Resource: "*",
    ...more,
  });
  const explain = (before: Record<string, unknown>, after: Record<string, unknown>) =>
    explainGuards(plan(makeChange("update", "aws_organizations_policy", "guard", { before, after })));

  it("that deny less are told, statement by statement", () => {
    expect(explain(policy(deny()), policy(deny({ Sid: "Other" })))).toEqual(["Policy `guard`: `Deny` goes"]);
    expect(explain(policy(deny()), policy(deny({ Effect: "Allow" })))).toEqual(["Policy `guard`: `Deny` goes"]);
    expect(explain(policy(deny()), policy(deny({ Action: ["a:One"] })))).toEqual([
      "Policy `guard`: `Deny` no longer denies `a:Two`",
    ]);
    expect(explain(policy(deny()), policy(deny({ Resource: ["b"] })))).toEqual([
      "Policy `guard`: `Deny` no longer covers `*`",
    ]);
    const spared = deny({ Condition: { ArnNotLike: { "aws:PrincipalArn": "*" } } });
    expect(explain(policy(deny()), policy(spared))[0]).toContain("changes whom or what it spares");
    expect(explain(policy(deny()), { name: "guard", content: "?" })[0]).toContain("only the diff shows");
  });

  it("that deny more are not: they are in the rest", () => {
    expect(
      explain(policy(deny()), policy(deny({ Action: ["a:Two", "a:One", "a:Three"] }), deny({ Sid: "More" }))),
    ).toEqual([]);
  });

  it("that go, are detached or change are told", () => {
    const block = (value: boolean) => ({ block_public_acls: value });
    const organization = (...names: string[]) => ({
      aws_service_access_principals: names,
      enabled_policy_types: ["SCP"],
    });
    const lines = explainGuards(
      plan(
        makeChange("delete", "aws_organizations_policy", "guard", { before: policy() }),
        makeChange("replace", "aws_organizations_policy_attachment", "guard", { before: {}, after: {} }),
        makeChange("update", "aws_s3_bucket_public_access_block", "state", {
          before: block(true),
          after: block(false),
        }),
        makeChange("delete", "aws_s3_bucket_policy", "state", { before: {} }),
        makeChange("update", "aws_organizations_organization", "o", {
          before: organization("sso.amazonaws.com", "iam.amazonaws.com"),
          after: organization("iam.amazonaws.com"),
        }),
      ),
    );
    expect(lines).toEqual([
      "Policy `guard` goes",
      "Policy `guard` no longer applies where it did",
      '`aws_s3_bucket_public_access_block.this["state"]` changes: `block_public_acls`',
      '`aws_s3_bucket_policy.this["state"]` goes',
      "The organization no longer has `sso.amazonaws.com` in `aws_service_access_principals`",
    ]);
  });
});

describe("losses and the rest", () => {
  it("tell what goes, protected resources first, and why something is replaced", () => {
    const replaced = makeChange("replace", "aws_iam_role", "a", { before: {}, after: {}, replace_paths: [["name"]] });
    const lines = explainLosses(
      plan(replaced, makeChange("delete", ACCOUNT, "shop"), makeChange("forget", "aws_iam_role", "b"), {
        ...makeChange("delete", "aws_iam_role", "c"),
        deposed: "1234",
      }),
    );
    expect(lines).toEqual([
      '`aws_organizations_account.this["shop"]` is destroyed (**protected**: refused unless it is named with `--allow-destroy`)',
      '`aws_iam_role.this["a"]` is destroyed and created anew, because of `name`',
      '`aws_iam_role.this["b"]` is left as it is, and no longer managed',
      '`aws_iam_role.this["c"]` loses an older object that a replacement left behind',
    ]);
  });

  it("leave nothing of a plan to its diff only", () => {
    const output = { actions: ["create"], before: null, after: 1, after_unknown: false };
    const marks = { before_sensitive: false, after_sensitive: false };
    const lines = explainRest(
      makePlanOf(
        [
          makeChange("create", "aws_s3_bucket", "a", { after: {} }),
          makeChange("update", "aws_s3_bucket", "b", { before: { x: 1 }, after: { x: 2 } }),
          { ...makeChange("none", "aws_s3_bucket", "c"), previous_address: "aws_s3_bucket.d" },
        ],
        { output_changes: { x: { ...output, ...marks } } },
      ),
    );
    expect(lines).toEqual([
      '`aws_s3_bucket.this["a"]` is created',
      '`aws_s3_bucket.this["b"]` changes: `x`',
      '`aws_s3_bucket.d` is now `aws_s3_bucket.this["c"]`',
      "Output `x` changes",
    ]);
  });
});
