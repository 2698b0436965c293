import type { PolicyType } from "@aws-sdk/client-organizations";
import type { Clients } from "./open-clients.js";
import type { UsedAccount } from "./used-accounts.js";
import type { Tree } from "./used-tree.js";

interface UsedPolicy {
  type: PolicyType;
  description: string;
  content: object;
  /** `root`, paths of OUs, names of accounts. */
  targets: readonly string[];
}

const deny = (Sid: string, Action: string | string[], Condition?: object) => ({
  Version: "2012-10-17",
  Statement: [{ Sid, Effect: "Deny", Action, Resource: "*", ...(Condition && { Condition }) }],
});

/** By their names. `deny-leaving` says something else than the module's own of nearly that name; `draft` is attached nowhere. */
const POLICIES: Readonly<Record<string, UsedPolicy>> = {
  "eu-only": {
    type: "SERVICE_CONTROL_POLICY",
    description: "Data stays in Europe",
    content: deny("EuOnly", ["ec2:*", "rds:*", "s3:Create*"], {
      StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] },
    }),
    targets: ["Production"],
  },
  "deny-leaving": {
    type: "SERVICE_CONTROL_POLICY",
    description: "",
    content: deny("Stay", ["organizations:LeaveOrganization", "organizations:DeclineHandshake"]),
    targets: ["root"],
  },
  "freeze-legacy": {
    type: "SERVICE_CONTROL_POLICY",
    description: "Until somebody knows what it is for",
    content: deny("Freeze", "ec2:RunInstances"),
    targets: ["legacy"],
  },
  draft: {
    type: "SERVICE_CONTROL_POLICY",
    description: "Not yet",
    content: deny("Draft", "bedrock:*"),
    targets: [],
  },
  "cost-tags": {
    type: "TAG_POLICY",
    description: "How CostCenter is spelled",
    content: { tags: { costcenter: { tag_key: { "@@assign": "CostCenter" } } } },
    targets: ["root"],
  },
  "daily-backups": {
    type: "BACKUP_POLICY",
    description: "What backup keeps",
    content: {
      plans: { daily: { regions: { "@@assign": ["eu-central-1"] }, rules: {}, selections: {} } },
    },
    targets: ["Production", "Production/Payments"],
  },
};

/** Makes the policies and attaches them; their ids by name. */
export async function makePolicies(
  { organizations }: Clients,
  { root, ous }: Pick<Tree, "root" | "ous">,
  accounts: Readonly<Record<UsedAccount, string>>,
): Promise<Record<string, string>> {
  const places: Readonly<Record<string, string>> = { root, ...ous, ...accounts };
  const ids: Record<string, string> = {};
  for (const [Name, { type, description, content, targets }] of Object.entries(POLICIES)) {
    // As people write them, over lines.
    const Content = JSON.stringify(content, undefined, 4);
    const created = await organizations.createPolicy({ Name, Type: type, Description: description, Content });
    const PolicyId = created.Policy?.PolicySummary?.Id ?? "";
    ids[Name] = PolicyId;
    for (const target of targets) await organizations.attachPolicy({ PolicyId, TargetId: places[target] });
  }
  return ids;
}
