import type { AwsCredentials } from "../aws/credentials.js";

/** How long one call may take with its retries, in milliseconds: a server that never answers must not hold a call for ever. */
const CALL_MS = 30_000;
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

/** The state's bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export interface BucketApi {
  /** The buckets of the caller's account whose names start with this. */
  listBuckets(prefix: string): Promise<unknown>;
  getBucketLocation(bucket: string): Promise<unknown>;
  getBucketVersioning(bucket: string): Promise<unknown>;
  getBucketEncryption(bucket: string): Promise<unknown>;
  getPublicAccessBlock(bucket: string): Promise<unknown>;
  getBucketPolicy(bucket: string): Promise<unknown>;
  /** The first objects of a bucket: enough to see whether it holds anything but the state. */
  listObjects(bucket: string): Promise<unknown>;
  createBucket(bucket: string): Promise<unknown>;
  putBucketVersioning(bucket: string): Promise<unknown>;
  putBucketEncryption(bucket: string): Promise<unknown>;
  putPublicAccessBlock(bucket: string): Promise<unknown>;
  putBucketPolicy(bucket: string, policy: string): Promise<unknown>;
}

/** What is looked at in one account, the management account or another. */
export interface AccountApi {
  /** Amazon Resource Names. */
  listOidcProviders(): Promise<unknown>;
  listRepositories(): Promise<unknown[]>;
}

/** The calls of a bootstrap, as AWS's own clients make them; answers are parsed by whoever asked. */
export interface BootstrapApi extends BucketApi, AccountApi {
  getCallerIdentity(): Promise<unknown>;
  describeOrganization(): Promise<unknown>;
  listRoots(): Promise<unknown[]>;
  listOus(parentId: string): Promise<unknown[]>;
  listAccounts(): Promise<unknown[]>;
  /** Services that the organization trusts. */
  listServiceAccess(): Promise<unknown[]>;
  /** Instances of the Identity Center in one region. */
  listInstances(region: string): Promise<unknown[]>;
  /** Takes a role in another account; the calls there. */
  assumeRole(roleArn: string): Promise<AccountApi>;
  close(): void;
}

/** Opens AWS's APIs. The clients are loaded here and not before: every call of the module waits for what is imported at its top. */
export async function openBootstrapApi(options: ApiOptions): Promise<BootstrapApi> {
  const [organizations, ssoAdmin, sts] = await Promise.all([
    import("@aws-sdk/client-organizations"),
    import("@aws-sdk/client-sso-admin"),
    import("@aws-sdk/client-sts"),
  ]);
  const opened: { destroy(): void }[] = [];
  const open = <Client extends { destroy(): void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const shared = describeClient(options);
  const orgs = open(new organizations.OrganizationsClient(shared));
  const identity = open(new sts.STSClient(shared));
  const centers = new Map<string, InstanceType<typeof ssoAdmin.SSOAdminClient>>();
  const pages = { client: orgs, stopOnSameToken: true };
  return {
    ...(await openBucketApi(options, open)),
    ...(await openAccountApi(options, open)),
    getCallerIdentity: () => identity.send(new sts.GetCallerIdentityCommand({}), limit()),
    describeOrganization: () => orgs.send(new organizations.DescribeOrganizationCommand({}), limit()),
    listRoots: () => collect(organizations.paginateListRoots(pages, {}, limit()), "Roots"),
    listOus: (ParentId) =>
      collect(
        organizations.paginateListOrganizationalUnitsForParent(pages, { ParentId }, limit()),
        "OrganizationalUnits",
      ),
    listAccounts: () => collect(organizations.paginateListAccounts(pages, {}, limit()), "Accounts"),
    listServiceAccess: () =>
      collect(
        organizations.paginateListAWSServiceAccessForOrganization(pages, {}, limit()),
        "EnabledServicePrincipals",
      ),
    listInstances: (region) => {
      const client = centers.get(region) ?? open(new ssoAdmin.SSOAdminClient({ ...shared, region }));
      centers.set(region, client);
      return collect(ssoAdmin.paginateListInstances({ client, stopOnSameToken: true }, {}, limit()), "Instances");
    },
    assumeRole: async (RoleArn) => {
      const command = new sts.AssumeRoleCommand({
        RoleArn,
        RoleSessionName: "genesis-bootstrap",
        DurationSeconds: 900,
      });
      const { Credentials } = await identity.send(command, limit());
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      const credentials = {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      };
      return openAccountApi({ ...options, credentials }, open);
    },
    close: () => {
      for (const client of opened) client.destroy();
    },
  };
}

type Open = <Client extends { destroy(): void }>(client: Client) => Client;

async function openAccountApi(options: ApiOptions, open: Open): Promise<AccountApi> {
  const [iam, ecr] = await Promise.all([import("@aws-sdk/client-iam"), import("@aws-sdk/client-ecr-public")]);
  const shared = describeClient(options);
  const users = open(new iam.IAMClient(shared));
  const client = open(new ecr.ECRPUBLICClient({ ...shared, region: ECR_PUBLIC_REGION }));
  return {
    listOidcProviders: () => users.send(new iam.ListOpenIDConnectProvidersCommand({}), limit()),
    listRepositories: () =>
      collect(ecr.paginateDescribeRepositories({ client, stopOnSameToken: true }, {}, limit()), "repositories"),
  };
}

async function openBucketApi(options: ApiOptions, open: Open): Promise<BucketApi> {
  const s3 = await import("@aws-sdk/client-s3");
  const { region, endpoint } = options;
  // A bucket in another region is to be named as that, and not to fail as a redirect. An emulator has one host for all buckets.
  const client = open(
    new s3.S3Client({
      ...describeClient(options),
      followRegionRedirects: true,
      ...(endpoint && { forcePathStyle: true }),
    }),
  );
  return {
    listBuckets: (Prefix) => client.send(new s3.ListBucketsCommand({ Prefix }), limit()),
    getBucketLocation: (Bucket) => client.send(new s3.GetBucketLocationCommand({ Bucket }), limit()),
    getBucketVersioning: (Bucket) => client.send(new s3.GetBucketVersioningCommand({ Bucket }), limit()),
    getBucketEncryption: (Bucket) => client.send(new s3.GetBucketEncryptionCommand({ Bucket }), limit()),
    getPublicAccessBlock: (Bucket) => client.send(new s3.GetPublicAccessBlockCommand({ Bucket }), limit()),
    getBucketPolicy: (Bucket) => client.send(new s3.GetBucketPolicyCommand({ Bucket }), limit()),
    listObjects: (Bucket) => client.send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 10 }), limit()),
    createBucket: (Bucket) =>
      client.send(
        new s3.CreateBucketCommand({
          Bucket,
          // us-east-1 has no constraint of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
          ...(region !== "us-east-1" && {
            CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" },
          }),
        }),
        limit(),
      ),
    putBucketVersioning: (Bucket) =>
      client.send(
        new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
        limit(),
      ),
    putBucketEncryption: (Bucket) =>
      client.send(
        new s3.PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
          },
        }),
        limit(),
      ),
    putPublicAccessBlock: (Bucket) =>
      client.send(
        new s3.PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
        limit(),
      ),
    putBucketPolicy: (Bucket, Policy) => client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }), limit()),
  };
}

function describeClient({ credentials, region, endpoint }: ApiOptions) {
  return { region, credentials, ...(endpoint && { endpoint }) };
}

function limit() {
  return { abortSignal: AbortSignal.timeout(CALL_MS) };
}

/** All pages of a list. */
async function collect<Page>(pages: AsyncIterable<Page>, field: keyof Page): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...((page[field] as unknown[] | undefined) ?? []));
  return all;
}
