import { join } from "node:path";
import { z } from "zod";
import { GenesisError } from "./errors.js";
import { readText } from "./files.js";
import { parseJsonWith } from "./json.js";

/** Where the settings stand in the repository. */
export const SETTINGS_PATH = "genesis.json";

/** Public ECR aliases, default (`a1b2c3d4`) and custom: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-settings.html */
const ALIAS = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; without dots, which break TLS. */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
/** A plain path: what stands here becomes part of an argument. */
/** The plan role reads objects of this ending: terraform/policies/roles/plan.json. */
const STATE_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,240}\.tfstate$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html: printable ASCII. */
const ACCOUNT_NAME = /^[ -~]+$/;
/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html */
const PERMISSION_SET = /^[\w+=,.@-]+$/;

/** https://docs.github.com/en/actions/concepts/security/openid-connect */
const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";
/** https://www.rfc-editor.org/rfc/rfc7468#section-13 */
const PUBLIC_KEY = /^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----\n?$/;

const keySchema = z
  .strictObject({ publicKey: z.string().regex(PUBLIC_KEY, "expected a public key in PEM, as cosign.pub holds it") })
  .transform(({ publicKey }) => ({ kind: "key" as const, publicKey }));
const keylessSchema = z
  .strictObject({
    /** The subject of the certificate that signs: for GitHub the workflow with its ref. Compared as a whole. */
    identity: z.url({ protocol: /^https$/, error: "expected the https URL of a workflow with its ref" }),
    issuer: z.url({ protocol: /^https$/, error: "expected the https URL of an OpenID issuer" }).default(GITHUB_ISSUER),
  })
  .transform(({ identity, issuer }) => ({ kind: "keyless" as const, identity, issuer }));

const settingsSchema = z.strictObject({
  /** The repository's URL, for `org.opencontainers.image.source`. */
  source: z.url({ protocol: /^https$/, error: "expected an https URL" }),
  registry: z.strictObject({
    /** The alias in `public.ecr.aws/<alias>`; null until the account has one. */
    alias: z.string().min(2).max(50).regex(ALIAS, "expected a public ECR alias").nullable(),
  }),
  /** Where Terraform's state stands; null until there is a bucket. */
  state: z
    .strictObject({
      bucket: z.string().regex(BUCKET, "expected the name of an S3 bucket"),
      key: z.string().regex(STATE_KEY, "expected an object key such as organization.tfstate"),
      region: z.string().regex(REGION, "expected a region such as us-east-1"),
    })
    .nullable()
    .default(null),
  /** Where engineers sign in, and as what unless they say otherwise; null until there is an Identity Center. */
  sso: z
    .strictObject({
      startUrl: z.url({ protocol: /^https$/, error: "expected the https URL of an access portal" }),
      /** The Identity Center's home region. */
      region: z.string().regex(REGION, "expected a region such as us-east-1"),
      /** An account's id or name. */
      account: z.string().max(50).regex(ACCOUNT_NAME, "expected an account's id or name"),
      /** A permission set's name, which is the role's in the access portal. */
      role: z.string().max(32).regex(PERMISSION_SET, "expected the name of a permission set"),
    })
    .nullable()
    .default(null),
  /** Whose signatures count, and so how images are signed; null where they are not. */
  signing: z
    .looseObject({})
    // Told apart first, for an error of a union names no field.
    .transform((signing, context) => {
      const parsed = ("publicKey" in signing ? keySchema : keylessSchema).safeParse(signing);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues) context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0]);
      return z.NEVER;
    })
    .nullable()
    .default(null),
  /** What a scan may find. */
  scan: z
    .strictObject({
      /** From which severity on a vulnerability with a fix is too much. */
      failAt: z.enum(["low", "medium", "high", "critical"]).default("critical"),
      /** Vulnerabilities that may stay, for a time. */
      allow: z
        .array(
          z.strictObject({
            /** As the scanner names it, such as CVE-2026-1234. */
            id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:._-]*$/, "expected an id such as CVE-2026-1234"),
            /** The last day, in UTC. */
            expires: z.iso.date("expected a date such as 2026-12-31"),
            reason: z.string().trim().min(10, "expected why it may stay, in 10 characters or more"),
          }),
        )
        .default([]),
      /** A mirror of the database of vulnerabilities: the URL of its `latest.json`. */
      database: z
        .url({ protocol: /^https?$/, error: "expected the URL of a mirror's latest.json" })
        .nullable()
        .default(null),
    })
    .prefault({}),
});

/** genesis.json: what is not secret and not code. */
export type Settings = z.output<typeof settingsSchema>;

/** Where to sign in, and as what. */
export type SignInSettings = NonNullable<Settings["sso"]>;

/** What a scan may find. */
export type ScanPolicy = Settings["scan"];

/** genesis.json: what it says, and its text, for what looks at its lines or writes it. */
export interface SettingsFile {
  parsed: Settings;
  text: string;
}

/** Reads genesis.json of the repository at `root`. Throws `file-missing`, and as `parseSettings` does. */
export async function readSettings(root: string): Promise<SettingsFile> {
  const text = await readText(join(root, SETTINGS_PATH), SETTINGS_PATH);
  return { parsed: parseSettings(text), text };
}

/** Parses genesis.json. Throws `json-invalid` or `field-invalid`. */
export function parseSettings(text: string): Settings {
  return parseJsonWith(text, SETTINGS_PATH, settingsSchema);
}

/** Where the state stands. Throws `state-unset` where the settings do not say it yet. */
export function requireState({ state }: Settings): NonNullable<Settings["state"]> {
  if (state !== null) return state;
  throw new GenesisError({
    code: "state-unset",
    subject: `${SETTINGS_PATH} state`,
    fact: "it is null",
  });
}
