import { Account } from "@aws-sdk/client-account";
import { ECRPUBLIC } from "@aws-sdk/client-ecr-public";
import { IAM } from "@aws-sdk/client-iam";
import { Identitystore } from "@aws-sdk/client-identitystore";
import { Organizations } from "@aws-sdk/client-organizations";
import { S3 } from "@aws-sdk/client-s3";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { STS } from "@aws-sdk/client-sts";
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
  iam: IAM;
  ecr: ECRPUBLIC;
}

/** AWS's own clients; their answers are parsed by whoever asked. */
export interface BootstrapApi extends AccountApi {
  region: string;
  s3: S3;
  organizations: Organizations;
  /** Contacts of accounts. */
  account: Account;
  sts: STS;
  /** The Identity Center of a region. */
  openSsoAdmin(region: string): SSOAdmin;
  /** Its people and groups. */
  openIdentityStore(region: string): Identitystore;
  /** Another account, with credentials of a role there. */
  openAccount(credentials: AwsCredentials): AccountApi;
  close(): void;
}

/** Opens AWS's APIs. */
export function openBootstrapApi({ credentials, region, endpoint }: ApiOptions): BootstrapApi {
  // An organization of hundreds of accounts takes thousands of calls. Of ten that are throttled at once each waits longer every time, which
  // slows them down enough; the SDK's adaptive mode lets one call pass in two seconds then, and calls run out of time.
  const shared = { region, credentials, maxAttempts: 5, ...(endpoint && { endpoint }) };
  const opened: { destroy(): void }[] = [];
  const open = <Client extends { destroy(): void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const openAccount = (credentials: AwsCredentials): AccountApi => ({
    iam: open(new IAM({ ...shared, credentials })),
    ecr: open(new ECRPUBLIC({ ...shared, credentials, region: ECR_PUBLIC_REGION })),
  });
  // A bucket in another region is to be named as that, and not to fail as a redirect. An emulator has one host for all buckets.
  const storage = { ...shared, followRegionRedirects: true, ...(endpoint && { forcePathStyle: true }) };
  return {
    ...openAccount(credentials),
    region,
    s3: open(new S3(storage)),
    organizations: open(new Organizations(shared)),
    account: open(new Account(shared)),
    sts: open(new STS(shared)),
    openSsoAdmin: (region) => open(new SSOAdmin({ ...shared, region })),
    openIdentityStore: (region) => open(new Identitystore({ ...shared, region })),
    openAccount,
    close: () => {
      for (const client of opened) client.destroy();
    },
  };
}
