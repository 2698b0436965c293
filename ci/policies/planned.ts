import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { type Policy, type PolicyKind, parsePolicy } from "./document.js";
import { refuseJudgement } from "./refusal.js";
import { POLICIES_TEST } from "./test-file.js";

/** The run of the test. */
const RUN = "policies";

/** A policy document as the plan has it. */
export interface PlannedDocument {
  /** Its resource in the Terraform code. */
  address: string;
  kind: PolicyKind;
  text: string;
}

/** What the plan says about access: the documents, and who and what they are for. */
export interface PlannedPolicies {
  /** Address → document. */
  documents: ReadonlyMap<string, PlannedDocument>;
  roles: readonly PlannedRole[];
  /** Account id → addresses of the policies of the organization above it; the management account is under none. */
  controls: ReadonlyMap<string, readonly string[]>;
  /** Bucket ARN → address of its policy. */
  buckets: ReadonlyMap<string, string>;
  /** What guards the state bucket besides: setting → value. */
  bucketSettings: Readonly<Record<string, unknown>>;
}

/** A role of the plan. */
export interface PlannedRole {
  arn: string;
  name: string;
  account: string;
  /** Addresses of its trust policy and of what it may do. */
  trust: string;
  inline: readonly string[];
  /** Names of AWS managed policies. */
  managed: readonly string[];
}

const resourceSchema = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({ after: z.record(z.string(), z.unknown()).nullable() }),
});
type Resource = z.output<typeof resourceSchema>;

const lineSchema = z.object({
  type: z.string(),
  "@testrun": z.string().optional(),
  test_plan: z.object({ resource_changes: z.array(resourceSchema) }).optional(),
  diagnostic: z.object({ summary: z.string() }).optional(),
});

/** Reads the output of `terraform test -json -verbose`. Throws `policies-unplanned`. */
export function readPlannedPolicies(output: string): PlannedPolicies {
  return collectPolicies(readResources(output));
}

function readResources(output: string): Resource[] {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const complaints: string[] = [];
  for (const line of lines) {
    const parsed = lineSchema.safeParse(parseLine(line));
    if (!parsed.success) throw refusePlan("a line of its output is not as Terraform 1.11 writes it");
    const { type, diagnostic, test_plan } = parsed.data;
    if (type === "test_plan" && parsed.data["@testrun"] === RUN && test_plan !== undefined)
      return test_plan.resource_changes;
    if (diagnostic !== undefined) complaints.push(diagnostic.summary);
  }
  throw refusePlan(complaints.length > 0 ? `there is no plan: ${complaints.join("; ")}` : "there is no plan");
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw refusePlan("a line of its output is not JSON");
  }
}

/** What gives or takes access, and is read here. Anything else of the kind would go unproved. */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  "aws_iam_openid_connect_provider",
  "aws_iam_organizations_features",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_organizations_policy",
  "aws_organizations_policy_attachment",
  "aws_s3_bucket_policy",
  // By which engineers get in; the matrix has their roles as data.
  "aws_ssoadmin_managed_policy_attachment",
]);

function refuseUnknown({ address, type, change: { after } }: Resource): void {
  if (/^aws_iam_|_policy(_|$)|_policies(_|$)|permissions_boundary/.test(type) && !KNOWN_TYPES.has(type)) {
    throw refuseJudgement(address, `there is no rule for ${type}`);
  }
  const isSet = (field: string) => after?.[field] != null && String(after[field]) !== "";
  for (const field of ["inline_policy", "managed_policy_arns", "path", "permissions_boundary"]) {
    if (type === "aws_iam_role" && isSet(field)) throw refuseJudgement(address, `there is no rule for its ${field}`);
  }
  if (type === "aws_organizations_policy" && after?.type !== "SERVICE_CONTROL_POLICY") {
    throw refuseJudgement(address, "there is no rule for this type of policy");
  }
}

