import { isDeepStrictEqual } from "node:util";
import type { BucketLocationConstraint, S3 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { readFailure } from "../aws/failure.js";
import { GenesisError } from "../lib/errors.js";
import type { StateLocation } from "../terraform/steps.js";
import type { BootstrapApi } from "./api.js";
import { type Call, callAws, findAws } from "./failures.js";

const bucketsSchema = z.object({ Buckets: z.array(z.object({ Name: z.string() })).nullish() });
const locationSchema = z.object({ LocationConstraint: z.string().nullish() });
const versioningSchema = z.object({ Status: z.string().nullish() });
const encryptionSchema = z.object({
  ServerSideEncryptionConfiguration: z.object({
    Rules: z.array(z.object({ ApplyServerSideEncryptionByDefault: z.object({ SSEAlgorithm: z.string() }).nullish() })),
  }),
});
const blockSchema = z.object({
  PublicAccessBlockConfiguration: z.object({
    BlockPublicAcls: z.boolean().nullish(),
    BlockPublicPolicy: z.boolean().nullish(),
    IgnorePublicAcls: z.boolean().nullish(),
    RestrictPublicBuckets: z.boolean().nullish(),
  }),
});
const policySchema = z.object({ Policy: z.string() });
const objectsSchema = z.object({ Contents: z.array(z.object({ Key: z.string() })).nullish() });
const anySchema = z.unknown();

/** What a bucket of a state must have. */
export type Guard = "versioned" | "encrypted" | "private" | "TLS only";

/** The bucket as it stands. */
export interface FoundBucket {
  lacks: readonly Guard[];
  /** Why it is not the state's alone; undefined where it is. */
  shared: string | undefined;
}

type S3Api = Pick<BootstrapApi, "s3">;

/** Whether the caller's account has the bucket: S3 bucket names are global. */
export async function ownsBucket({ s3 }: S3Api, Bucket: string): Promise<boolean> {
  const { Buckets } = await callAws(
    "s3:ListAllMyBuckets",
    (limit) => s3.listBuckets({ Prefix: Bucket }, limit),
    bucketsSchema,
  );
  return (Buckets ?? []).some(({ Name }) => Name === Bucket);
}

export async function isVersioned({ s3 }: S3Api, Bucket: string): Promise<boolean> {
  const { Status } = await callAws(
    "s3:GetBucketVersioning",
    (limit) => s3.getBucketVersioning({ Bucket }, limit),
    versioningSchema,
  );
  return Status === "Enabled";
}

/** Its settings that block public access; undefined where it has none. */
export async function readAccessBlock({ s3 }: S3Api, Bucket: string) {
  const found = await findAws(
    "s3:GetBucketPublicAccessBlock",
    (limit) => s3.getPublicAccessBlock({ Bucket }, limit),
    blockSchema,
    "NoSuchPublicAccessBlockConfiguration",
  );
  return found?.PublicAccessBlockConfiguration;
}

/** The JSON of its policy; undefined where it has none. */
export async function readBucketPolicy({ s3 }: S3Api, Bucket: string): Promise<string | undefined> {
  const found = await findAws(
    "s3:GetBucketPolicy",
    (limit) => s3.getBucketPolicy({ Bucket }, limit),
    policySchema,
    "NoSuchBucketPolicy",
  );
  return found?.Policy;
}

/** Finds the bucket of the state in the caller's account; undefined where it is not there. Throws `bucket-elsewhere`. */
export async function findBucket({ s3 }: BootstrapApi, state: StateLocation): Promise<FoundBucket | undefined> {
  const { bucket: Bucket, region, key } = state;
  if (!(await ownsBucket({ s3 }, Bucket))) return undefined;
  const { LocationConstraint } = await callAws(
    "s3:GetBucketLocation",
    (limit) => s3.getBucketLocation({ Bucket }, limit),
    locationSchema,
  );
  const place = readRegion(LocationConstraint);
  if (place !== region) throw refuseRegion(Bucket, place, region);
  const versioned = await isVersioned({ s3 }, Bucket);
  const encryption = await findAws(
    "s3:GetEncryptionConfiguration",
    (limit) => s3.getBucketEncryption({ Bucket }, limit),
    encryptionSchema,
    "ServerSideEncryptionConfigurationNotFoundError",
  );
  const blocked = await readAccessBlock({ s3 }, Bucket);
  const policy = await readBucketPolicy({ s3 }, Bucket);
  // The first objects are enough to see whether it holds anything but the state.
  const { Contents } = await callAws(
    "s3:ListBucket",
    (limit) => s3.listObjectsV2({ Bucket, MaxKeys: 10 }, limit),
    objectsSchema,
  );
  const foreign = (Contents ?? []).find((object) => object.Key !== key && object.Key !== `${key}.tflock`)?.Key;
  const lacks: Record<Guard, boolean> = {
    versioned: !versioned,
    // S3 encrypts every new object since January 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
    encrypted: !encryption?.ServerSideEncryptionConfiguration.Rules.some(
      (rule) => rule.ApplyServerSideEncryptionByDefault,
    ),
    private: !(
      blocked?.BlockPublicAcls &&
      blocked.BlockPublicPolicy &&
      blocked.IgnorePublicAcls &&
      blocked.RestrictPublicBuckets
    ),
    "TLS only": policy === undefined || !deniesPlainHttp(policy),
  };
  return {
    lacks: (Object.keys(lacks) as Guard[]).filter((guard) => lacks[guard]),
    shared: describeShared(foreign, policy),
  };
}

/** Our own policy is nobody else's. */
function describeShared(foreign: string | undefined, policy: string | undefined): string | undefined {
  if (foreign !== undefined) return "it holds other objects than the state";
  return policy === undefined || deniesPlainHttp(policy) ? undefined : "it has a policy of its own";
}

/** Creates the bucket. Throws `bucket-taken` where another account has one of this name: S3 bucket names are global. */
export async function createBucket({ s3, region }: BootstrapApi, { bucket: Bucket }: StateLocation): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
  // us-east-1 has no constraint of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  const input = { Bucket, ...(region !== "us-east-1" && { CreateBucketConfiguration }) };
  const create: Call = (limit) =>
    s3.createBucket(input, limit).catch((error: unknown) => {
      throw readFailure(error).name === "BucketAlreadyExists" ? refuseTaken(Bucket) : error;
    });
  await callAws("s3:CreateBucket", create, anySchema);
}

const PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const VersioningConfiguration = { Status: "Enabled" } as const;
const ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }],
};

/** What gives a bucket each guard, in the order in which it is done: the permission and the call. */
const MENDS: Readonly<Record<Guard, [permission: string, mend: (s3: S3, Bucket: string) => Call]>> = {
  private: [
    "s3:PutBucketPublicAccessBlock",
    (s3, Bucket) => (limit) => s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration }, limit),
  ],
  versioned: [
    "s3:PutBucketVersioning",
    (s3, Bucket) => (limit) => s3.putBucketVersioning({ Bucket, VersioningConfiguration }, limit),
  ],
  encrypted: [
    "s3:PutEncryptionConfiguration",
    (s3, Bucket) => (limit) => s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration }, limit),
  ],
  "TLS only": [
    "s3:PutBucketPolicy",
    (s3, Bucket) => (limit) => s3.putBucketPolicy({ Bucket, Policy: formatTlsPolicy(Bucket) }, limit),
  ],
};

/**
 * Gives the bucket what it lacks. Throws `bucket-unsafe`, with nothing changed, where somebody else uses it too: they may need it as it is,
 * and a policy would be overwritten.
 */
export async function mendBucket(
  { s3 }: BootstrapApi,
  { bucket }: StateLocation,
  found: FoundBucket,
): Promise<readonly Guard[]> {
  if (found.lacks.length > 0 && found.shared !== undefined) throw refuseUnsafe(bucket, found.lacks, found.shared);
  const mended = (Object.keys(MENDS) as Guard[]).filter((guard) => found.lacks.includes(guard));
  for (const guard of mended) {
    const [permission, mend] = MENDS[guard];
    await callAws(permission, mend(s3, bucket), anySchema);
  }
  return mended;
}

/** The statement of the policy that terraform/state.tf has too. */
function makeTlsStatement(bucket: string) {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Effect: "Deny",
    Action: "s3:*",
    Principal: "*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Whether a statement is that of terraform/state.tf. */
export function isOwnStatement(statement: unknown, bucket: string): boolean {
  return isDeepStrictEqual(statement, makeTlsStatement(bucket));
}

function formatTlsPolicy(bucket: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [makeTlsStatement(bucket)] });
}

const statementSchema = z.object({
  Effect: z.literal("Deny"),
  Action: z.union([z.literal("s3:*"), z.literal("*"), z.tuple([z.literal("s3:*")])]),
  Principal: z.union([z.literal("*"), z.object({ AWS: z.literal("*") })]),
  Condition: z.strictObject({
    Bool: z.strictObject({ "aws:SecureTransport": z.union([z.literal("false"), z.literal(false)]) }),
  }),
});

/** Whether a policy denies everybody everything over plain HTTP, for the bucket and its objects. */
function deniesPlainHttp(policy: string): boolean {
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(policy);
  } catch {
    return false;
  }
  const statements = [parsed.Statement ?? []].flat();
  return statements.some((statement) => {
    const { Resource } = (statement ?? {}) as { Resource?: unknown };
    const resources = [Resource ?? []].flat();
    const covers = (end: string) => resources.some((each) => each === "*" || String(each).endsWith(end));
    return (
      statementSchema.safeParse(statement).success &&
      covers("/*") &&
      resources.some((each) => !String(each).endsWith("/*"))
    );
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
function readRegion(constraint: string | null | undefined): string {
  if (!constraint) return "us-east-1";
  return constraint === "EU" ? "eu-west-1" : constraint;
}

function refuseTaken(bucket: string): GenesisError {
  return new GenesisError({ code: "bucket-taken", subject: `bucket ${bucket}`, fact: "it belongs to another account" });
}

function refuseRegion(bucket: string, place: string, region: string): GenesisError {
  return new GenesisError({
    code: "bucket-elsewhere",
    subject: `bucket ${bucket}`,
    fact: `it is in ${place}, and state.region says ${region}`,
  });
}

const ADVICE: Readonly<Record<Guard, string>> = {
  versioned: "switch versioning on",
  encrypted: "set default encryption",
  private: "block all public access",
  "TLS only": "add a statement that denies plain HTTP (aws:SecureTransport) to its policy",
};

function refuseUnsafe(bucket: string, lacks: readonly Guard[], shared: string): GenesisError {
  return new GenesisError({
    code: "bucket-unsafe",
    subject: `bucket ${bucket}`,
    fact: `it is not ${lacks.join(", not ")}, and ${shared}, so that somebody may need it as it is`,
    next: `${lacks.map((guard) => ADVICE[guard]).join("; ")}: https://console.aws.amazon.com/s3/buckets/${bucket}?tab=permissions; or choose another name for the state's bucket`,
  });
}
