/** Where `npm run schema` writes it. */
export const SCHEMA_PATH = "dev/test/terraform/provider-schema.json";

/** What the provider says of a type or of a block in one; blocks stand among the required or optional too. */
export interface BlockSchema {
  required: string[];
  optional: string[];
  /** Attributes that only AWS sets. */
  computed: string[];
  blocks: Record<string, BlockSchema>;
  deprecated?: string[];
}

/** The part of the provider's schema that terraform/ uses. */
export interface ProviderSchema {
  /** The packages that it was read from, and npm's integrity of each. */
  packages: Record<string, string>;
  /** Two versions of the provider that agree in all of it; the locked one is neither older nor newer. */
  between: [string, string];
  types: Record<string, BlockSchema>;
}
