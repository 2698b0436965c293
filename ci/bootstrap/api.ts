import { ECRPUBLICClient } from "@aws-sdk/client-ecr-public";
import { IAMClient } from "@aws-sdk/client-iam";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentials } from "../aws/credentials.js";

/** Public ECR's API is in this region only: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
const ECR_PUBLIC_REGION = "us-east-1";

/** Where AWS is called, and as whom. */
export interface ApiOptions {
  credentials: AwsCredentials;
  /** The region of the state's bucket. */
  region: string;
  /** Replaces AWS's own endpoints, for an emulator. */
  endpoint?: string;
}

/** What is looked at in one account, the management account or another. */
export interface AccountApi {
  iam: IAMClient;
  ecr: ECRPUBLICClient;
}

/** AWS's own clients; their answers are parsed by whoever asked. */
export interface BootstrapApi extends AccountApi {
  region: string;
  s3: S3Client;
  organizations: OrganizationsClient;
  sts: STSClient;
  /** The Identity Center of a region. */
  openSsoAdmin(region: string): SSOAdminClient;
  /** Another account, with credentials of a role there. */
  openAccount(credentials: AwsCredentials): AccountApi;
  close(): void;
}

/** Opens AWS's APIs. */
export function openBootstrapApi({ credentials, region, endpoint }: ApiOptions): BootstrapApi {
  const shared = { region, credentials, ...(endpoint && { endpoint }) };
  const opened: { destroy(): void }[] = [];
  const open = <Client extends { destroy(): void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const openAccount = (credentials: AwsCredentials): AccountApi => ({
    iam: open(new IAMClient({ ...shared, credentials })),
    ecr: open(new ECRPUBLICClient({ ...shared, credentials, region: ECR_PUBLIC_REGION })),
  });
  // A bucket in another region is to be named as that, and not to fail as a redirect. An emulator has one host for all buckets.
  const s3 = { ...shared, followRegionRedirects: true, ...(endpoint && { forcePathStyle: true }) };
  return {
    ...openAccount(credentials),
    region,
    s3: open(new S3Client(s3)),
    organizations: open(new OrganizationsClient(shared)),
    sts: open(new STSClient(shared)),
    openSsoAdmin: (region) => open(new SSOAdminClient({ ...shared, region })),
    openAccount,
    close: () => {
      for (const client of opened) client.destroy();
    },
  };
}

/** All pages of a list. */
export async function collectPages<Page>(pages: AsyncIterable<Page>, field: keyof Page): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...((page[field] as unknown[] | undefined) ?? []));
  return all;
}
