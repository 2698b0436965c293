import { z } from "zod";
import type { Format } from "../../lib/formats.js";
import { quoteText } from "../../lib/names.js";
import type { SignedIn } from "./sign-in.js";

const identitySchema = z.strictObject({
  account: z.strictObject({ id: z.string(), name: z.string() }),
  role: z.string(),
  until: z.iso.datetime(),
});

/** Who the credentials of a sign-in are, as JSON: it goes from one function of a chain to the next. Holds no secret. */
export function recordIdentity({ account: { id, name }, role, credentials }: SignedIn): string {
  return JSON.stringify({ account: { id, name }, role, until: credentials.expiration.toISOString() });
}

/** What `whoami` prints of a recorded identity. */
export function formatIdentity(record: string, format: Format): string {
  const identity = identitySchema.parse(JSON.parse(record));
  if (format === "json") return `${JSON.stringify(identity, null, 2)}\n`;
  const { account, role, until } = identity;
  return [
    `account  ${account.id} (${quoteText(account.name)})`,
    `role     ${quoteText(role)}`,
    `until    ${until}`,
    "This is what the Identity Center gave at the sign-in; AWS STS was not asked.",
  ].join("\n");
}
