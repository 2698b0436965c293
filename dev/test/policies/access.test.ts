import { runSimulation } from "@cloud-copilot/iam-simulate";
import { beforeAll, describe, expect, it } from "vitest";
import { listValues } from "../../../ci/terraform/policy-document.js";
import { admits, type Claims, claim, listTaken } from "./claims.js";
import { type PlannedAccess, planAccess, type Statement } from "./plan-access.js";
import { idOf, QUESTIONS, type Question } from "./questions.js";

/**
 * What the policies of terraform/ allow, judged by https://github.com/cloud-copilot/iam-simulate. Trust policies are not asked about:
 * it drops the claims of GitHub's tokens, and so terraform/tests/access.tftest.hcl compares them whole.
 */
const FULL = [{ Effect: "Allow", Action: "*", Resource: "*" }];
/** AWS's own policies. */
const MANAGED: readonly (readonly [string, readonly Statement[]])[] = [["AdministratorAccess", FULL]];
type Documents = ReadonlyMap<string, readonly Statement[]>;

let planned: PlannedAccess;
let documents: Documents;
beforeAll(async () => {
  planned = await planAccess();
  documents = new Map([...planned.documents, ...MANAGED]);
});

/** The answers to all requests of a question, each `allowed`, `denied` or what the simulator complained about. */
function askAll({ requests, tls }: Question, documents: Documents, below = false): Promise<string[]> {
  return Promise.all(
    requests.map(async (request) => {
      const { who, action, resource } = request;
      const answer = await ask(request, documents, tls, below);
      return `${who.account} ${who.path} ${action} ${resource}: ${answer}`;
    }),
  );
}

/** `below` puts the management account below the policies, where AWS never puts it. */
async function ask(
  { who, action, resource }: Question["requests"][number],
  documents: Documents,
  tls: boolean,
  below: boolean,
): Promise<string> {
  const find = (name: string) => {
    const Statement = documents.get(name);
    if (Statement === undefined) throw new Error(`The plan has no policy ${name}`);
    return { name, policy: { Version: "2012-10-17", Statement } };
  };
  const principal = `arn:aws:iam::${idOf(who.account)}:${who.path}`;
  const levels = planned.controls.get(below ? "shop" : who.account) ?? [];
  const full = { name: "FullAWSAccess", policy: { Version: "2012-10-17", Statement: FULL } };
  const target = /^arn:aws:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: action === "sts:AssumeRole" && target ? target : idOf(who.account) },
        contextVariables: {
          "aws:PrincipalArn": principal,
          "aws:SecureTransport": String(tls),
          ...(who.assumedRoot && { "aws:AssumedRoot": who.assumedRoot }),
        },
      },
      // A policy without statements is none.
      identityPolicies: who.may.map(find).filter(({ policy }) => policy.Statement.length > 0),
      serviceControlPolicies: levels.map((names, level) => ({
        orgIdentifier: String(level),
        policies: [full, ...names.map(find).filter(({ policy }) => policy.Statement.length > 0)],
      })),
      resourceControlPolicies: [],
      ...readResourcePolicy(action, resource, find("bucket").policy),
    },
    {},
  );
  if (result.resultType === "error") return JSON.stringify(result.errors);
  const parts = result.resultType === "single" ? [result.result] : result.results;
  const ignored = parts.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0) return `ignores ${ignored}`;
  return result.overallResult === "Allowed" ? "allowed" : "denied";
}

/** The policy of what is asked for: who may take the role, or the bucket's of the state. */
function readResourcePolicy(action: string, resource: string, bucket: { Statement: readonly Statement[] }): object {
  if (resource.startsWith("arn:aws:s3:::state/")) return bucket.Statement.length > 0 ? { resourcePolicy: bucket } : {};
  if (action !== "sts:AssumeRole") return {};
  // AWS gives every account that it creates a role which trusts the management account; our own trusts the plan role alone.
  const trusted = resource.endsWith("genesis-plan") ? "role/genesis-plan" : "root";
  const Principal = { AWS: `arn:aws:iam::${idOf("management")}:${trusted}` };
  return {
    resourcePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }] },
  };
}

/** The documents with a question's one change. */
function turn({ statement, change }: Question): Documents {
  const [name = "", key] = statement.split("/");
  const statements = documents.get(name) ?? [];
  const at = statements.findIndex(({ Sid }, index) => key === (Sid ?? String(index)));
  expect(at, `there is a statement ${statement}`).toBeGreaterThanOrEqual(0);
  const changed = statements.flatMap((each, index) => {
    const now = index === at ? change(each) : each;
    return now === undefined ? [] : [now];
  });
  expect(changed).not.toEqual(statements);
  return new Map([...documents, [name, changed]]);
}

