import { describe, expect, it } from "vitest";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import type { ResourceChange } from "../../../ci/terraform/plan.js";
import { redactPlan } from "../../../ci/terraform/redact.js";
import { makeChange, makePlanOf } from "./plans.js";

const ORGANIZATION = "aws_organizations_organization";
const UNIT = "aws_organizations_organizational_unit";
const ACCOUNT = "aws_organizations_account";
const POLICY = "aws_organizations_policy";
const ATTACHMENT = "aws_organizations_policy_attachment";
const PROVIDER = "aws_iam_openid_connect_provider";
const CONTACT = "aws_account_alternate_contact";
const GROUP = "aws_identitystore_group";
const importing = { id: "x" };

type Values = Record<string, unknown>;
type Kind = Parameters<typeof makeChange>[0];

const update = (type: string, key: string, before: Values, after: Values, more = {}) =>
  makeChange("update", type, key, { before, after, ...more });
const keep = (type: string, key: string, values: Values = {}) =>
  makeChange("none", type, key, { before: values, after: values });
const list = (changes: readonly ResourceChange[], more: Values = {}) =>
  listLosses(makePlanOf(changes, more)).map((loss) => `${loss.name}: ${loss.old} → ${loss.new}`);
const names = (changes: readonly ResourceChange[], more: Values = {}) =>
  listLosses(makePlanOf(changes, more)).map(({ name }) => name);

describe("what the organization trusts", () => {
  const services = (...each: string[]) => ({ aws_service_access_principals: each });
  const statement = (more: Values = {}) => ({
    Effect: "Allow",
    Principal: { AWS: ["a", "b"] },
    Action: "s3:Get*",
    ...more,
  });
  const policy = (...Statement: Values[]) => ({ policy: JSON.stringify({ Statement }) });
  const audiences = (...each: string[]) => ({ client_id_list: each });

  it.each<[what: string, changes: ResourceChange[], losses: string[]]>([
    [
      "services that are switched off",
      [update(ORGANIZATION, "o", services("a.amazonaws.com", "b.amazonaws.com"), services("b.amazonaws.com", "c"))],
      ["trusted-service:a.amazonaws.com: trusted in every account → trusted in none"],
    ],
    [
      "types of policies, with what is attached",
      [
        update(ORGANIZATION, "o", { enabled_policy_types: ["TAG_POLICY"] }, { enabled_policy_types: [] }),
        ...["cost", "idle"].map((key) => keep(POLICY, key, { type: "TAG_POLICY" })),
        keep(POLICY, "guard", { type: "SERVICE_CONTROL_POLICY" }),
        ...["cost/root", "guard/root"].map((key) => keep(ATTACHMENT, key)),
      ],
      ["policy-type:TAG_POLICY: enabled → disabled, and AWS detaches all its policies for good: cost"],
    ],
    [
      "audiences, with the provider",
      [
        update(PROVIDER, "github", audiences("sts", "other"), audiences("sts")),
        update(PROVIDER, "ecr", audiences("other"), audiences()),
      ],
      [
        `audience:other: accepted by ${PROVIDER}.this["github"] → refused there`,
        `audience:other#2: accepted by ${PROVIDER}.this["ecr"] → refused there`,
      ],
    ],
    [
      "a list that only the apply will tell, whole",
      [makeChange("update", PROVIDER, "a", { before: audiences("sts"), unknown: { client_id_list: true } })],
      [`audience:sts: accepted by ${PROVIDER}.this["a"] → refused there`],
    ],
    [
      "statements of the bucket's policy that go or change, whatever their order",
      [
        update(
          "aws_s3_bucket_policy",
          "state",
          policy(statement(), statement({ Sid: "Logs" }), statement({ Action: ["a", "b"] })),
          policy(statement({ Sid: "Logs", Effect: "Deny" }), {
            Action: ["b", "a"],
            Principal: { AWS: ["b", "a"] },
            Effect: "Allow",
          }),
        ),
      ],
      [
        `bucket-statement:Allow s3:Get* to a: ${JSON.stringify(statement())} → gone`,
        `bucket-statement:Logs: ${JSON.stringify(statement({ Sid: "Logs" }))} → ${JSON.stringify(statement({ Sid: "Logs", Effect: "Deny" }))}`,
      ],
    ],
    [
      "every statement, where the policy goes",
      [makeChange("delete", "aws_s3_bucket_policy", "state", { before: policy(statement({ Sid: "Logs" })) })],
      [`bucket-statement:Logs: ${JSON.stringify(statement({ Sid: "Logs" }))} → gone`],
    ],
  ])("loses %s", (_, changes, losses) => {
    expect(list(changes)).toEqual(losses);
  });

  it("loses nothing by a new order, one value without its list, or what is created or adopted as it is", () => {
    const lists = (value: Values) =>
      Object.fromEntries(Object.entries(value).map(([key, each]) => [key, [each].flat()]));
    expect(
      list([
        update(ORGANIZATION, "o", services("a", "b"), services("b", "a", "c")),
        update(PROVIDER, "a", audiences("a"), audiences("b", "a")),
        update(
          "aws_s3_bucket_policy",
          "state",
          policy({ Sid: "x", Action: "a", Condition: { Bool: { tls: "false" } } }),
          policy({ ...lists({ Action: "a" }), Sid: "x", Condition: { Bool: { tls: false } } }, statement()),
        ),
        makeChange("create", PROVIDER, "b", { after: audiences("a") }),
        makeChange("none", ORGANIZATION, "p", { before: services("a"), after: services("a"), importing }),
      ]),
    ).toEqual([]);
  });
});

