import { z } from "zod";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { parseJson } from "../lib/json.js";
import { type Code, type CodeFile, MANAGEMENT, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type HclBody, listBlocks, parseHcl } from "../terraform/parse-hcl.js";
import { type Grant, type Group, type MachineRole, type Organization, SUSPENDED } from "./organization.js";

/** A literal of HCL: the parser leaves the escapes of `${` and `%{` as they are. */
const text = z.string().transform((raw) => raw.replaceAll("$${", "${").replaceAll("%%{", "%{"));
const texts = z.array(text);
/** A map whose keys are literals too. */
const mapOf = <Schema extends z.ZodType>(value: Schema) => z.record(text, value);

/** What the picture shows of the variables; `tf-lint` and `tf-plan` check the rest. */
const dataSchema = z.object({
  accounts: mapOf(z.object({ ou: text })),
  people: mapOf(z.unknown()),
  permission_sets: mapOf(z.object({ managed_policy: text, hours: z.number() })),
  groups: mapOf(z.object({ description: text, members: texts, permission_sets: texts })),
  github: z.object({ owner: text, repository: text }),
  public_ecr: z.object({ account: text, repositories: texts }),
});

/** How the code names the two accounts that roles are in. */
const ACCOUNT_REFERENCES = {
  "${var.management.account_id}": "management",
  "${var.public_ecr.account_id}": "public_ecr",
} as const;
const accountReference = z.literal(
  Object.keys(ACCOUNT_REFERENCES) as (keyof typeof ACCOUNT_REFERENCES)[],
  "expected the account id of management or public_ecr",
);

/** What the picture shows of the code: locals that are literals. */
const localsSchema = z.object({
  ous: texts,
  policies: mapOf(z.object({ target: text })),
  github_policies: mapOf(text),
  github_roles: mapOf(z.object({ account: accountReference, subjects: texts })),
  member_roles: z.object({ plan: text }),
});

type Data = z.output<typeof dataSchema>;
type Locals = z.output<typeof localsSchema>;

/**
 * Reads the organization out of the Terraform code and its data. Throws `code-unreadable`, or `organization-unreadable` for each
 * value that is missing or of another shape. A test compares what it reads with what Terraform plans.
 */
export async function readOrganization(code: Code): Promise<Organization> {
  const data = parseWith(dataSchema, await readVariables(code), "variable");
  const locals = parseWith(localsSchema, await readLocals(code), "local");
  const groups = listGroups(data);
  return {
    policies: listPolicies(locals, "root"),
    units: [...locals.ous].sort().map((name) => ({
      name,
      policies: listPolicies(locals, name),
      accounts: sortKeys(data.accounts).filter((account) => data.accounts[account]?.ou === name),
    })),
    groups,
    permissionSets: sortKeys(data.permission_sets).flatMap((name) => {
      const set = data.permission_sets[name];
      return set === undefined ? [] : [{ name, managedPolicy: set.managed_policy, hours: set.hours }];
    }),
    grants: listGrants(data, groups),
    repository: `${data.github.owner}/${data.github.repository}`,
    roles: listRoles(data, locals),
    publicImages: { account: data.public_ecr.account, repositories: [...new Set(data.public_ecr.repositories)].sort() },
  };
}

/** The values of the variables: in the order in which Terraform reads the files, a later one replaces an earlier one whole. */
async function readVariables({ files }: Code): Promise<HclBody> {
  const isData = /^(?:terraform|[^/]+\.auto)\.tfvars(?:\.json)?$/;
  const data = files.filter(({ path }) => isData.test(path));
  const isAuto = ({ path }: CodeFile) => path.includes(".auto.");
  const ordered = [...data.filter((file) => !isAuto(file)), ...data.filter(isAuto)];
  const bodies = await Promise.all(ordered.map(parseData));
  return Object.assign({}, ...bodies);
}

function parseData(file: CodeFile): Promise<HclBody> | HclBody {
  if (!file.path.endsWith(".json")) return parseHcl(file);
  const json = parseJson(file.text, `${TERRAFORM_FOLDER}/${file.path}`);
  return typeof json === "object" && json !== null ? (json as HclBody) : {};
}

async function readLocals({ files }: Code): Promise<HclBody> {
  const bodies = await Promise.all(files.filter(({ path }) => /^[^/]+\.tf$/.test(path)).map(parseHcl));
  return Object.assign({}, ...bodies.flatMap((body) => listBlocks(body, "locals", 0).map((block) => block.body)));
}

function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, kind: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throwErrors(
    result.error.issues.map(
      ({ path, message }) =>
        new GenesisError({
          code: "organization-unreadable",
          subject: `${TERRAFORM_FOLDER}/ ${kind} ${path.join(".")}`,
          fact: message.replace(/\.$/, ""),
        }),
    ),
  );
  throw new Error("unreachable: a failed parse has issues");
}

/** As Terraform sorts the keys of a map. */
function sortKeys(map: Record<string, unknown>): string[] {
  return Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function listPolicies({ policies }: Locals, target: string): string[] {
  return sortKeys(policies).filter((name) => policies[name]?.target === target);
}

function listGroups({ groups, people, permission_sets }: Data): Group[] {
  return sortKeys(groups).flatMap((name) => {
    const group = groups[name];
    if (group === undefined) return [];
    const members = group.members.filter((person) => Object.hasOwn(people, person));
    const permissionSets = group.permission_sets.filter((set) => Object.hasOwn(permission_sets, set));
    return [{ name, description: group.description, members, permissionSets }];
  });
}

/** The rule of terraform/identity.tf: every group has its permission sets in every account but suspended ones. */
function listGrants({ accounts }: Data, groups: readonly Group[]): Grant[] {
  const open = [MANAGEMENT, ...sortKeys(accounts).filter((name) => accounts[name]?.ou !== SUSPENDED)];
  return open.flatMap((account) =>
    groups.flatMap((group) =>
      group.permissionSets.map((permissionSet) => ({ account, group: group.name, permissionSet })),
    ),
  );
}

/** The roles of terraform/github.tf and terraform/public_ecr.tf. */
function listRoles(data: Data, { github_roles, github_policies, member_roles }: Locals): MachineRole[] {
  const places = { management: MANAGEMENT, public_ecr: data.public_ecr.account };
  const taken = sortKeys(github_roles).flatMap((key) => {
    const role = github_roles[key];
    if (role === undefined) return [];
    const account = places[ACCOUNT_REFERENCES[role.account]];
    const may = github_policies[key] ?? "push of public images";
    return [{ name: `genesis-${key}`, account, subjects: role.subjects, may }];
  });
  const reader = { name: member_roles.plan, account: data.public_ecr.account, subjects: [], may: "ReadOnlyAccess" };
  return [...taken, { ...reader, takenBy: "genesis-plan" }];
}
