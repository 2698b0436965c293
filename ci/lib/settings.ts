import { z } from "zod";
import { parseJsonWith } from "./json.js";

/** Where the settings stand in the repository. */
export const SETTINGS_PATH = "genesis.json";

/** Public ECR aliases, default (`a1b2c3d4`) and custom: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-settings.html */
const ALIAS = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const settingsSchema = z.strictObject({
  /** The repository's URL, for `org.opencontainers.image.source`. */
  source: z.url({ protocol: /^https$/, error: "expected an https URL" }),
  registry: z.strictObject({
    /** The alias in `public.ecr.aws/<alias>`; null until the account has one. */
    alias: z.string().min(2).max(50).regex(ALIAS, "expected a public ECR alias").nullable(),
  }),
});

/** genesis.json: what is not secret and not code. */
export type Settings = z.output<typeof settingsSchema>;

/** Parses genesis.json. Throws `json-invalid` or `field-invalid`. */
export function parseSettings(text: string): Settings {
  return parseJsonWith(text, SETTINGS_PATH, settingsSchema);
}
