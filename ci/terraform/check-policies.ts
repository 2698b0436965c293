import { z } from "zod";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { parseJsonWith } from "../lib/json.js";
import { type Code, TERRAFORM_FOLDER } from "./code.js";
import { readVariables } from "./variables.js";

const texts = z.union([z.string(), z.array(z.string()).min(1)]);

/**
 * A policy of the organization. Ours only deny, each statement by a name, and by NotAction, which grows with every service that AWS adds, only
 * outside of some regions: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
 */
const ownSchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z
    .array(
      z
        .strictObject({
          Sid: z.string().regex(/^[A-Za-z0-9]+$/, "expected letters and digits"),
          Effect: z.literal("Deny"),
          Action: texts.optional(),
          NotAction: texts.optional(),
          Resource: texts,
          Condition: z.record(z.string(), z.record(z.string(), z.union([texts, z.boolean()]))).optional(),
        })
        .refine(
          ({ Action, NotAction, Condition }) =>
            (Action === undefined) !== (NotAction === undefined) &&
            (NotAction === undefined || Condition?.StringNotEquals?.["aws:RequestedRegion"] !== undefined),
          {
            error: "expected Action, or this alone beside StringNotEquals of aws:RequestedRegion",
            path: ["NotAction"],
          },
        ),
    )
    .min(1),
});

const statementsSchema = z.array(z.looseObject({ Effect: z.enum(["Allow", "Deny"]) })).min(1);
/** A policy of people, who may write what AWS takes. */
const policySchema = z.looseObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]),
  Statement: z.union([statementsSchema, statementsSchema.element], "expected statements with an Effect"),
});
/** Policies of other types, such as a tag policy, have a syntax of their own each. */
const objectSchema = z.looseObject({});

/** Types of policies that are made of statements. */
const STATEMENT_TYPES = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];
/** What the data says of its documents, as far as it can be read: the rest is for others to tell. */
const usesSchema = z.object({
  policies: z.record(z.string(), z.object({ file: z.string(), type: z.string().nullish() })).catch({}),
  permission_sets: z.record(z.string(), z.object({ inline_policy: z.string().nullish() })).catch({}),
  state_bucket: z.object({ statements: z.string().nullish() }).catch({}),
});

/**
 * Checks every document of `terraform/policies/`: those directly in it by our rule, those of people, below it or for permission sets, by what
 * AWS takes of their kind. Throws `json-invalid`, or `field-invalid` for each field. That they fit AWS's limits, `terraform test` and every
 * plan see.
 */
export async function checkPolicies(code: Pick<Code, "files">): Promise<void> {
  const schemas = await chooseSchemas(code);
  const errors: GenesisError[] = [];
  for (const file of code.files.filter(({ path }) => path.startsWith("policies/"))) {
    const schema = schemas.get(file.path) ?? (file.path.split("/").length === 2 ? ownSchema : objectSchema);
    await collectErrors(errors, () => parseJsonWith(file.text, `${TERRAFORM_FOLDER}/${file.path}`, schema));
  }
  throwErrors(errors);
}

/** The schema of each document that the data uses for something else than a policy by our rule. */
async function chooseSchemas(code: Pick<Code, "files">): Promise<Map<string, z.ZodType>> {
  const { policies, permission_sets, state_bucket } = usesSchema.parse({ ...(await readVariables(code)) });
  const schemas = new Map<string, z.ZodType>();
  const set = (file: string | null | undefined, schema: z.ZodType) => file && schemas.set(`policies/${file}`, schema);
  for (const { file, type } of Object.values(policies)) {
    const isOther = !STATEMENT_TYPES.includes(type ?? "SERVICE_CONTROL_POLICY");
    if (isOther) set(file, objectSchema);
    else if (file.includes("/")) set(file, policySchema);
  }
  for (const { inline_policy } of Object.values(permission_sets)) set(inline_policy, policySchema);
  set(state_bucket.statements, statementsSchema);
  return schemas;
}
