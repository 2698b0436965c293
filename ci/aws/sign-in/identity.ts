import { quoteText } from "../../lib/names.js";
import type { SignedIn } from "./sign-in.js";

/** Who the credentials of a sign-in are, for `whoami`; holds no secret. */
export function describeIdentity({ account, role, credentials }: SignedIn): string {
  return [
    `account  ${account.id} (${quoteText(account.name)})`,
    `role     ${quoteText(role)}`,
    `until    ${credentials.expiration.toISOString()}`,
    "This is what the Identity Center gave at the sign-in; AWS STS was not asked.",
  ].join("\n");
}
