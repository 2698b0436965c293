/** Who asks, in the invented organization of `terraform/tests/policies.tftest.hcl`. */
export interface Asking {
  /** As the matrix names it. */
  name: string;
  account: string;
  /** `aws:PrincipalArn`: the role's or user's ARN, or `arn:aws:iam::<account>:root`. */
  arn: string;
  /** What it may do: AWS managed policies by name, or all that the plan gives to the role with this ARN. */
  may: readonly string[] | "as planned";
  /** Context keys that it brings besides. */
  context?: Readonly<Record<string, string>>;
}

/** The accounts. */
export const ACCOUNTS = {
  management: "111111111111",
  "public-ecr": "222222222222",
  shop: "333333333333",
  old: "444444444444",
} as const;
export type AccountName = keyof typeof ACCOUNTS;
/** Those below the organization's policies; `old` is suspended. */
export const MEMBERS = ["public-ecr", "shop", "old"] as const;

const ADMINISTRATOR = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_administrator_0123456789abcdef";
const ALL = ["AdministratorAccess"];

function ask(name: string, account: AccountName, path: string, may: Asking["may"] = ALL, context = {}): Asking {
  const id = ACCOUNTS[account];
  return { name, account: id, arn: `arn:aws:iam::${id}:${path}`, may, context };
}

/** An engineer with all rights, through the Identity Center. */
export const administrator = (account: AccountName) => ask(`administrator of ${account}`, account, ADMINISTRATOR);
/** What the apply role, and whoever breaks the glass, acts as in a member account. */
export const memberRole = (account: AccountName) =>
  ask(`OrganizationAccountAccessRole of ${account}`, account, "role/OrganizationAccountAccessRole");
/** The root user of an account. */
export const root = (account: AccountName) =>
  ask(`root of ${account}`, account, "root", ALL, { "aws:AssumedRoot": "false" });
/** The root user, where AWS does not send the key that tells it from a root session. */
export const rootWithoutKey = (account: AccountName) => ask(`root of ${account}, no aws:AssumedRoot`, account, "root");
/** A short session as root of a member, which the management account opens. */
export const rootSession = (account: AccountName) =>
  ask(`root session in ${account}`, account, "root", ALL, { "aws:AssumedRoot": "true" });

/** Roles that have all rights and a name that is almost the exempted one. */
export const lookalikes = (account: AccountName) =>
  [
    "role/x/OrganizationAccountAccessRole",
    "role/organizationaccountaccessrole",
    "role/OrganizationAccountAccessRole2",
    "user/OrganizationAccountAccessRole",
  ].map((path) => ask(`${path} of ${account}`, account, path));

export const planRole = ask("genesis-plan", "management", "role/genesis-plan", "as planned");
export const applyRole = ask("genesis-apply", "management", "role/genesis-apply", "as planned");
export const memberPlanRole = ask("genesis-plan of public-ecr", "public-ecr", "role/genesis-plan", "as planned");
export const publishRole = ask("genesis-publish", "public-ecr", "role/genesis-publish", "as planned");
/** Break-glass: an administrator of the management account without GitHub or the Identity Center. */
export const breakGlass = ask("break-glass user", "management", "user/break-glass");
/** It may do everything but take a role: AWS refuses that to every root user. */
export const managementRoot = ask("root of management", "management", "root", ALL, { "aws:AssumedRoot": "false" });
