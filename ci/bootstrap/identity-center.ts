import { paginateListInstances } from "@aws-sdk/client-sso-admin";
import { z } from "zod";
import { collectErrors, GenesisError } from "../lib/errors.js";
import type { BootstrapApi } from "./api.js";
import { listAws } from "./failures.js";
import { linkIdentityCenter } from "./organization.js";

/**
 * Regions that every account has from the start, where an Identity Center may have been switched on by mistake. Others have to be enabled
 * first: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const DEFAULT_REGIONS: readonly string[] = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
];

const instancesSchema = z.array(
  z
    .object({
      InstanceArn: z.string().regex(/^arn:aws[\w-]*:sso:::instance\/(?:sso)?ins-[a-zA-Z0-9.-]{16}$/),
      IdentityStoreId: z.string().regex(/^[\w-]+$/),
      // CREATE_IN_PROGRESS, CREATE_FAILED, DELETE_IN_PROGRESS or ACTIVE; moto says none.
      Status: z.string().nullish(),
    })
    .transform(({ InstanceArn, IdentityStoreId, Status }) => ({
      arn: InstanceArn,
      identityStoreId: IdentityStoreId,
      status: Status ?? "ACTIVE",
    })),
);

type Instance = z.output<typeof instancesSchema>[number];

/** What genesis.json needs for a sign-in, where it has no `sso` yet. */
export function hintPortal(storeId: string): string {
  return `sso.startUrl for genesis.json: https://${storeId}.awsapps.com/start`;
}

/** The organization's Identity Center. */
export interface IdentityCenter extends Instance {
  region: string;
}

/**
 * Finds the Identity Center in its home region, or in whichever region it is. Throws `identity-center-missing`, `identity-center-elsewhere` naming the region where it is,
 * or `identity-center-ambiguous`. AWS has no API to switch one on for an organization:
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html
 */
export async function findIdentityCenter(api: BootstrapApi, home: string | undefined): Promise<IdentityCenter> {
  const region = home ?? (await searchRegion(api));
  const instances = await listInstances(api, region);
  const [instance] = instances;
  if (instance === undefined) throw await refuseMissing(api, region);
  if (instances.length > 1) throw refuseSeveral(region, instances);
  if (instance.status !== "ACTIVE") throw refuseState(region, instance.status);
  return { ...instance, region };
}

function listInstances(api: BootstrapApi, region: string): Promise<Instance[]> {
  const pages = { client: api.openSsoAdmin(region), stopOnSameToken: true };
  return listAws("sso:ListInstances", (limit) => paginateListInstances(pages, {}, limit), "Instances", instancesSchema);
}

/** The one region that has it. Throws `identity-center-missing`, `identity-center-ambiguous`, or why no region answered. */
async function searchRegion(api: BootstrapApi): Promise<string> {
  const { found, errors } = await searchRegions(api, DEFAULT_REGIONS);
  const [region, ...others] = found;
  if (region === undefined) throw errors.length === DEFAULT_REGIONS.length ? errors[0] : refuseEverywhere();
  if (others.length > 0) throw refuseRegions(found);
  return region;
}

/** Those of the regions that have an instance. One that does not answer is left out: it may be closed to this account. */
async function searchRegions(api: BootstrapApi, regions: readonly string[]) {
  const errors: GenesisError[] = [];
  const counts = await Promise.all(
    regions.map(async (region) => (await collectErrors(errors, () => listInstances(api, region)))?.length ?? 0),
  );
  return { found: regions.filter((_, index) => counts[index] !== 0), errors };
}

async function refuseMissing(api: BootstrapApi, region: string): Promise<GenesisError> {
  const { found } = await searchRegions(
    api,
    DEFAULT_REGIONS.filter((other) => other !== region),
  );
  if (found.length === 0) {
    return new GenesisError({
      code: "identity-center-missing",
      subject: `identity center ${region}`,
      fact: "it is not enabled, there or in another region that every account has",
      effect: "Nothing was changed: AWS has no API for it",
      next: `enable it with AWS Organizations, in ${region}: ${linkIdentityCenter(region)}`,
    });
  }
  return new GenesisError({
    code: "identity-center-elsewhere",
    subject: `identity center ${region}`,
    fact: `it is not there, but in ${found.join(", ")}`,
    next: `write ${found[0]} as region into terraform/organization.auto.tfvars and genesis.json; or delete that one, with all its people and access, and enable it in ${region}: ${linkIdentityCenter(found[0])}`,
  });
}

function refuseEverywhere(): GenesisError {
  return new GenesisError({
    code: "identity-center-missing",
    subject: "identity center",
    fact: "it is not enabled in a region that every account has",
    effect: "Nothing was changed: AWS has no API for it",
    next: `enable it with AWS Organizations, in the region of your choice: ${linkIdentityCenter(undefined)}`,
  });
}

function refuseRegions(regions: readonly string[]): GenesisError {
  return new GenesisError({
    code: "identity-center-ambiguous",
    subject: "identity center",
    fact: `there is an instance in ${regions.join(", ")}`,
    next: "write the region of the one that your people use as region into terraform/organization.auto.tfvars",
  });
}

function refuseSeveral(region: string, instances: readonly Instance[]): GenesisError {
  return new GenesisError({
    code: "identity-center-ambiguous",
    subject: `identity center ${region}`,
    fact: `there are ${instances.length} instances: ${instances.map(({ arn }) => arn).join(", ")}`,
    next: `delete the one that nobody uses, most often the instance of this account alone: ${linkIdentityCenter(region)}`,
  });
}

function refuseState(region: string, status: string): GenesisError {
  return new GenesisError({
    code: "identity-center-missing",
    subject: `identity center ${region}`,
    fact: `its instance is ${status}`,
    next: "wait a few minutes, then run the same command again",
  });
}
