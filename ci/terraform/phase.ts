import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { type Code, DATA_PATH } from "./code.js";
import { parseHcl } from "./parse-hcl.js";
import { ACCOUNT_TO_COME } from "./placeholders.js";
import { findInstanceId, isEmptyState, type State } from "./state.js";

const dedicatedSchema = z.object({ account: z.string(), account_id: z.string() });
const adoptSchema = z.object({ accounts: z.record(z.string(), z.string()) });
/** The account of public images, as the data names it. */
type Dedicated = z.output<typeof dedicatedSchema> & {
  /** The id by which the data adopts it. */
  adopted: string | undefined;
};

export interface Phase {
  /** Addresses; everything where there is none. */
  targets: readonly string[];
  /** Sentences for the summary. */
  notes: readonly string[];
}

const EVERYTHING: Phase = { targets: [], notes: [] };

/**
 * Decides what a plan covers. A bootstrap has two phases, as a provider cannot take a role in an account that is not there: the
 * organization and its accounts, then the rest. Where the data adopts the dedicated account it is there, and one phase does. Throws
 * `account-id-differs`, and `state-empty` where nobody said bootstrap: most often the key or the bucket is another than before, and a plan
 * would create everything again.
 */
export async function choosePhase(code: Code, state: State, bootstrap: boolean): Promise<Phase> {
  if (isEmptyState(state) && !bootstrap) {
    throw new GenesisError({
      code: "state-empty",
      subject: "the state",
      fact: "there is nothing in it, so that a plan would create everything",
    });
  }
  const dedicated = await readDedicated(code);
  if (dedicated === undefined) return EVERYTHING;
  const { account, account_id, adopted } = dedicated;
  const id = findDedicatedId(state, dedicated);
  if (id !== undefined && id !== account_id) {
    throw new GenesisError({
      code: "account-id-differs",
      subject: `${DATA_PATH} public_ecr.account_id`,
      fact: `it is ${account_id}, and the account ${account} has the id ${id}`,
      next: `write ${id} there, then run the same command again`,
    });
  }
  if (id !== undefined || adopted === account_id || !bootstrap) return EVERYTHING;
  return {
    targets: ["aws_organizations_account.this"],
    notes: [
      "Bootstrap, phase 1 of 2: the organization and its accounts. The second plan, once they are there, shows everything else.",
    ],
  };
}

/** The id of the dedicated account once the state has it, where the data still waits for it. */
export async function findAwaitedId(code: Code, state: State): Promise<string | undefined> {
  const dedicated = await readDedicated(code);
  if (dedicated?.account_id !== ACCOUNT_TO_COME) return undefined;
  return findDedicatedId(state, dedicated);
}

function findDedicatedId(state: State, { account }: Dedicated): string | undefined {
  return findInstanceId(state, "aws_organizations_account", "this", account);
}

/** `public_ecr` of the data, or undefined where the data has none: then Terraform says what is missing. */
async function readDedicated(code: Code): Promise<Dedicated | undefined> {
  let found: Dedicated | undefined;
  for (const file of code.files.filter(({ path }) => path.endsWith(".auto.tfvars"))) {
    const { public_ecr, adopt } = await parseHcl(file);
    const dedicated = dedicatedSchema.safeParse(public_ecr).data;
    const accounts = adoptSchema.safeParse(adopt).data?.accounts ?? {};
    if (dedicated !== undefined) found = { ...dedicated, adopted: accounts[dedicated.account] };
  }
  return found;
}
