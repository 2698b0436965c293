import { GenesisError } from "../lib/errors.js";

/** How many calls of one kind are under way at once: AWS counts them for the whole account. */
const CALLS_MAX = 10;
/** How many accounts an error lists. */
const SHOWN_MAX = 20;

/** Reads something of each item, ten at once, and keeps their order. */
export async function readEach<Item, Read>(
  items: Iterable<Item>,
  read: (item: Item) => Promise<Read>,
): Promise<Read[]> {
  const { default: pMap } = await import("p-map");
  return pMap(items, read, { concurrency: CALLS_MAX });
}

/** A question that is put to many accounts, and what came of those that gave no answer. */
export interface Question {
  /** The answer for an account; undefined where there is none. */
  ask<Answer>(account: string, read: () => Promise<Answer>): Promise<Answer | undefined>;
  /** One error for all accounts that were asked in vain, which it lists; undefined where there are none. */
  readonly error: GenesisError | undefined;
}

/** What is denied in one account may be allowed in the next; any other failure ends the question for all that are still to be asked. */
export function openQuestion(): Question {
  const failed: { account: string; error: GenesisError }[] = [];
  let ended = false;
  return {
    ask: async (account, read) => {
      if (ended) return undefined;
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof GenesisError)) throw error;
        failed.push({ account, error });
        ended ||= error.code !== "aws-forbidden";
        return undefined;
      }
    },
    get error() {
      // What ended the question matters more than what was denied before it.
      const first = failed.find(({ error }) => error.code !== "aws-forbidden") ?? failed[0];
      if (first === undefined) return undefined;
      const accounts = failed.map(({ account }) => account).sort();
      const more = accounts.length > SHOWN_MAX ? ` and ${accounts.length - SHOWN_MAX} more` : "";
      const rest = ended ? "; after that no other was asked" : "";
      const details = `accounts: ${accounts.slice(0, SHOWN_MAX).join(", ")}${more}${rest}`;
      return new GenesisError({ ...first.error.parts, details });
    },
  };
}
