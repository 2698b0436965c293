/** Verbs of operations that change nothing, in AWS's naming. */
const READ_VERBS = /^(Get|List|Describe|Head|Batch(Get|Check)|Is[A-Z]|Lookup|Search|Select|Simulate)/;
/** Services whose calls change nothing that is managed: they hand out credentials. */
const CREDENTIAL_SERVICES = new Set(["sts", "sso", "sso-oidc"]);

/** Whether an operation changes something. What is not known to read counts as a write. */
export function isWrite(service: string, operation: string): boolean {
  return !CREDENTIAL_SERVICES.has(service) && !READ_VERBS.test(operation);
}
