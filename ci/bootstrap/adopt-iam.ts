import { formatAddress } from "../terraform/address.js";
import { TERRAFORM_FOLDER } from "../terraform/code.js";
import { uniteList } from "./adopt-organization.js";
import { isOwnStatement } from "./bucket.js";
import { isSameJson, type ReadDocument } from "./documents.js";
import type { Draft } from "./draft.js";
import type { SeenBucket, SeenIam, Snapshot } from "./snapshot.js";

/** The inline policy that the code gives a role, and the address of what else is attached: terraform/github.tf, terraform/public_ecr.tf. */
interface RoleCode {
  address: string;
  inline?: readonly [address: string, name: string];
  attachment?: readonly [address: string, arn: string];
}

const AWS_POLICY = "arn:aws:iam::aws:policy/";
const ATTACHMENT = "aws_iam_role_policy_attachment";
const MANAGEMENT: Readonly<Record<string, RoleCode>> = {
  "genesis-plan": {
    address: formatAddress("aws_iam_role", "github", "plan"),
    inline: ["aws_iam_role_policy.plan", "read-public-ecr"],
    attachment: [formatAddress(ATTACHMENT, "github", "plan"), `${AWS_POLICY}ReadOnlyAccess`],
  },
  "genesis-apply": {
    address: formatAddress("aws_iam_role", "github", "apply"),
    attachment: [formatAddress(ATTACHMENT, "github", "apply"), `${AWS_POLICY}AdministratorAccess`],
  },
};
const DEDICATED: Readonly<Record<string, RoleCode>> = {
  "genesis-publish": { address: "aws_iam_role.publish", inline: ["aws_iam_role_policy.publish", "push"] },
  "genesis-plan": {
    address: "aws_iam_role.public_ecr_plan",
    attachment: [`${ATTACHMENT}.public_ecr_plan`, `${AWS_POLICY}ReadOnlyAccess`],
  },
};

/** GitHub's OIDC providers with all their audiences, roles of our names, repositories. */
export function adoptIam(draft: Draft, { management, dedicated }: Snapshot): void {
  if (management !== undefined) adoptAccount(draft, management, "aws_iam_openid_connect_provider.github", MANAGEMENT);
  if (dedicated?.iam !== undefined) {
    adoptAccount(draft, dedicated.iam, "aws_iam_openid_connect_provider.public_ecr_github", DEDICATED);
  }
  const wanted = draft.get(["public_ecr", "repositories"]);
  for (const name of dedicated?.repositories ?? []) {
    if (!Array.isArray(wanted) || !wanted.includes(name)) {
      draft.left.push(
        `repository ${name}: public_ecr.repositories does not have it; it has one for each image of the catalogue`,
      );
    } else draft.import(formatAddress("aws_ecrpublic_repository", "this", name), name);
  }
}

function adoptAccount(
  draft: Draft,
  { oidcProvider, roles }: SeenIam,
  provider: string,
  code: Readonly<Record<string, RoleCode>>,
): void {
  if (oidcProvider !== undefined && !draft.isManaged(provider)) {
    draft.import(provider, oidcProvider.arn);
    const needed = ["sts.amazonaws.com"];
    const audiences = [...new Set([...needed, ...oidcProvider.audiences])];
    if (audiences.length > 1) {
      if (draft.get(["github", "audiences"]) === undefined) draft.set(["github", "audiences"], audiences);
      else uniteList(draft, ["github", "audiences"], audiences);
    }
  }
  for (const { name, inline, attached } of roles) {
    const known = code[name];
    if (known === undefined) continue;
    draft.import(known.address, name);
    if (known.inline && inline.includes(known.inline[1])) draft.import(known.inline[0], `${name}:${known.inline[1]}`);
    if (known.attachment && attached.includes(known.attachment[1]))
      draft.import(known.attachment[0], `${name}/${known.attachment[1]}`);
  }
}

/** What a role of our name has beside what the code gives it: names of inline policies, and ARNs of attached ones. */
export function listForeignRights({ name, inline, attached }: SeenIam["roles"][number]): string[] {
  const codes = [MANAGEMENT[name], DEDICATED[name]].filter((code) => code !== undefined);
  const own = codes.flatMap((code) => [code.inline?.[1], code.attachment?.[1]]);
  return [...inline, ...attached].filter((right) => !own.includes(right));
}

/** The file of the statements that are not ours. */
const STATEMENTS = "adopted/state-bucket.json";

/** The state's bucket, which bootstrap makes where it is missing, so that it is always imported; statements of others are kept. */
export function adoptBucket(
  draft: Draft,
  name: string,
  bucket: SeenBucket | undefined,
  readDocument: ReadDocument,
): void {
  draft.set(["state_bucket", "name"], name);
  for (const type of ["", "_versioning", "_public_access_block", "_policy"])
    draft.import(`aws_s3_bucket${type}.state`, name);
  if (draft.isManaged("aws_s3_bucket_policy.state")) return;
  const others = (bucket?.statements ?? []).filter((statement) => !isOwnStatement(statement, name));
  if (others.length === 0) return;
  const text = `${JSON.stringify(others, null, 2)}\n`;
  const known = readDocument(STATEMENTS);
  if (known === undefined || !isSameJson(known, text)) {
    draft.files.push({ path: `${TERRAFORM_FOLDER}/policies/${STATEMENTS}`, text });
  }
  draft.set(["state_bucket", "statements"], STATEMENTS);
}
