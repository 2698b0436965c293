import { formatCode, formatCodes } from "../lib/markdown.js";
import type { AccessRow } from "./access/judge-access.js";
import type { Proof } from "./prove.js";
import { AUDIENCE, ISSUER } from "./trust/intended.js";
import type { TrustRow } from "./trust/judge-trust.js";

const HEADER = `# Who gets in, and what they may do

Made by \`npm run trust\` of the policies in \`terraform/\`; a test compares, and \`dagger call tf-lint\` fails where a row is not as intended. The policies
come out of a plan of the real code with invented data and no AWS (\`terraform/tests/policies.tftest.hcl\`): the repository is \`acme/platform\` with the ids
11 and 22; the accounts are management, public-ecr, shop, and old, which is suspended. What is intended stands apart from \`terraform/\`, in
\`ci/policies/trust/intended.ts\` and \`ci/policies/access/\`: a change of access has to be made in both. The evaluator follows AWS's documented logic,
refuses what it has no rule for (\`policy-unjudged\`), and is compared with an independent one on generated cases
([why our own](adr/0006-our-own-policy-evaluator.md)).

## What no policy can tell

- **A job of a pull request that names the environment \`production\`** has the same subject as one of \`main\`. What stops it is the environment:
  it admits \`main\` alone and asks a reviewer ([setting it up](runbooks/set-up-github.md)).
- **A pull request from a fork** would have the subject of any pull request. What stops it is that GitHub gives forks no id-token.
- **The name form of a subject** does not tell a repository from a later one of the same name. GitHub writes names alone only for repositories from before
  mid-2026; a new one under a recycled name has its ids in the subject, and is refused.
- **The management account** is under no policy of the organization: whoever administers it, the apply role too, may do everything there.
- **Service-linked roles** are under none either, so a suspended account's AWS services may still act.
- **There is no trail in \`terraform/\` yet.** Its name is protected, and an organization's trail is out of its members' reach anyway.
- A changed or deleted identity provider of GitHub's in a member account stops publishing, but lets nobody in: the trust policies name audience and subjects
  themselves.
- Assumed, as AWS keeps them: what \`ReadOnlyAccess\` and \`AdministratorAccess\` allow (compared in a test with their whole text), that
  \`OrganizationAccountAccessRole\` trusts the management account, and that every node has \`FullAWSAccess\`.
`;

/** docs/trust.md. */
export function renderProof({ trust, access, bucketSettings }: Proof): string {
  const settings = Object.entries(bucketSettings).map(([name, value]) => `${formatCode(name)} ${String(value)}`);
  return `${HEADER}
## Who may take which role

${trust.length} sets of claims for each role. The issuer is ${formatCode(ISSUER)} and the audience ${formatCode(AUDIENCE)} where nothing else is said.

| attempt | claims | plan | apply | publish |
| --- | --- | --- | --- | --- |
${trust.map(renderTrust).join("\n")}

## What they may do

${access.length} requests, those alike in one row. The state bucket besides: ${settings.join(", ")}.

| about | who | may | may not | on |
| --- | --- | --- | --- | --- |
${mergeRows(access).map(renderAccess).join("\n")}
`;
}

function renderTrust({ kind, claims: { iss, aud, sub }, action, admitted }: TrustRow): string {
  const claims = [
    sub === undefined ? "no sub" : sub === "" ? "an empty sub" : formatText(sub),
    ...(action === undefined ? [] : [`for ${formatCode(action)}`]),
    ...(aud === undefined
      ? ["no aud"]
      : aud === AUDIENCE
        ? []
        : [aud === "" ? "an empty aud" : `aud ${formatText(aud)}`]),
    ...(iss === ISSUER ? [] : [`iss ${formatText(iss)}`]),
  ];
  const cells = [
    kind,
    claims.join(", "),
    ...[admitted.plan, admitted.apply, admitted.publish].map((yes) => (yes ? "**yes**" : "no")),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A claim with everything in it to be seen: no letter passes for another. */
function formatText(text: string): string {
  const visible = text.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return formatCode(visible).replaceAll("|", "\\|");
}

/** Requests of one principal with one answer. */
interface MergedRow {
  topic: string;
  who: string;
  allowed: boolean;
  actions: string[];
  resources: string[];
}

/** Joins the actions of one resource, then the resources of the same actions: no row says more than was asked. */
function mergeRows(access: readonly AccessRow[]): MergedRow[] {
  const byResource = new Map<string, MergedRow>();
  for (const { topic, who, action, resource, verdict } of access) {
    const key = JSON.stringify([topic, who.name, resource, verdict.allowed]);
    const row = byResource.get(key) ?? {
      topic,
      who: who.name,
      allowed: verdict.allowed,
      actions: [],
      resources: [resource],
    };
    row.actions.push(action);
    byResource.set(key, row);
  }
  const byActions = new Map<string, MergedRow>();
  for (const row of byResource.values()) {
    const key = JSON.stringify([row.topic, row.who, row.actions, row.allowed]);
    const known = byActions.get(key);
    if (known === undefined) byActions.set(key, row);
    else known.resources.push(...row.resources);
  }
  return [...byActions.values()];
}

function renderAccess({ topic, who, allowed, actions, resources }: MergedRow): string {
  const list = formatCodes(actions, actions.length);
  return `| ${[topic, who, allowed ? list : "", allowed ? "" : list, formatCodes(resources, resources.length)].join(" | ")} |`;
}
