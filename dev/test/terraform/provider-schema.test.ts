import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type HclBody, listBlocks, parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { ROOT } from "../../tools/find-tool.js";
import { type BlockSchema, type ProviderSchema, SCHEMA_PATH } from "../../tools/provider-schema.js";

const FOLDER = join(ROOT, "terraform");
/** What Terraform itself takes in every block. */
const META = ["alias", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider"];
const { types, between }: ProviderSchema = JSON.parse(await readFile(join(ROOT, SCHEMA_PATH), "utf8"));
const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".tf"));
const code = (await Promise.all(files.map((name) => readFile(join(FOLDER, name), "utf8")))).join("\n");

/** What stands in the code and not in the provider, or the other way round where it must. */
async function findProblems(text: string): Promise<string[]> {
  const body = await parseHcl({ path: "all.tf", hash: "", text });
  const blocks = [
    ...listBlocks(body, "resource", 2).map(({ labels: [type = "", name], body }) => ({ type, name, body })),
    ...listBlocks(body, "data", 2).map(({ labels: [type, name], body }) => ({ type: `data.${type}`, name, body })),
    ...listBlocks(body, "provider", 1).map(({ body }) => ({ type: "provider", name: "aws", body })),
  ];
  expect(blocks.length).toBeGreaterThan(30);
  const found = blocks.flatMap(({ type, name, body }) => {
    const schema = types[type];
    return schema === undefined ? [`${type} is no type`] : checkBody(`${type}.${name}`, body, schema);
  });
  for (const [, type = "", attribute = ""] of text.matchAll(/\b((?:data\.)?aws_\w+)\.\w+(?:\[[^\]]*\])*\.(\w+)/g)) {
    if (types[type] === undefined) found.push(`${type} is no type`);
    else found.push(...checkNames(`${type}, which is referred to,`, [attribute], types[type], true));
  }
  return found;
}

function checkBody(where: string, body: HclBody, schema: BlockSchema): string[] {
  const dynamic = listBlocks(body, "dynamic", 1).map(({ labels: [name = ""], body }) => ({ name, body }));
  const names = [...Object.keys(body).filter((name) => !META.includes(name)), ...dynamic.map(({ name }) => name)];
  const ignored = listBlocks(body, "lifecycle", 0).flatMap(({ body }) => body.ignore_changes ?? []) as string[];
  const inner = Object.entries(schema.blocks).flatMap(([name, block]) => [
    ...listBlocks(body, name, 0).flatMap((each) => checkBody(`${where}.${name}`, each.body, block)),
    ...dynamic
      .filter((each) => each.name === name)
      .flatMap((each) => listBlocks(each.body, "content", 0))
      .flatMap((each) => checkBody(`${where}.${name}`, each.body, block)),
  ]);
  return [
    ...checkNames(where, names, schema, false),
    ...schema.required.filter((name) => !names.includes(name)).map((name) => `${where} lacks ${name}`),
    ...ignored.flatMap((path) => checkPath(where, path.match(/[a-z_]+/g) ?? [], schema)),
    ...inner,
  ];
}

/** A path of ignore_changes, such as name[0].formatted. */
function checkPath(where: string, [name = "", ...rest]: string[], schema: BlockSchema): string[] {
  const block = schema.blocks[name];
  if (rest.length > 0 && block !== undefined) return checkPath(`${where}.${name}`, rest, block);
  return checkNames(`ignore_changes of ${where}`, [name], schema, true);
}

function checkNames(where: string, names: readonly string[], schema: BlockSchema, readable: boolean): string[] {
  const { required, optional, computed, deprecated = [] } = schema;
  const known = [...required, ...optional, ...(readable ? computed : [])];
  return names.flatMap((name) => [
    ...(known.includes(name) ? [] : [`${where} has no ${name}`]),
    ...(deprecated.includes(name) ? [`${name} of ${where} is deprecated`] : []),
  ]);
}

it("terraform/ uses what the pinned provider has, gives it what it requires, and nothing that is deprecated", async () => {
  expect(await findProblems(code)).toEqual([]);
});

it("the pinned provider is neither older nor newer than those that the schema is of", async () => {
  const lock = await readFile(join(FOLDER, ".terraform.lock.hcl"), "utf8");
  const minor = (version: string) => Number(/^6\.(\d+)\.0$/.exec(version)?.[1]);
  const pinned = minor(/^ {2}version {5}= "(.*)"$/m.exec(lock)?.[1] ?? "");
  expect(pinned).toBeGreaterThanOrEqual(minor(between[0]));
  expect(pinned).toBeLessThanOrEqual(minor(between[1]));
});

it.each([
  [
    "  user_name  ",
    "  user_nme  ",
    ["aws_identitystore_user.this has no user_nme", "aws_identitystore_user.this lacks user_name"],
  ],
  [
    "    family_name =",
    "    last_name =",
    ["aws_identitystore_user.this.name has no last_name", "aws_identitystore_user.this.name lacks family_name"],
  ],
  ["name[0].formatted", "name[0].full", ["ignore_changes of aws_identitystore_user.this.name has no full"]],
  ["aws_iam_role.publish.name", "aws_iam_role.publish.title", ["aws_iam_role, which is referred to, has no title"]],
  [
    "aws_organizations_organization.this.roots",
    "aws_organizations_account.this.status",
    ["status of aws_organizations_account, which is referred to, is deprecated"],
  ],
  [
    'dynamic "customer_managed_policy_reference"',
    'dynamic "customer_policy"',
    ["aws_ssoadmin_permissions_boundary_attachment.this.permissions_boundary has no customer_policy"],
  ],
  ["    role_arn = ", "    role = ", ["provider.aws.assume_role has no role"]],
  ["  bucket = var.state_bucket.name", "  acl = var.state_bucket.name", ["acl of aws_s3_bucket.state is deprecated"]],
  [
    'resource "aws_organizations_policy" "this"',
    'resource "aws_organizations_rule" "this"',
    ["aws_organizations_rule is no type"],
  ],
])("tells %j that became %j", async (before, after, problems) => {
  expect(code).toContain(before);
  expect(await findProblems(code.replace(before, after))).toEqual(problems);
});
