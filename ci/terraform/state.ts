import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { readJson } from "../lib/read-json.js";

const stateSchema = z.object({
  version: z.literal(4),
  serial: z.number().int().nonnegative(),
  lineage: z.string(),
  resources: z.array(
    z.object({
      mode: z.enum(["managed", "data"]),
      module: z.string().nullish(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).nullish(),
          deposed: z.string().nullish(),
          status: z.string().nullish(),
          attributes: z
            .object({ id: z.unknown(), account_id: z.unknown(), target_id: z.unknown() })
            .partial()
            .nullish(),
        }),
      ),
    }),
  ),
});

/** What the module reads of a state, as `terraform state pull` prints it. */
export type State = z.output<typeof stateSchema>;

/** Parses a state. An empty text is a state that is not there yet. Throws `state-unreadable`, without a value of it. */
export function parseState(text: string): State {
  if (text.trim() === "") return { version: 4, serial: 0, lineage: "", resources: [] };
  const read = readJson(text);
  const result = stateSchema.safeParse(read.value);
  if (result.success) return result.data;
  throw new GenesisError({
    code: "state-unreadable",
    subject: "the state",
    fact: read.problem ?? "it is not version 4 of Terraform's state format",
  });
}

/** Whether Terraform manages nothing in this state. */
export function isEmptyState(state: State): boolean {
  return !state.resources.some(({ mode, instances }) => mode === "managed" && instances.length > 0);
}

/** The id of `type.name["key"]`, or undefined where the state has no such instance. */
export function findInstanceId(state: State, type: string, name: string, key: string): string | undefined {
  const resource = state.resources.find((each) => each.mode === "managed" && each.type === type && each.name === name);
  const id = resource?.instances.find((instance) => instance.index_key === key)?.attributes?.id;
  return typeof id === "string" ? id : undefined;
}