function collectPolicies(resources: readonly Resource[]): PlannedPolicies {
  resources.forEach(refuseUnknown);
  const documents = new Map<string, PlannedDocument>();
  const list = (type: string) => resources.filter((resource) => resource.type === type);
  const add = (resource: Resource, kind: PolicyKind, field: string) => {
    documents.set(resource.address, { address: resource.address, kind, text: read(resource, field) });
    return resource.address;
  };

  const inline = list("aws_iam_role_policy");
  const attachments = list("aws_iam_role_policy_attachment");
  const roles = list("aws_iam_role").map((resource): PlannedRole => {
    const name = read(resource, "name");
    const account = readAccount(resource, "arn");
    // The same name may be in two accounts.
    const isOf = (other: Resource) => read(other, "role") === name && readAccount(other, "id") === account;
    return {
      arn: `arn:aws:iam::${account}:role/${name}`,
      name,
      account,
      trust: add(resource, "trust", "assume_role_policy"),
      inline: inline.filter(isOf).map((other) => add(other, "identity", "policy")),
      managed: attachments
        .filter(isOf)
        .map((other) => read(other, "policy_arn").replace("arn:aws:iam::aws:policy/", "")),
    };
  });
  const held = roles.reduce((total, role) => total + role.inline.length + role.managed.length, 0);
  if (held !== inline.length + attachments.length) throw refusePlan("a policy is of no role of its account");

  const policies = new Map(list("aws_organizations_policy").map((resource) => [read(resource, "id"), resource]));
  const byTarget = new Map<string, string[]>();
  for (const attachment of list("aws_organizations_policy_attachment")) {
    const policy = policies.get(read(attachment, "policy_id"));
    if (policy === undefined) throw refusePlan(`${attachment.address} attaches a policy that is not in it`);
    const target = read(attachment, "target_id");
    byTarget.set(target, [...(byTarget.get(target) ?? []), add(policy, "control", "content")]);
  }
  const units = new Map(list("aws_organizations_organizational_unit").map((unit) => [read(unit, "id"), unit]));
  const controls = new Map<string, string[]>();
  for (const account of list("aws_organizations_account")) {
    const above: string[] = [];
    for (let node: string | undefined = read(account, "parent_id"); node !== undefined; ) {
      above.push(...(byTarget.get(node) ?? []));
      const unit: Resource | undefined = units.get(node);
      node = unit && read(unit, "parent_id");
    }
    controls.set(read(account, "id"), above);
  }

  const buckets = new Map<string, string>();
  const ids = new Map(list("aws_s3_bucket").map((bucket) => [read(bucket, "id"), read(bucket, "arn")]));
  for (const policy of list("aws_s3_bucket_policy")) {
    const arn = ids.get(read(policy, "bucket"));
    if (arn === undefined) throw refusePlan(`${policy.address} is of a bucket that is not in it`);
    buckets.set(arn, add(policy, "resource", "policy"));
  }
  return { documents, roles, controls, buckets, bucketSettings: readBucketSettings(list) };
}

function readBucketSettings(list: (type: string) => Resource[]): Record<string, unknown> {
  const versioning = list("aws_s3_bucket_versioning")[0]?.change.after?.versioning_configuration;
  const { bucket: _, ...access } = list("aws_s3_bucket_public_access_block")[0]?.change.after ?? {};
  return { versioning: Array.isArray(versioning) ? versioning[0]?.status : undefined, ...access };
}

/** The account of the provider that a resource went to: the test's mocks write it into this field. */
function readAccount(resource: Resource, field: string): string {
  const account = /^(?:arn:aws:iam::)?(\d{12})\b/.exec(read(resource, field))?.[1];
  if (account === undefined) throw refusePlan(`${resource.address} has no account`);
  return account;
}

function read({ address, change }: Resource, field: string): string {
  const value = change.after?.[field];
  if (typeof value === "string") return value;
  throw refusePlan(`${address} has no ${field} before the apply; give it one by an override_resource`);
}

function refusePlan(fact: string): GenesisError {
  return new GenesisError({
    code: "policies-unplanned",
    subject: `terraform/${POLICIES_TEST}`,
    fact,
    effect: "No policy was proved",
    next: `terraform test -filter=${POLICIES_TEST}, in terraform/`,
  });
}

/** Address → parsed document. Throws as `parsePolicy` does. */
export function parsePlanned({ documents }: PlannedPolicies): Map<string, Policy> {
  return new Map([...documents].map(([address, { text, kind }]) => [address, parsePolicy(text, address, kind)]));
}
