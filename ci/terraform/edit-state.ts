import { GenesisError } from "../lib/errors.js";
import { hashBytes } from "../lib/hash.js";
import { makeInert } from "../lib/inert.js";
import { findNearest } from "../lib/nearest.js";
import type { Run, Step } from "../lib/step.js";
import { type Instance, listInstances } from "./address.js";
import { DATA_PATH } from "./code.js";
import { hasEntry } from "./data-entries.js";
import type { Deployment } from "./deployment.js";
import { explainFailure } from "./failures.js";
import { listParts } from "./half-done.js";
import { openState, pullState, refuseKept } from "./make-plan.js";
import { ACCOUNT, OIDC_PROVIDER, ORGANIZATION } from "./resource-types.js";
import type { State } from "./state.js";
import { makeForgetStep, makeUntaintStep } from "./steps.js";
import { readVariables } from "./variables.js";

/** An edit of the state that a person asks for. */
export interface StateEdit {
  kind: "untaint" | "forget";
  address: string;
  /** What the same edit printed before; without it nothing is done. */
  expect: string | undefined;
}

/** What an edit comes to: Terraform's command, and what a person should know first. */
interface PlannedEdit {
  step: Step;
  lines: readonly string[];
}

/** What everything else rests on; nothing is won where Terraform does not know it any more. */
const KEPT: readonly string[] = [OIDC_PROVIDER, ORGANIZATION, "aws_s3_bucket"];

/**
 * Says what an edit of the state would do, or does it where `expect` is what was said of the same edit of the same state. Nothing changes in
 * AWS. Throws `address-unknown`, `state-edit-refused`, `approval-stale`, and what opening the state throws; nothing was changed then.
 */
export async function editState(
  run: Run,
  deployment: Deployment,
  { kind, address, expect }: StateEdit,
): Promise<string> {
  await openState(run, deployment);
  await refuseKept(run);
  const state = await pullState(run);
  const instance = await findInstance(state, address);
  const { step, lines } = kind === "untaint" ? planUntaint(instance) : await planForget(instance, state, deployment);
  const approval = hashBytes(JSON.stringify([step.argv, state.lineage, state.serial])).slice(0, 16);
  if (expect === undefined) {
    const next = `Nothing was changed. To do this and nothing else, run the same command with --expect=${approval}`;
    return `${[...lines.map(makeInert), next].join("\n")}\n`;
  }
  if (expect !== approval) {
    const fact = "it was shown for another edit, or the state has changed since";
    throw new GenesisError({ code: "approval-stale", subject: `tf-${kind} of ${address}`, fact });
  }
  const result = await run(step);
  const subject = `terraform ${step.argv.slice(1, kind === "untaint" ? 2 : 3).join(" ")}`;
  if (result.exitCode !== 0) throw explainFailure(result, { code: "state-edit-refused", subject });
  return `${makeInert(result.stdout).trim()}\nNext: run dagger call tf-plan -o plan, which shows what is left to do.\n`;
}

async function findInstance(state: State, address: string): Promise<Instance> {
  const instances = listInstances(state);
  const found = instances.find((each) => each.address === address);
  if (found !== undefined) return found;
  const addresses = instances.map((each) => each.address);
  const nearest = await findNearest(address, addresses);
  throw new GenesisError({
    code: "address-unknown",
    subject: address,
    fact: `the state has nothing of this address${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
  });
}

function planUntaint({ address, status, attributes }: Instance): PlannedEdit {
  if (status !== "tainted") {
    throw refuseEdit(address, "it is not tainted", "run dagger call tf-plan");
  }
  const lines = [
    `${address} (${String(attributes?.id)}) was created only in part, and Terraform would replace it.`,
    "Once untainted it stays, and the next plan changes in place what is left to do.",
  ];
  return { step: makeUntaintStep(address), lines };
}

/** With an account goes all that it has: what is left would be deleted by the next apply, which AWS refuses in a closed account. */
async function planForget(instance: Instance, state: State, { code }: Deployment): Promise<PlannedEdit> {
  const { address, type, key, attributes } = instance;
  if (KEPT.includes(type)) {
    throw refuseEdit(address, "everything else depends on it, so it stays in the state", "leave it as it is");
  }
  const entry = hasEntry(await readVariables(code), type, String(key));
  if (entry) {
    const fact = "the data still has it, so the next plan would create it again";
    throw refuseEdit(address, fact, `take it out of ${DATA_PATH}, then run the same command again`);
  }
  const id = String(attributes?.id);
  const parts = type === ACCOUNT ? listParts(state, id).filter((part) => part.address !== address) : [];
  const addresses = [address, ...parts.map((part) => part.address)];
  const lines = [`Terraform forgets ${address} (${id}). It stays in AWS as it is, and is no longer managed.`];
  if (entry === undefined) lines.push("Where the code still has it, the next plan wants to create it again.");
  if (parts.length > 0) {
    lines.push("Also removed from the state, and left in AWS; assignments keep giving access:");
    lines.push(...addresses.slice(1).map((each) => `- ${each}`));
  }
  return { step: makeForgetStep(addresses), lines };
}

function refuseEdit(address: string, fact: string, next: string): GenesisError {
  return new GenesisError({ code: "state-edit-refused", subject: address, fact, next });
}
