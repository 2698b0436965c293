import { describe, expect, it } from "vitest";
import { listLosses } from "../../../../ci/terraform/losses/list-losses.js";
import type { Plan, ResourceChange } from "../../../../ci/terraform/plan.js";
import { explainAccess } from "../../../../ci/terraform/summary/access.js";
import { explainAccounts } from "../../../../ci/terraform/summary/accounts.js";
import { explainContacts } from "../../../../ci/terraform/summary/contacts.js";
import { explainGuards } from "../../../../ci/terraform/summary/guards.js";
import { explainDestroyed } from "../../../../ci/terraform/summary/losses.js";
import { explainRest } from "../../../../ci/terraform/summary/rest.js";
import { explainRoles } from "../../../../ci/terraform/summary/roles.js";
import { makeChange, makeOutput, makePlanOf } from "../plans.js";

const ACCOUNT = "aws_organizations_account";
const ASSIGNMENT = "aws_ssoadmin_account_assignment";
const MEMBERSHIP = "aws_identitystore_group_membership";
const ROLE = "aws_iam_role";
const CONTACT = "aws_account_alternate_contact";
const BUCKET = "aws_s3_bucket";
const UNIT = "aws_organizations_organizational_unit";

const update = (type: string, key: string, before: object, after: object) =>
  makeChange("update", type, key, { before: { ...before }, after: { ...after } });
