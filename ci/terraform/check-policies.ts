import { z } from "zod";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { parseJsonWith } from "../lib/json.js";
import { type Code, TERRAFORM_FOLDER } from "./code.js";

const texts = z.union([z.string(), z.array(z.string()).min(1)]);

/**
 * A policy of the organization. Ours only deny, each statement by a name, and never by NotAction, which would grow with every service that
 * AWS adds: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
 */
const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z
    .array(
      z.strictObject({
        Sid: z.string().regex(/^[A-Za-z0-9]+$/, "expected letters and digits"),
        Effect: z.literal("Deny"),
        Action: texts,
        Resource: texts,
        Condition: z.record(z.string(), z.record(z.string(), z.union([texts, z.boolean()]))).optional(),
      }),
    )
    .min(1),
});

/**
 * Checks every document of `terraform/policies/`; that they fit AWS's limits, `terraform test` and every plan see. Throws `json-invalid`,
 * or `field-invalid` for each field that is not as AWS wants it.
 */
export async function checkPolicies({ files }: Pick<Code, "files">): Promise<void> {
  const errors: GenesisError[] = [];
  for (const { path, text } of files.filter(({ path }) => path.startsWith("policies/"))) {
    await collectErrors(errors, () => parseJsonWith(text, `${TERRAFORM_FOLDER}/${path}`, policySchema));
  }
  throwErrors(errors);
}
