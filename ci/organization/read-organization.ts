import { z } from "zod";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { type Code, MANAGEMENT, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type OrganizationData, readData } from "../terraform/data.js";
import { listEntries, listGrants, sortKeys } from "../terraform/grants.js";
import { type HclBody, listBlocks, parseHcl } from "../terraform/parse-hcl.js";
import type { MachineRole, Organization } from "./organization.js";

/** A literal of HCL: the parser leaves the escapes of `${` and `%{` as they are. */
const text = z.string().transform((raw) => raw.replaceAll("$${", "${").replaceAll("%%{", "%{"));
const texts = z.array(text);
/** A map whose keys are literals too. */
const mapOf = <Schema extends z.ZodType>(value: Schema) => z.record(text, value);

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
  github_policies: mapOf(text),
  github_roles: mapOf(
    z.object({
      account: accountReference,
      subjects: texts,
      claims: z.object({ job_workflow_ref: text.optional(), actor_id: text.optional() }),
    }),
  ),
  member_roles: z.object({ plan: text }),
});

type Locals = z.output<typeof localsSchema>;

const READING = "what a plan reads";
/** What roles may do that have a policy of the code's own. */
const OWN_POLICIES: Readonly<Record<string, string>> = { plan: READING, publish: "push of public images" };

/**
 * Reads the organization out of the Terraform code and its data. Throws `code-unreadable`, `data-invalid`, or
 * `organization-unreadable` for each local that is missing or of another shape. A test compares what it reads with what Terraform plans.
 */
export async function readOrganization(code: Code): Promise<Organization> {
  const data = await readData(code);
  const locals = parseLocals(await readLocals(code));
  const accountsIn = (ou: string) => sortKeys(data.accounts).filter((account) => data.accounts[account]?.ou === ou);
  return {
    policies: listPolicies(data, "root"),
    accounts: accountsIn("root"),
    units: sortKeys(data.ous).map((path) => ({
      name: path,
      policies: listPolicies(data, `ou:${path}`),
      accounts: accountsIn(path),
    })),
    accountPolicies: sortKeys(data.accounts)
      .map((account) => ({ account, policies: listPolicies(data, account) }))
      .filter(({ policies }) => policies.length > 0),
    groups: listEntries(data.groups).map(([name, { description, members }]) => ({
      name,
      description,
      members: members.filter((person) => Object.hasOwn(data.people, person)),
    })),
    permissionSets: listEntries(data.permission_sets).map(([name, set]) => ({
      name,
      gives: listGiven(set),
      session: formatDuration(set.session_duration),
    })),
    grants: listGrants(data),
    repository: `${data.github.owner}/${data.github.repository}`,
    roles: listRoles(data, locals),
    publicImages: { account: data.public_ecr.account, repositories: [...new Set(data.public_ecr.repositories)].sort() },
  };
}

async function readLocals({ files }: Code): Promise<HclBody> {
  const bodies = await Promise.all(files.filter(({ path }) => /^[^/]+\.tf$/.test(path)).map(parseHcl));
  return Object.assign({}, ...bodies.flatMap((body) => listBlocks(body, "locals", 0).map((block) => block.body)));
}

function parseLocals(value: unknown): Locals {
  const result = localsSchema.safeParse(value);
  if (result.success) return result.data;
  throwErrors(
    result.error.issues.map(
      ({ path, message }) =>
        new GenesisError({
          code: "organization-unreadable",
          subject: `${TERRAFORM_FOLDER}/ local ${path.join(".")}`,
          fact: message.replace(/\.$/, ""),
        }),
    ),
  );
  throw new Error("unreachable: a failed parse has issues");
}

function listPolicies({ policies }: OrganizationData, target: string): string[] {
  return sortKeys(policies).filter((name) => policies[name]?.targets.includes(target));
}

/** What a permission set gives, in words. */
function listGiven(set: OrganizationData["permission_sets"][string]): string[] {
  const { boundary, inline_policy: inline } = set;
  const most = boundary?.managed_policy ?? boundary?.customer_managed_policy?.name;
  return [
    ...set.managed_policies,
    ...set.customer_managed_policies.map(({ name }) => `own policy ${name}`),
    ...(typeof inline === "string" ? [`inline policy ${inline}`] : []),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
}

/** `PT1H30M` as `1 h 30 min`; what is no duration stays as it is. */
function formatDuration(iso: string): string {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso)?.slice(1) ?? [];
  const words = parts.flatMap((part, index) => (part === undefined ? [] : [`${part} ${["h", "min", "s"][index]}`]));
  return words.length === 0 ? iso : words.join(" ");
}

/** The roles of terraform/github.tf and terraform/public_ecr.tf. */
function listRoles(data: OrganizationData, { github_roles, github_policies, member_roles }: Locals): MachineRole[] {
  const places = { management: MANAGEMENT, public_ecr: data.public_ecr.account };
  const taken = sortKeys(github_roles).flatMap((key) => {
    const role = github_roles[key];
    if (role === undefined) return [];
    const account = places[ACCOUNT_REFERENCES[role.account]];
    const may = github_policies[key] ?? OWN_POLICIES[key] ?? "";
    return [{ name: `genesis-${key}`, account, subjects: listTakers(role, data), may }];
  });
  const reader = { name: member_roles.plan, account: data.public_ecr.account, subjects: [], takenBy: "genesis-plan" };
  return [...taken, { ...reader, may: READING }];
}

/** Who takes a role: ends of subjects, or the one workflow and who may start it. */
function listTakers({ subjects, claims }: Locals["github_roles"][string], { github }: OrganizationData): string[] {
  const workflow = /([^/]+\.yml)@refs\/heads\/main$/.exec(claims.job_workflow_ref ?? "")?.[1];
  if (workflow === undefined) return subjects;
  return [
    `${workflow} on main`,
    ...(claims.actor_id === undefined ? [] : [`by ${sortKeys(github.approvers).join(", ")}`]),
  ];
}