const units = ["workloads", "suspended"].map((name) => {
  const unit = { id: `ou-${name}`, name };
  return makeChange("none", UNIT, name, { before: unit, after: unit });
});
const inUnit = (name: string, more = {}) => ({ parent_id: `ou-${name}`, ...more });
const managed = (name: string) => ({ managed_policy_arn: `arn:aws:iam::aws:policy/${name}` });
const session = (hours: number) => ({ name: "look", session_duration: `PT${hours}H` });
const trust = (...subjects: string[]) => {
  const Condition = { StringEquals: { "host:sub": subjects } };
  const Statement = [{ Effect: "Allow", Principal: { Federated: "x" }, Condition }];
  return { name: "genesis-apply", assume_role_policy: JSON.stringify({ Statement }) };
};
const inline = (action: string) => ({
  inline_policy: `{"Statement":[{"Effect":"Allow","Action":"${action}","Resource":"*"}]}`,
});
const boundary = (name: string) => ({ permissions_boundary: [{ customer_managed_policy_reference: [{ name }] }] });
const person = (name: string) => ({ name, title: "x", email_address: "a@platform.test", phone_number: "1" });
const attachment = { role: "x", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const importing = { id: "x" };
const push = { role: "x", name: "push", policy: '{"Statement":{"Effect":"Allow","Action":"s3:*"}}' };
const services = (...names: string[]) => ({ aws_service_access_principals: names, enabled_policy_types: ["SCP"] });

describe("the sentences of a plan", () => {
  it.each<[what: string, explain: (plan: Plan) => string[], changes: ResourceChange[], lines: string[]]>([
    [
      "accounts that are created, imported, moved and renamed, by the names of their OUs",
      explainAccounts,
      [
        ...units,
        makeChange("create", ACCOUNT, "shop", {
          after: inUnit("workloads", { email: "aws+shop@platform.test", name: "Shop", tags: { a: "b" } }),
        }),
        makeChange("none", ACCOUNT, "old", {
          before: inUnit("workloads"),
          after: inUnit("workloads"),
          importing: { id: "111122223333" },
        }),
        update(ACCOUNT, "lab", inUnit("workloads", { name: "lab" }), inUnit("suspended", { name: "lab-2" })),
      ],
      [
        'Account `shop` is created in `workloads`, with the e-mail address `aws+shop@platform.test`, the name `Shop`, the tags `{"a":"b"}`',
        "Account `lab` moves from `workloads` to `suspended`, and changes: `name` `lab` → `lab-2`",
        "Account `old` is imported as it is, in `workloads`",
      ],
    ],
    [
      "access that is gained and lost, a line for all groups, sets and accounts of which the same is true",
      explainAccess,
      [
        makeChange("create", ASSIGNMENT, "shop/engineers/administrator"),
        makeChange("create", ASSIGNMENT, "lab/engineers/administrator"),
        makeChange("create", ASSIGNMENT, "shop/engineers/look"),
        makeChange("create", ASSIGNMENT, "lab/engineers/look"),
        makeChange("create", ASSIGNMENT, "lab/engineers/pay"),
        makeChange("none", ASSIGNMENT, "old/engineers/look", { importing: { id: "x" } }),
        makeChange("delete", ASSIGNMENT, "lab/auditors/read-only"),
        makeChange("replace", ASSIGNMENT, "lab/visitors/read-only"),
      ],
      [
        "Group `engineers` gains `administrator`, `look` in `shop`, `lab`",
        "Group `engineers` gains `pay` in `lab`",
        "Group `engineers` keeps, imported as it is, `look` in `old`",
        "Groups `auditors`, `visitors` lose `read-only` in `lab`",
        "Group `visitors` gains `read-only` in `lab`",
      ],
    ],
    [
      "a membership, with what the group has after the apply",
      explainAccess,
      [
        makeChange("none", ASSIGNMENT, "shop/engineers/administrator"),
        makeChange("delete", ASSIGNMENT, "lab/engineers/read-only"),
        makeChange("create", MEMBERSHIP, "engineers/ada"),
        makeChange("delete", MEMBERSHIP, "engineers/bob"),
      ],
      [
        "Group `engineers` loses `read-only` in `lab`",
        "`ada` joins group `engineers`, which has `administrator` in 1 account(s)",
        "`bob` leaves group `engineers`",
      ],
    ],
    [
      "users, and policies and sessions of permission sets",
      explainAccess,
      [
        makeChange("create", "aws_identitystore_user", "ada", { after: { emails: [{ value: "ada@platform.test" }] } }),
        makeChange("delete", "aws_identitystore_user", "bob"),
        makeChange("replace", "aws_ssoadmin_managed_policy_attachment", "look/x", {
          before: managed("ReadOnlyAccess"),
          after: managed("AdministratorAccess"),
        }),
        update("aws_ssoadmin_permission_set", "look", session(1), session(12)),
      ],
      [
        "`ada` becomes a user, with the e-mail address `ada@platform.test`",
        "User `bob` is removed",
        "Permission set `look` no longer gives `arn:aws:iam::aws:policy/ReadOnlyAccess`",
        "Permission set `look` gives `arn:aws:iam::aws:policy/AdministratorAccess`",
        "A session of permission set `look` lasts `PT12H` instead of `PT1H`",
      ],
    ],
    [
      "what else permission sets give, and what limits them",
      explainAccess,
      [
        makeChange("create", "aws_ssoadmin_customer_managed_policy_attachment", "look/pay"),
        makeChange("delete", "aws_ssoadmin_customer_managed_policy_attachment", "look/refund"),
        makeChange("create", "aws_ssoadmin_permission_set_inline_policy", "look", { after: inline("s3:Get*") }),
        makeChange("update", "aws_ssoadmin_permission_set_inline_policy", "do", {
          before: inline("s3:Get*"),
          after: inline("s3:*"),
        }),
        makeChange("delete", "aws_ssoadmin_permission_set_inline_policy", "old"),
        makeChange("create", "aws_ssoadmin_permissions_boundary_attachment", "look", { after: boundary("edge") }),
        makeChange("delete", "aws_ssoadmin_permissions_boundary_attachment", "do", { before: boundary("edge") }),
      ],
      [
        "Permission set `look` gives `pay` (the customer managed policy of this name in each account)",
        "Permission set `look` no longer gives `refund` (the customer managed policy of this name in each account)",
        "Permission set `look` gets an inline policy: it allows `s3:Get*`",
        "The inline policy of permission set `do` changes: it allows `s3:*`",
        "Permission set `old` loses its inline policy",
        "Permission set `look` is limited by `edge`",
        "Permission set `do` is no longer limited by `edge`",
      ],
    ],
    [
      "whom AWS told before, and tells from now on",
      explainContacts,
      [
        ...["shop/security", "lab/security"].map((key) => makeChange("create", CONTACT, key, { after: person("Ann") })),
        makeChange("update", CONTACT, "management/billing", { before: person("Bob"), after: person("Ann") }),
        makeChange("delete", CONTACT, "shop/operations", { before: person("Bob") }),
      ],
      [
        "The `security` contact of `shop`, `lab` becomes `Ann, x, a@platform.test, 1`",
        "The `billing` contact of `management` becomes `Ann, x, a@platform.test, 1` instead of `Bob, x, a@platform.test, 1`",
        "The `operations` contact of `shop` is no longer `Bob, x, a@platform.test, 1`",
      ],
    ],
    [
      "a role that is taken by others than before",
      explainRoles,
      [update(ROLE, "apply", trust("a", "b"), trust("b", "repo:*"))],
      ["Role `genesis-apply` can now be assumed by `repo:*`", "Role `genesis-apply` can no longer be assumed by `a`"],
    ],
    [
      "policies that a role gains and loses",
      explainRoles,
      [
        makeChange("create", "aws_iam_role_policy_attachment", "x", { after: attachment }),
        makeChange("delete", "aws_iam_role_policy_attachment", "x", { before: attachment }),
        makeChange("create", "aws_iam_role_policy", "x", { after: push }),
        makeChange("delete", "aws_iam_role_policy", "x", { before: push }),
      ],
      [
        "Role `x` gains `arn:aws:iam::aws:policy/AdministratorAccess`",
        "Role `x` loses `arn:aws:iam::aws:policy/AdministratorAccess`",
        "Role `x` gets its policy `push`: it may `s3:*`",
        "Role `x` loses its policy `push`",
      ],
    ],
    [
      "guards that change; what only loses something is told by the losses",
      explainGuards,
      [
        makeChange("delete", "aws_organizations_policy", "guard", { before: { name: "guard" } }),
        makeChange("delete", "aws_organizations_policy_attachment", "guard/root"),
        update(`${BUCKET}_public_access_block`, "state", { block_public_acls: true }, { block_public_acls: false }),
        update("aws_iam_openid_connect_provider", "a", { client_id_list: ["a", "b"] }, { client_id_list: ["a"] }),
        update("aws_iam_openid_connect_provider", "b", { client_id_list: ["a"] }, { client_id_list: ["a", "b"] }),
        update("aws_organizations_organization", "o", services("sso.amazonaws.com", "iam"), services("iam")),
      ],
      [
        '`aws_s3_bucket_public_access_block.this["state"]` changes: `block_public_acls` `true` → `false`',
        '`aws_iam_openid_connect_provider.this["b"]` changes: `client_id_list` gains `b`',
      ],
    ],
    [
      "what goes and no loss tells, and why something is replaced",
      (plan) => explainDestroyed(plan, listLosses(plan)),
      [
        makeChange("replace", ROLE, "a", { replace_paths: [["name"]] }),
        makeChange("delete", ACCOUNT, "shop"),
        makeChange("delete", "aws_organizations_policy_attachment", "guard/root"),
        makeChange("delete", CONTACT, "shop/security", { before: person("Bob") }),
        makeChange("forget", ROLE, "b"),
        { ...makeChange("delete", ROLE, "c"), deposed: "1234" },
        { ...makeChange("delete", BUCKET, "d"), deposed: "1234" },
      ],
      [
        '`aws_iam_role.this["a"]` is destroyed and created anew, because of `name`',
        '`aws_iam_role.this["b"]` is left as it is, and no longer managed',
        '`aws_iam_role.this["c"]` loses an older object that a replacement left behind',
      ],
    ],
    [
      "what is imported and changes, each with what becomes of it",
      (plan) => [
        ...[explainAccounts, explainAccess, explainContacts, explainRoles, explainRest].flatMap((explain) =>
          explain(plan),
        ),
      ],
      [
        ...units,
        makeChange("update", ACCOUNT, "shop", {
          before: { parent_id: "r-1" },
          after: inUnit("workloads", { tags: { a: "b" } }),
          importing,
        }),
        makeChange("update", "aws_identitystore_user", "ada", {
          before: { nickname: "a", emails: [{ value: "x" }] },
          after: { nickname: "b", emails: [{ value: "x" }] },
          importing,
        }),
        makeChange("update", "aws_ssoadmin_permission_set_inline_policy", "do", {
          before: inline("s3:Get*"),
          after: inline("s3:*"),
          importing,
        }),
        makeChange("update", CONTACT, "shop/security", { before: person("Bob"), after: person("Ann"), importing }),
        makeChange("none", "aws_iam_role_policy", "x", { before: push, after: push, importing }),
        makeChange("update", BUCKET, "state", { before: { tags: null }, after: { tags: { a: "b" } }, importing }),
        {
          ...makeChange("update", BUCKET, "new", { before: { x: 1 }, after: { x: 2 } }),
          previous_address: "aws_s3_bucket.old",
        },
      ],
      [
        'Account `shop` is imported and moves from `root` to `workloads`, and changes: `tags` `null` → `{"a":"b"}`',
        "User `ada` is imported and changes: `nickname` `a` → `b`; the e-mail address is `x`",
        "The inline policy of permission set `do` is imported and changes: it allows `s3:*`",
        "The `security` contact of `shop` is imported and becomes `Ann, x, a@platform.test, 1` instead of `Bob, x, a@platform.test, 1`",
        '`aws_s3_bucket.this["state"]` is imported and changes: `tags` `null` → `{"a":"b"}`',
        '`aws_s3_bucket.this["new"]` changes: `x` `1` → `2`',
        '`aws_iam_role_policy.this["x"]` is imported as it is',
        '`aws_s3_bucket.old` is now `aws_s3_bucket.this["new"]`',
      ],
    ],
  ])("tell %s", (_, explain, changes, lines) => {
    expect(explain(makePlanOf(changes))).toEqual(lines);
  });

  it("have an account's OU from the data where the OU is still to come", () => {
    const change = makeChange("create", ACCOUNT, "shop", { after: { email: "x" }, unknown: { parent_id: true } });
    const variables = { accounts: { value: { shop: { ou: "workloads" } } } };
    expect(explainAccounts(makePlanOf([change], { variables }))[0]).toContain("created in `workloads`");
    expect(explainAccounts(makePlanOf([change]))[0]).toContain("created in `unknown`");
  });

  it("count the accounts where they are many", () => {
    const changes = Array.from({ length: 500 }, (_, index) =>
      makeChange("create", ASSIGNMENT, `account-${index}/engineers/administrator`),
    );
    expect(explainAccess(makePlanOf(changes))).toEqual([
      expect.stringMatching(/ in 500 accounts: `account-0`, .*, `account-499`$/),
    ]);
  });

  it("point to the diff where a trust changes in another way or is unknown", () => {
    const after = { ...trust("a"), assume_role_policy: `${trust("a").assume_role_policy} ` };
    const changed = update(ROLE, "apply", trust("a"), after);
    expect(explainRoles(makePlanOf([changed]))[0]).toContain("read the diff");
    const unknown = makeChange("create", ROLE, "x", { unknown: { assume_role_policy: true } });
    expect(explainRoles(makePlanOf([unknown]))[0]).toContain("known only after the apply");
  });

  it("tell what is imported in a line for each type, and accounts for each OU, however many", () => {
    const inside = { before: inUnit("workloads"), after: inUnit("workloads"), importing };
    const accounts = Array.from({ length: 500 }, (_, index) => makeChange("none", ACCOUNT, `a${index}`, inside));
    const atRoot = makeChange("none", ACCOUNT, "legacy", { after: { parent_id: "r-abcd" }, importing });
    expect(explainAccounts(makePlanOf([...units, ...accounts, atRoot]))).toEqual([
      expect.stringMatching(/^500 accounts are imported as they are, in `workloads`: `a0`, .*, `a499`$/),
      "Account `legacy` is imported as it is, in `root`",
    ]);
    const memberships = ["ops/ada", "ops/bob"].map((key) => makeChange("none", MEMBERSHIP, key, { importing }));
    expect(explainRest(makePlanOf([...memberships, makeChange("none", BUCKET, "state", { importing })]))).toEqual([
      "2 of `aws_identitystore_group_membership` are imported as they are: `ops/ada`, `ops/bob`",
      '`aws_s3_bucket.this["state"]` is imported as it is',
    ]);
  });

  it("tell where a policy applies from now on, and the accounts that it reaches", () => {
    const attach = (policy: string, ...targets: string[]) =>
      targets.map((target) => makeChange("create", "aws_organizations_policy_attachment", `${policy}/${target}`));
    const unit = (path: string) => makeChange("none", UNIT, path, { after: { id: `ou-${path}` } });
    const account = (name: string, parent_id: string) => makeChange("none", ACCOUNT, name, { after: { parent_id } });
    const there = [
      ...[unit("workloads"), unit("workloads/prod"), account("legacy", "r-abcd"), account("lab", "ou-workloads")],
      ...Array.from({ length: 60 }, (_, index) => account(`shop-${index}`, "ou-workloads/prod")),
    ];
    const say = (changes: readonly ResourceChange[]) => explainRest(makePlanOf([...there, ...changes]));
    expect(say([...attach("guard", "ou:workloads", "legacy"), ...attach("other", "ou:sandbox")])).toEqual([
      expect.stringMatching(
        /^Policy `guard` now applies to `ou:workloads`, `legacy`, and reaches `legacy`, `lab`, `shop-0`, .* and 12 more$/,
      ),
      "Policy `other` now applies to `ou:sandbox`, and reaches no account yet",
    ]);
    expect(say(attach("all", "root"))[0]).toMatch(/^Policy `all` now applies to `root`, and reaches `legacy`, /);
  });

  it("leave nothing of a plan to its diff only", () => {
    const changes = [
      makeChange("create", BUCKET, "a"),
      update(BUCKET, "b", { x: 1 }, { x: 2 }),
      { ...makeChange("none", BUCKET, "c"), previous_address: "aws_s3_bucket.d" },
      // Nobody plans that today, as AWS has no such update: told all the same, and not lost between two sections.
      update(MEMBERSHIP, "ops/ada", { x: 1 }, { x: 2 }),
    ];
    const read = makeChange("none", "aws_region", "e");
    const late = { ...read, mode: "data" as const, change: { ...read.change, actions: ["read" as const] } };
    expect(explainRest(makePlanOf([...changes, late], { output_changes: { x: makeOutput(1) } }))).toEqual([
      '`aws_s3_bucket.this["a"]` is created',
      '`aws_s3_bucket.this["b"]` changes: `x` `1` → `2`',
      '`aws_identitystore_group_membership.this["ops/ada"]` changes: `x` `1` → `2`',
      '`aws_region.this["e"]` is read during the apply',
      '`aws_s3_bucket.d` is now `aws_s3_bucket.this["c"]`',
      "Output `x` changes",
    ]);
  });
});

describe("a policy that changes", () => {
  const deny = (more = {}) => ({ Sid: "Deny", Effect: "Deny", Action: ["a:One", "a:Two"], Resource: "*", ...more });
  const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

  it.each([
    ["another name", policy(deny({ Sid: "Other" })), "Policy `guard`: `Deny` is removed"],
    ["another effect", policy(deny({ Effect: "Allow" })), "Policy `guard`: `Deny` is removed"],
    ["fewer actions", policy(deny({ Action: ["a:One"] })), "Policy `guard`: `Deny` no longer denies `a:Two`"],
    ["fewer resources", policy(deny({ Resource: ["b"] })), "Policy `guard`: `Deny` no longer covers `*`"],
    [
      "a condition",
      policy(deny({ Condition: { ArnNotLike: { "aws:PrincipalArn": "*" } } })),
      expect.stringContaining("changes its exceptions"),
    ],
    ["no JSON", "?", expect.stringContaining("changes: read the diff")],
    // What denies more is in the rest.
    ["more", policy(deny({ Action: ["a:Two", "a:One", "a:Three"] }), deny({ Sid: "More" })), undefined],
  ])("is a guard that is told where it denies less: %s", (_, content, line) => {
    const guard = { name: "guard", content: policy(deny()) };
    const change = update("aws_organizations_policy", "guard", guard, { ...guard, content });
    expect(explainGuards(makePlanOf([change]))).toEqual(line === undefined ? [] : [line]);
  });
});