describe("the policies that Terraform plans", () => {
  it.each(QUESTIONS.map((question) => [question.what, question] as const))("%s", async (_, question) => {
    const { requests, answer } = question;
    expect(requests.length).toBeGreaterThan(0);
    const now = await askAll(question, documents);
    expect(now.filter((each) => !each.endsWith(`: ${answer}`))).toEqual([]);
    const below = question.statement === "management";
    const turned = await askAll(question, below ? documents : turn(question), below);
    const other = answer === "allowed" ? "denied" : "allowed";
    expect(turned.filter((each) => !each.endsWith(`: ${other}`))).toEqual([]);
  });

  it("let the plan roles read, and enter the dedicated account; anything else is spelled otherwise", () => {
    const actions = ["plan", "public_ecr_plan"].flatMap((name) =>
      (planned.documents.get(name) ?? []).flatMap(({ Action }) => listValues(Action)),
    );
    expect(actions.filter((action) => !/^[\w-]+:(?:Describe|Get|List|View)\w+\*?$/.test(action))).toEqual([
      "sts:AssumeRole",
    ]);
  });

  it("are all that gives or takes access, each with the one who has it", () => {
    expect(planned.holders).toEqual({
      plan: "genesis-plan",
      public_ecr_plan: "genesis-plan",
      publish: "genesis-publish",
    });
    expect(Object.fromEntries(planned.controls)).toEqual({
      "public-ecr": [[], ["genesis-deny-leaving", "genesis-deny-member-root", "genesis-protect-platform"]],
      shop: [[], ["genesis-deny-leaving", "genesis-deny-member-root", "genesis-protect-platform"]],
      old: [[], ["genesis-deny-all", "genesis-deny-leaving", "genesis-deny-member-root", "genesis-protect-platform"]],
    });
    // Anything else would go unasked: it is asked about above, or compared whole by terraform/tests, before it is written here.
    expect(planned.kinds).toEqual([
      "aws_iam_openid_connect_provider.github",
      "aws_iam_openid_connect_provider.public_ecr_github",
      "aws_iam_organizations_features.this",
      "aws_iam_role_policy.plan",
      "aws_iam_role_policy.public_ecr_plan",
      "aws_iam_role_policy.publish",
      "aws_iam_role_policy_attachment.github",
      "aws_organizations_policy.this",
      "aws_organizations_policy_attachment.this",
      "aws_s3_bucket_policy.state",
      "aws_ssoadmin_managed_policy_attachment.this",
    ]);
  });
});

describe("a token of GitHub's", () => {
  const MAIN = "refs/heads/main";
  const PULL = "refs/pull/7/merge";
  /** The roles that a token may take. */
  const take = (claims: Claims) =>
    Object.keys(planned.trusts).filter((role) => admits(planned.trusts[role] ?? {}, claims));

  it("takes the role of its job, and no other", async () => {
    const jobs: Record<string, [ref: string, takes: string[]]> = {
      "pull-request genesis-plan": [PULL, ["genesis-plan"]],
      "main genesis-publish": [MAIN, ["genesis-plan", "genesis-publish"]],
      "main genesis-plan": [MAIN, ["genesis-plan", "genesis-publish"]],
      "apply genesis-apply": [MAIN, ["genesis-apply", "genesis-plan"]],
      "drift genesis-plan": [MAIN, ["genesis-plan"]],
    };
    expect((await listTaken()).sort()).toEqual(Object.keys(jobs).sort());
    for (const [job, [ref, takes]] of Object.entries(jobs)) {
      const [workflow = "", role] = job.split(" ");
      expect(take(claim(workflow, ref)).sort(), job).toEqual(takes);
      expect(takes).toContain(role);
    }
  });

  it.each<[what: string, claims: Claims, takes: string[]]>([
    ["by somebody who is no approver", claim("apply", MAIN, "66"), ["genesis-plan"]],
    ["of a branch that has the workflow", claim("apply", "refs/heads/other"), []],
    ["of a pull request that has it", claim("apply", PULL), ["genesis-plan"]],
    ["of an environment", { ...claim("apply", MAIN), sub: "repo:acme/platform:environment:production" }, []],
    ["of a repository of the same name that came later", { ...claim("apply", MAIN), repository_id: "23" }, []],
    ["of another audience", { ...claim("apply", MAIN), aud: "https://github.com/acme" }, []],
    ["without the newer claims", { aud: "sts.amazonaws.com", sub: `repo:acme/platform:ref:${MAIN}` }, []],
  ])("%s takes what it may", (_, claims, takes) => {
    expect(take(claims)).toEqual(takes);
  });
});
