import {
  paginateListAWSServiceAccessForOrganization,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
} from "@aws-sdk/client-organizations";
import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { BootstrapApi } from "./api.js";
import { callAws, findAws, listAws } from "./failures.js";

const CONSOLE = "https://console.aws.amazon.com/organizations/v2/home";

const identitySchema = z.object({ Account: z.string().regex(/^\d{12}$/) });
const organizationSchema = z.object({
  Organization: z.object({
    Id: z.string().regex(/^o-[a-z0-9]{10,32}$/),
    FeatureSet: z.string(),
    MasterAccountId: z.string().regex(/^\d{12}$/),
  }),
});
const rootsSchema = z.tuple([
  z.object({
    Id: z.string().regex(/^r-[0-9a-z]{4,32}$/),
    PolicyTypes: z.array(z.object({ Type: z.string() })).nullish(),
  }),
]);
const servicesSchema = z.array(z.object({ ServicePrincipal: z.string() }));
const ousSchema = z.array(z.object({ Id: z.string().regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/), Name: z.string() }));
/** Accounts as each list of AWS has them. */
export const accountsSchema = z.array(
  z
    .object({
      Id: z.string().regex(/^\d{12}$/),
      Name: z.string(),
      Email: z.string(),
      // Status became State: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
      State: z.string().nullish(),
      Status: z.string().nullish(),
    })
    .transform(({ Id, Name, Email, State, Status }) => ({
      id: Id,
      name: Name,
      email: Email,
      state: State ?? Status ?? "unknown",
    })),
);

/** An account of the organization as AWS has it. */
export type AwsAccount = z.output<typeof accountsSchema>[number];

/** Which account the organization is managed from, and where the Identity Center is; undefined while the data has placeholders. */
export interface About {
  managementId: string | undefined;
  region: string | undefined;
}

/** The account of the credentials, before anything else is asked. */
export async function readCaller({ sts }: BootstrapApi): Promise<string> {
  const { Account } = await callAws(
    "sts:GetCallerIdentity",
    (limit) => sts.getCallerIdentity({}, limit),
    identitySchema,
  );
  return Account;
}

/** Throws `account-wrong` where the caller is not the account that the data names: what a bootstrap makes must never land in another one. */
export function checkCaller(caller: string, managementId: string | undefined): void {
  if (managementId === undefined || caller === managementId) return;
  throw refuseAccount(`the credentials are of account ${caller}, and management.account_id is ${managementId}`);
}

/**
 * The id of the organization that an account manages. Throws `organization-missing`, `organization-limited` where it has not all features,
 * and `account-wrong` where another account manages it.
 */
export async function describeOrganization(
  { organizations: client }: BootstrapApi,
  { managementId, region }: { managementId: string; region: string | undefined },
): Promise<string> {
  const found = await findAws(
    "organizations:DescribeOrganization",
    (limit) => client.describeOrganization({}, limit),
    organizationSchema,
    "AWSOrganizationsNotInUseException",
  );
  if (found === undefined) throw refuseMissing(managementId, region);
  const { Id, FeatureSet, MasterAccountId } = found.Organization;
  if (MasterAccountId !== managementId) {
    throw refuseAccount(`it is a member of organization ${Id}, which account ${MasterAccountId} manages`);
  }
  if (FeatureSet !== "ALL") throw refuseLimited(Id, FeatureSet);
  return Id;
}

/** The root, and the types of policies that are enabled. */
export async function readRoot({ organizations: client }: BootstrapApi) {
  const [root] = await listAws(
    "organizations:ListRoots",
    (limit) => paginateListRoots({ client, stopOnSameToken: true }, {}, limit),
    "Roots",
    rootsSchema,
  );
  return { id: root.Id, policyTypes: (root.PolicyTypes ?? []).map(({ Type }) => Type) };
}

/** The OUs directly below the root or an OU. */
export function listOus({ organizations: client }: BootstrapApi, ParentId: string) {
  return listAws(
    "organizations:ListOrganizationalUnitsForParent",
    (limit) => paginateListOrganizationalUnitsForParent({ client, stopOnSameToken: true }, { ParentId }, limit),
    "OrganizationalUnits",
    ousSchema,
  );
}

/** The services that are trusted. */
export async function listServices({ organizations: client }: BootstrapApi): Promise<string[]> {
  const services = await listAws(
    "organizations:ListAWSServiceAccessForOrganization",
    (limit) => paginateListAWSServiceAccessForOrganization({ client, stopOnSameToken: true }, {}, limit),
    "EnabledServicePrincipals",
    servicesSchema,
  );
  return services.map(({ ServicePrincipal }) => ServicePrincipal);
}

function refuseAccount(fact: string): GenesisError {
  return new GenesisError({ code: "account-wrong", subject: "the caller's account", fact });
}

function refuseMissing(managementId: string, region: string | undefined): GenesisError {
  return new GenesisError({
    code: "organization-missing",
    subject: "organization",
    fact: `account ${managementId} is in none`,
    next: `enable the Identity Center, which creates the organization too: ${linkIdentityCenter(region)}; or create it with all features: ${CONSOLE}`,
  });
}

function refuseLimited(id: string, features: string): GenesisError {
  return new GenesisError({
    code: "organization-limited",
    subject: `organization ${id}`,
    fact: `its feature set is ${features}, and the Identity Center and its policies need all features`,
    next: `enable all features: ${CONSOLE}/settings`,
  });
}

/** Where a person switches the Identity Center on. */
export function linkIdentityCenter(region: string | undefined): string {
  return `https://console.aws.amazon.com/singlesignon/home${region === undefined ? "" : `?region=${region}`}`;
}
