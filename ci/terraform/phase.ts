import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { type Code, DATA_PATH, IMPORTS_FILE } from "./code.js";
import { listBlocks, parseHcl } from "./parse-hcl.js";
import { ACCOUNT_TO_COME } from "./placeholders.js";
import { ACCOUNT } from "./resource-types.js";
import { findInstanceId, isEmptyState, type State } from "./state.js";
import { readVariables } from "./variables.js";

const dedicatedSchema = z.object({ account: z.string(), account_id: z.string() });
/** The account of public images, as the data names it. */
type Dedicated = z.output<typeof dedicatedSchema>;

export interface Phase {
  /** Addresses; everything where there is none. */
  targets: readonly string[];
  /** Sentences for the summary. */
  notes: readonly string[];
}

const EVERYTHING: Phase = { targets: [], notes: [] };

/**
 * Decides what a plan covers. A bootstrap has two phases, as a provider cannot take a role in an account that is not there: the
 * organization and its accounts, then the rest. Where imports.tf has the dedicated account it is there, and one phase does. Throws
 * `account-id-differs`, and `state-empty` where nobody said bootstrap: most often the key or the bucket is another than before, and a plan
 * would create everything again.
 */
export async function choosePhase(code: Code, state: State, bootstrap: boolean): Promise<Phase> {
  if (isEmptyState(state) && !bootstrap) {
    throw new GenesisError({
      code: "state-empty",
      subject: "the state",
      fact: "it is empty, so a plan would create everything",
    });
  }
  const dedicated = await readDedicated(code);
  if (dedicated === undefined) return EVERYTHING;
  const { account, account_id } = dedicated;
  const id = findDedicatedId(state, dedicated);
  if (id !== undefined && id !== account_id) {
    throw new GenesisError({
      code: "account-id-differs",
      subject: `${DATA_PATH} public_ecr.account_id`,
      fact: `it is ${account_id}, and the account ${account} has the id ${id}`,
      next: `write ${id} there, then run the same command again`,
    });
  }
  if (id !== undefined || !bootstrap || (await isImported(code, dedicated))) return EVERYTHING;
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
  return findInstanceId(state, ACCOUNT, "this", account);
}

/** `public_ecr` of the data, or undefined where the data has none: then Terraform says what is missing. */
async function readDedicated(code: Code): Promise<Dedicated | undefined> {
  return dedicatedSchema.safeParse((await readVariables(code)).public_ecr).data;
}

/** Whether the account is imported by the id that the data has. */
async function isImported({ files }: Code, { account, account_id }: Dedicated): Promise<boolean> {
  for (const file of files.filter(({ path }) => path === IMPORTS_FILE)) {
    const blocks = listBlocks(await parseHcl(file), "import", 0);
    const to = `\${aws_organizations_account.this[${JSON.stringify(account)}]}`;
    if (blocks.some(({ body }) => body.to === to && body.id === account_id)) return true;
  }
  return false;
}
