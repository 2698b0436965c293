import { isDeepStrictEqual } from "node:util";
import { formatAddress } from "../terraform/address.js";
import { type Draft, importAs, leave, readAt, writeDocument, writeField, writeUnion } from "./adopt-draft.js";
import { isOwnStatement } from "./bucket.js";
import { DEDICATED_ROLES, listForeignRights, MANAGEMENT_ROLES, type Role } from "./roles.js";
import type { SeenBucket, SeenIam, Snapshot } from "./snapshot.js";

/** What the provider of GitHub's tokens is for, where the data says nothing else. */
const AUDIENCES = ["sts.amazonaws.com"];
/** Where statements of the bucket's policy stand that are not ours, below `terraform/policies/`. */
const STATEMENTS = "adopted/state-bucket.json";

/** Adopts GitHub's OIDC providers, roles of the names that the code uses, the repositories and the bucket of the state. */
export function adoptIam(
  draft: Draft,
  { management, iamUsers = [], dedicated, bucket }: Snapshot,
  bucketName: string,
): void {
  for (const { name, activeKeys } of iamUsers) {
    const keys = `${activeKeys} active access ${activeKeys === 1 ? "key" : "keys"}`;
    leave(
      draft,
      `IAM user ${name}`,
      `has ${keys}; the data gives access to people of the Identity Center only`,
      "access",
    );
  }
  if (management !== undefined) {
    adoptProvider(draft, management, "aws_iam_openid_connect_provider.github");
    adoptRoles(draft, management, MANAGEMENT_ROLES, "");
  }
  if (dedicated?.iam !== undefined) {
    adoptProvider(draft, dedicated.iam, "aws_iam_openid_connect_provider.public_ecr_github");
    adoptRoles(draft, dedicated.iam, DEDICATED_ROLES, ` of account ${dedicated.id}`);
  }
  adoptRepositories(draft, dedicated?.repositories ?? []);
  adoptBucket(draft, bucketName, bucket?.statements);
}

function adoptProvider(draft: Draft, { oidcProvider }: SeenIam, address: string): void {
  if (oidcProvider === undefined || draft.managed.has(address)) return;
  writeUnion(draft, ["github", "audiences"], [...oidcProvider.audiences].sort(), AUDIENCES);
  importAs(draft, address, oidcProvider.arn);
}

function adoptRoles(draft: Draft, { roles }: SeenIam, ours: readonly Role[], place: string): void {
  for (const { name, address, inline, attached } of ours) {
    const role = roles.find((each) => each.name === name);
    if (role === undefined) continue;
    const isManaged = draft.managed.has(address);
    importAs(draft, address, name);
    if (inline !== undefined && role.inline.includes(inline.name)) {
      importAs(draft, inline.address, `${name}:${inline.name}`);
    }
    if (attached !== undefined && role.attached.includes(attached.arn)) {
      importAs(draft, attached.address, `${name}/${attached.arn}`);
    }
    const others = listForeignRights(role);
    if (others.length > 0 && !isManaged) {
      leave(draft, `policies of role ${name}${place}`, `${others.join(", ")}; the code has none of them`);
    }
  }
}

function adoptRepositories(draft: Draft, names: readonly string[]): void {
  const path = ["public_ecr", "repositories"];
  const address = (name: string) => formatAddress("aws_ecrpublic_repository", "this", name);
  const fresh = [...names].sort().filter((name) => !draft.managed.has(address(name)));
  writeUnion(draft, path, fresh);
  for (const name of fresh) importAs(draft, address(name), name);
}

/** Imported whether it is there or not, and whatever it lacks: `bootstrap` makes it before a plan, with all of these. */
function adoptBucket(draft: Draft, name: string, statements: SeenBucket["statements"]): void {
  for (const type of ["", "_versioning", "_public_access_block", "_policy"]) {
    importAs(draft, `aws_s3_bucket${type}.state`, name);
  }
  if (statements === undefined || draft.managed.has("aws_s3_bucket_policy.state")) return;
  const path = ["state_bucket", "statements"];
  const file = readAt(draft, path);
  const present = typeof file === "string" ? draft.documents.get(file) : undefined;
  const listed = Array.isArray(present) ? present : [];
  const others = statements
    .filter((each) => !isOwnStatement(each, name))
    .filter((each) => !listed.some((one) => isDeepStrictEqual(one, each)));
  if (others.length === 0) return;
  const target = typeof file === "string" ? file : STATEMENTS;
  writeDocument(draft, target, [...listed, ...others]);
  writeField(draft, path, { value: target });
}