describe("policies", () => {
  const unit = (path: string, parent: string) => keep(UNIT, path, { id: `ou-${path}`, parent_id: parent });
  const tree = [unit("a", "r-1"), unit("a/b", "ou-a"), unit("c", "r-1")];
  const attach = (kind: Kind, policy: string, target: string, id: string) =>
    makeChange(kind, ATTACHMENT, `${policy}/${target}`, {
      ...(kind !== "create" && { before: { target_id: id } }),
      ...(kind !== "delete" && kind !== "forget" && { after: { target_id: id } }),
    });
  const move = (account: string, from: string, to: string) =>
    update(ACCOUNT, account, { parent_id: from }, { parent_id: to });

  it("that are detached, destroyed or replaced are told by their targets; one that is forgotten still applies", () => {
    expect(
      list([
        attach("delete", "guard", "ou:a/b", "ou-a/b"),
        attach("replace", "guard", "shop", "1"),
        attach("forget", "guard", "root", "r-1"),
        makeChange("delete", POLICY, "old"),
        makeChange("forget", POLICY, "kept"),
      ]),
    ).toEqual([
      "policy:old: is there → is destroyed",
      "policy-attachment:guard@ou:a/b: attached → detached",
      "policy-attachment:guard@shop: attached → detached, and attached anew",
    ]);
  });

  it.each<[what: string, changes: ResourceChange[], more: Values, losses: string[]]>([
    [
      "an account that moves no longer inherits from its OU and from those above it",
      [
        attach("none", "near", "ou:a/b", "ou-a/b"),
        attach("none", "far", "ou:a", "ou-a"),
        attach("none", "top", "root", "r-1"),
        move("shop", "ou-a/b", "ou-c"),
      ],
      {},
      [
        "inherited-policy:shop/near: inherited from ou:a/b → not inherited in c",
        "inherited-policy:shop/far: inherited from ou:a → not inherited in c",
      ],
    ],
    [
      "one that moves up keeps what is above",
      [attach("none", "far", "ou:a", "ou-a"), move("shop", "ou-a/b", "ou-a")],
      {},
      [],
    ],
    [
      "what the new place has, what gets it now, and what the account has itself, is no loss",
      [
        attach("none", "one", "ou:a", "ou-a"),
        attach("none", "one", "ou:c", "ou-c"),
        attach("none", "two", "ou:a", "ou-a"),
        attach("create", "two", "ou:c", "ou-c"),
        attach("none", "three", "ou:a", "ou-a"),
        attach("none", "three", "shop", "1"),
        move("shop", "ou-a", "ou-c"),
      ],
      {},
      [],
    ],
    [
      "the new place has it no longer",
      [attach("none", "one", "ou:a", "ou-a"), attach("delete", "one", "ou:c", "ou-c"), move("shop", "ou-a", "ou-c")],
      {},
      [
        "policy-attachment:one@ou:c: attached → detached",
        "inherited-policy:shop/one: inherited from ou:a → not inherited in c",
      ],
    ],
    [
      "a policy that is detached is told as that only",
      [attach("delete", "one", "ou:a", "ou-a"), move("shop", "ou-a", "ou-c")],
      {},
      ["policy-attachment:one@ou:a: attached → detached"],
    ],
    [
      "an OU that moves takes its accounts with it",
      [
        attach("none", "far", "ou:a", "ou-a"),
        makeChange("create", UNIT, "c/b", { after: { parent_id: "ou-c" }, unknown: { id: true } }),
        makeChange("update", ACCOUNT, "shop", { before: { parent_id: "ou-a/b" }, unknown: { parent_id: true } }),
      ],
      { variables: { accounts: { value: { shop: { ou: "c/b" } } } } },
      ["inherited-policy:shop/far: inherited from ou:a → not inherited in c/b"],
    ],
    [
      "an account that stays, one that goes and one that comes lose nothing by this",
      [
        attach("none", "far", "ou:a", "ou-a"),
        keep(ACCOUNT, "stays", { parent_id: "ou-a/b" }),
        makeChange("forget", ACCOUNT, "goes", { before: { parent_id: "ou-a/b" } }),
        makeChange("create", ACCOUNT, "comes", { after: { parent_id: "ou-c" } }),
      ],
      {},
      [`${ACCOUNT}.this["goes"]: is there → is left as it is, and no longer managed`],
    ],
  ])("%s", (_, changes, more, losses) => {
    expect(list([...tree, ...changes], more)).toEqual(losses);
  });
});

