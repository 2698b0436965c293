import { z } from "zod";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { requireState, SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { type Code, DATA_PATH, readCode, TERRAFORM_FOLDER } from "../terraform/code.js";
import { listBlocks, parseHcl } from "../terraform/parse-hcl.js";
import { ACCOUNT_TO_COME, checkPlaceholders } from "../terraform/placeholders.js";
import type { StateLocation } from "../terraform/steps.js";

/** Where the code lists the organization's OUs, and where it defines the organization. */
const OUS_FILE = "validation.tf";
const ORGANIZATION_FILE = "organization.tf";

/** Ids of what exists, to import instead of create: kind → name → id, as `adopt` of the data has them. */
export type Adopt = Readonly<Record<string, Readonly<Record<string, string>>>>;

const adoptSchema = z.record(z.string(), z.record(z.string(), z.string()));
const dataSchema = z.object({
  region: z.string(),
  management: z.object({ account_id: z.string().regex(/^\d{12}$/) }),
  accounts: z.record(z.string(), z.object({ email: z.string(), ou: z.string() })),
  public_ecr: z.object({
    account: z.string(),
    account_id: z.string().regex(/^\d{12}$/),
    repositories: z.array(z.string()),
  }),
  state_bucket: z.string(),
  adopt: adoptSchema.default({}),
});
const namesSchema = z.array(z.string());
const organizationSchema = z
  .object({ aws_service_access_principals: namesSchema, enabled_policy_types: namesSchema })
  .transform((body) => ({ services: body.aws_service_access_principals, policyTypes: body.enabled_policy_types }));

/** What the repository says an organization should be, as far as a bootstrap looks at it. */
export interface BootstrapData {
  /** Text of the data file, to be edited. */
  text: string;
  /** Home region of the Identity Center and of the state's bucket. */
  region: string;
  managementId: string;
  /** Member accounts by name. */
  accounts: Readonly<Record<string, { email: string; ou: string }>>;
  dedicated: {
    account: string;
    /** Undefined while the data waits for the account. */
    id: string | undefined;
    repositories: readonly string[];
  };
  /** The OUs that the code defines below the root. */
  ous: readonly string[];
  /** What the code has switched on in the organization; an apply switches everything else of these kinds off. */
  enabled: { services: readonly string[]; policyTypes: readonly string[] };
  adopt: Adopt;
  state: StateLocation;
}

/**
 * Reads what a bootstrap needs of the repository at `root`, and checks it before AWS is called. Throws `state-unset`, `placeholder-left`,
 * `data-invalid`, `code-unreadable` or `settings-disagree`.
 */
export async function readBootstrapData(
  root: string,
  settings: { parsed: Settings; text: string },
): Promise<BootstrapData> {
  const code = await readCode(root);
  const file = code.files.find(({ path }) => `${TERRAFORM_FOLDER}/${path}` === DATA_PATH);
  const text = file?.text ?? "";
  checkPlaceholders(
    [
      { path: SETTINGS_PATH, text: settings.text },
      { path: DATA_PATH, text },
    ],
    [ACCOUNT_TO_COME],
  );
  const data = parseData(file === undefined ? {} : await parseHcl(file));
  const state = requireState(settings.parsed);
  checkAgreement(settings.parsed, data);
  const { account, account_id, repositories } = data.public_ecr;
  return {
    text,
    region: data.region,
    managementId: data.management.account_id,
    accounts: data.accounts,
    dedicated: { account, id: account_id === ACCOUNT_TO_COME ? undefined : account_id, repositories },
    ous: await readOus(code),
    enabled: await readEnabled(code),
    adopt: data.adopt,
    state,
  };
}

function parseData(body: unknown): z.output<typeof dataSchema> {
  const result = dataSchema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refuseData(`${DATA_PATH} ${issue?.path.join(".") ?? ""}`.trim(), issue?.message ?? "it is not as expected");
}

/** `local.ous` of the code: the names stand there once. */
async function readOus({ files }: Code): Promise<string[]> {
  for (const file of files.filter(({ path }) => path === OUS_FILE)) {
    for (const { body } of listBlocks(await parseHcl(file), "locals", 0)) {
      const { data } = namesSchema.safeParse(body.ous);
      if (data !== undefined) return data;
    }
  }
  throw refuseData(`${TERRAFORM_FOLDER}/${OUS_FILE} local.ous`, "it is not a list of names");
}

/** The lists of the organization's resource. */
async function readEnabled({ files }: Code): Promise<BootstrapData["enabled"]> {
  for (const file of files.filter(({ path }) => path === ORGANIZATION_FILE)) {
    for (const { labels, body } of listBlocks(await parseHcl(file), "resource", 2)) {
      const { data } = organizationSchema.safeParse(body);
      if (labels[0] === "aws_organizations_organization" && data !== undefined) return data;
    }
  }
  throw refuseData(
    `${TERRAFORM_FOLDER}/${ORGANIZATION_FILE} aws_organizations_organization.this`,
    "its lists are not lists of names",
  );
}

/** What is named in both files must be the same: a bucket would be made that no plan uses, or the wrong region be asked. */
function checkAgreement({ state, sso }: Settings, data: z.output<typeof dataSchema>): void {
  const pairs = [
    ["state.bucket", state?.bucket, "state_bucket", data.state_bucket],
    ["state.region", state?.region, "region", data.region],
    ["sso.region", sso?.region, "region", data.region],
  ] as const;
  throwErrors(
    pairs.flatMap(([field, set, variable, value]) =>
      set === undefined || set === value
        ? []
        : [
            new GenesisError({
              code: "settings-disagree",
              subject: `${SETTINGS_PATH} ${field}`,
              fact: `it is ${set}, and ${variable} in the Terraform data is ${value}`,
              effect: "AWS was not called",
            }),
          ],
    ),
  );
}

function refuseData(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "data-invalid", subject, fact });
}
