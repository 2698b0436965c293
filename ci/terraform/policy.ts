import { z } from "zod";
import { parseJsonWith } from "../lib/json.js";

const texts = z.union([z.string(), z.array(z.string()).min(1)]);

/** A service control policy that only denies: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html */
const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z
    .array(
      z.strictObject({
        Sid: z.string().regex(/^[A-Za-z0-9]+$/, "expected letters and digits"),
        Effect: z.literal("Deny"),
        Action: texts,
        Resource: texts,
        Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
      }),
    )
    .min(1),
});

/** A parsed service control policy. */
export type Policy = z.output<typeof policySchema>;

/** Parses a policy document. Throws `json-invalid`, or `field-invalid` for each field that is not as AWS wants it. */
export function parsePolicy(text: string, subject: string): Policy {
  return parseJsonWith(text, subject, policySchema);
}