describe("what people wrote in AWS", () => {
  const person = (name: string) => ({ name, title: "CISO", email_address: "a@platform.test", phone_number: "1" });
  const tags = (value: Record<string, string> | null) => ({ tags: value });
  const ROLE = 'aws_iam_role.this["r"]';

  it("is lost where an import overwrites it, or an apply what drifted; an edit of the data is no loss", () => {
    const changes = (more: Values) => [
      update(CONTACT, "shop/security", person("Ann"), person("Bob"), more),
      update("aws_iam_role", "r", tags({ a: "1", b: "2", c: "3" }), tags({ a: "1", b: "two" }), more),
      update(GROUP, "g", { description: "Who builds", name: 1 }, { description: "", name: 2 }, more),
      update(GROUP, "empty", { description: "" }, { description: "Ours" }, more),
    ];
    const losses = [
      "contact:shop/security: Ann, CISO, a@platform.test, 1 → Bob, CISO, a@platform.test, 1",
      `tag:${ROLE}/b: 2 → two`,
      `tag:${ROLE}/c: 3 → none`,
      `description:${GROUP}.this["g"]: Who builds → empty`,
    ];
    expect(list(changes({ importing }))).toEqual(losses);
    expect(list(changes({}))).toEqual([]);
    const drift = [
      update(CONTACT, "shop/security", person("Bob"), person("Ann")),
      update("aws_iam_role", "r", tags({ a: "1", b: "two" }), tags({ a: "1", b: "2", c: "3" })),
      update(GROUP, "g", { description: "" }, { description: "Who builds" }),
    ];
    expect(list(changes({}), { resource_drift: drift })).toEqual(losses);
    const elsewhere = drift.map((each) => ({
      ...each,
      change: { ...each.change, before: { x: 1, ...Object(each.change.after) } },
    }));
    expect(list(changes({}), { resource_drift: elsewhere })).toEqual([]);
  });

  it("is lost with a contact that is deleted or made anew, not with one that is forgotten", () => {
    const contact = (kind: Kind, key: string) =>
      makeChange(kind, CONTACT, key, { before: person("Ann"), after: kind === "replace" ? person("Ann") : null });
    expect(
      names([contact("delete", "a/security"), contact("replace", "b/billing"), contact("forget", "c/security")]),
    ).toEqual(["contact:a/security", "contact:b/billing"]);
  });

  it("is not shown where it is sensitive, and counts as lost, for it cannot be compared", () => {
    const sensitive = { tags: { secret: true }, description: true };
    const values = { tags: { secret: "hunter2" }, description: "hunter2" };
    const change = update("aws_iam_role", "r", values, values, { sensitive, importing });
    const text = JSON.stringify(listLosses(redactPlan(makePlanOf([change]))));
    expect(text).toContain(`tag:${JSON.stringify(ROLE).slice(1, -1)}/secret`);
    expect(text).toContain("description:");
    expect(text).not.toContain("hunter2");
  });
});

