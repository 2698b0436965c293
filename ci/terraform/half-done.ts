import { GenesisError } from "../lib/errors.js";
import { makeInert } from "../lib/inert.js";
import { readAt } from "../lib/objects.js";
import { quoteShell } from "../lib/quote-shell.js";
import { formatAddress, type Instance, listInstances } from "./address.js";
import { PROTECTED_TYPES } from "./losses/protected.js";
import { classifyChange, isLoss, type Plan, type ResourceChange } from "./plan.js";
import { ACCOUNT, ATTACHMENT } from "./resource-types.js";
import type { State } from "./state.js";

/** `resource-tainted` for each protected instance whose creation ended half-way: Terraform would replace it. */
export function explainTainted(state: State): GenesisError[] {
  return listInstances(state)
    .filter(({ type, status }) => status === "tainted" && PROTECTED_TYPES.has(type))
    .map(({ address, attributes }) => {
      return new GenesisError({
        code: "resource-tainted",
        subject: address,
        fact: `AWS has it as ${makeInert(String(attributes?.id))}, but its creation did not finish, so Terraform would replace it`,
        next: `dagger call tf-untaint --address=${quoteShell(address)}, then plan again: the plan changes what is left to do`,
      });
    });
}

/** `account-gone` for each account of the state that AWS has no more: the provider reads a closed account as none. */
export function explainGone(plan: Plan, state: State): GenesisError[] {
  const gone = plan.resource_drift.filter(({ type, change }) => type === ACCOUNT && change.actions.includes("delete"));
  return gone.map(({ address }) => {
    const { attributes } = listInstances(state).find((each) => each.address === address) ?? {};
    return new GenesisError({
      code: "account-gone",
      subject: address,
      fact: `the state has it as ${makeInert(String(attributes?.id))}, but AWS has no such active account: it was closed, or left the organization`,
      next: `take it out of the data, then dagger call tf-forget --address=${quoteShell(address)}; to keep it, have it reopened: docs/runbooks/life-of-an-account.md`,
    });
  });
}

/**
 * Says why a plan failed that would destroy what is protected: `replace-prevented`, `key-renamed`, and `undefined` for a loss whose cause is
 * not known. `plan` is how far it came, without sensitive values.
 */
export function explainPrevented(plan: Plan, state: State): (GenesisError | undefined)[] {
  return plan.resource_changes
    .filter(({ type, change }) => PROTECTED_TYPES.has(type) && isLoss(classifyChange(change)))
    .map((loss) => explainReplacement(loss) ?? explainRename(loss, plan, state));
}

/** Somebody changed in the console, or in the data, what AWS cannot change by the API that the provider uses. */
function explainReplacement({ address, change }: ResourceChange): GenesisError | undefined {
  const fields = [...new Set((change.replace_paths ?? []).map(([field]) => String(field)))];
  if (fields.length === 0) return undefined;
  const show = (value: unknown) => makeInert(JSON.stringify(value) ?? "nothing");
  const written = fields.map((field) => `${field} = ${show(readAt(change.before, [field]))}`);
  return new GenesisError({
    code: "replace-prevented",
    subject: address,
    fact: `AWS and the data differ in ${fields.join(", ")}, and Terraform can only replace it`,
    next: `write ${written.join(", ")} into the data, or change it in AWS first; then plan again`,
    details: fields.map((field) => {
      return `${field}: AWS has ${show(readAt(change.before, [field]))}, the data ${show(readAt(change.after, [field]))}`;
    }),
  });
}

/** An account that goes and one that comes with its address are one: the data calls it by another key. */
function explainRename({ type, index, change }: ResourceChange, plan: Plan, state: State): GenesisError | undefined {
  const email = readAt(change.before, ["email"]);
  if (type !== ACCOUNT || typeof index !== "string" || typeof email !== "string") return undefined;
  const made = plan.resource_changes.find(
    (each) =>
      each.type === ACCOUNT &&
      classifyChange(each.change) === "create" &&
      String(readAt(each.change.after, ["email"])).toLowerCase() === email.toLowerCase(),
  );
  const key = made?.index;
  if (typeof key !== "string") return undefined;
  const blocks = listParts(state, String(readAt(change.before, ["id"]))).map(({ address, ...part }) => {
    const segments = String(part.key).split("/");
    segments[part.type === ATTACHMENT ? 1 : 0] = key;
    return `moved {\n  from = ${address}\n  to   = ${formatAddress(part.type, part.name, segments.join("/"))}\n}`;
  });
  return new GenesisError({
    code: "key-renamed",
    subject: `accounts.${index}`,
    fact: `the data calls it ${key} now: both have the e-mail address ${makeInert(email)}`,
    details: makeInert(blocks.join("\n\n")),
  });
}

/** What a state has of an account: itself, its contacts, assignments, and policies that are attached to it. */
export function listParts(state: State, id: string): Instance[] {
  return listInstances(state).filter(({ type, attributes }) => {
    if (type === ACCOUNT) return attributes?.id === id;
    return attributes?.account_id === id || attributes?.target_id === id;
  });
}