describe("the last administrator of an account", () => {
  const arn = { managed_policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
  /** One person, by one group and one permission set, in `shop`; a reader beside it. `kinds` says what becomes of each part. */
  const scene = (
    kinds: { [part: string]: Kind } = {},
    account: ResourceChange = keep(ACCOUNT, "shop", { parent_id: "ou-a" }),
  ) => {
    const parts = {
      user: ["aws_identitystore_user", "ada", {}],
      membership: ["aws_identitystore_group_membership", "ops/ada", {}],
      group: [GROUP, "ops", {}],
      set: ["aws_ssoadmin_permission_set", "admin", {}],
      policy: ["aws_ssoadmin_managed_policy_attachment", "admin/AdministratorAccess", arn],
      assignment: ["aws_ssoadmin_account_assignment", "shop/ops/admin", { principal_type: "GROUP", target_id: "1" }],
      own: ["aws_ssoadmin_account_assignment", "lab/ada/admin", { principal_type: "USER", target_id: "2" }],
    } as const;
    const made = Object.entries(parts).map(([part, [type, key, values]]) =>
      makeChange(kinds[part] ?? "none", type, key, {
        before: values,
        ...(kinds[part] === undefined && { after: values }),
      }),
    );
    const reader = keep("aws_ssoadmin_account_assignment", "shop/ops/look", { target_id: "1" });
    const suspended = ["a", "suspended"].map((path) => keep(UNIT, path, { id: `ou-${path}`, parent_id: "r-1" }));
    return [...suspended, account, keep(ACCOUNT, "lab"), ...made, reader];
  };
  const BOTH = ["administrator:shop", "administrator:lab"];

  it.each<[part: string, lost: string[]]>([
    ["user", BOTH],
    ["membership", ["administrator:shop"]],
    ["group", ["administrator:shop"]],
    ["set", BOTH],
    ["policy", BOTH],
    ["assignment", ["administrator:shop"]],
    ["own", ["administrator:lab"]],
  ])("goes with the %s", (part, lost) => {
    expect(names(scene({ [part]: "delete" }))).toEqual(lost);
    expect(names(scene({ [part]: "forget" }))).toEqual([]);
    expect(list(scene({ [part]: "delete" }))[0]).toContain(": ada → nobody");
  });

  it("stays where somebody else is there, or comes", () => {
    const mara = (kind: Kind) => makeChange(kind, "aws_identitystore_group_membership", "ops/mara");
    for (const kind of ["none", "create"] as const) {
      expect(names([...scene({ membership: "delete" }), mara(kind)])).toEqual([]);
    }
    expect(names([...scene({ membership: "delete" }), mara("delete")])).toEqual(["administrator:shop"]);
  });

  it("is whoever is in a group whose members are not managed", () => {
    const external = { variables: { identity_source: { value: "external" } } };
    expect(names(scene({ membership: "delete" }), external)).toEqual([]);
    expect(list(scene({ assignment: "delete" }), external)).toEqual(["administrator:shop: whoever is in ops → nobody"]);
  });

  it("is not asked for where the account itself goes by name, or is suspended; one that is in no state is", () => {
    const suspend = update(ACCOUNT, "shop", { parent_id: "ou-a" }, { parent_id: "ou-suspended" });
    expect(names(scene({ assignment: "delete" }, suspend))).toEqual([]);
    const forgotten = makeChange("forget", ACCOUNT, "shop");
    expect(names(scene({ assignment: "delete" }, forgotten))).toEqual([forgotten.address]);
    const unknown = keep(ACCOUNT, "other");
    expect(names(scene({ assignment: "delete" }, unknown))).toEqual(["administrator:shop"]);
  });

  it("stays where an account's key changes, and its id does not", () => {
    const renamed = { target_id: "1", principal_type: "GROUP" };
    const created = makeChange("create", "aws_ssoadmin_account_assignment", "store/ops/admin", { after: renamed });
    expect(names([...scene({ assignment: "delete" }), created])).toEqual([]);
  });
});
