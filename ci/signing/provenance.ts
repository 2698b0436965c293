import { z } from "zod";
import type { Platform, Revision } from "../lib/names.js";

export interface ProvenanceInput {
  image: string;
  platforms: readonly Platform[];
  /** The input hash. */
  inputs: string;
  /** Above 1 where the same inputs were built anew. */
  generation: number;
  /** Dockerfile arguments: the pins that the build read. */
  args: Readonly<Record<string, string>>;
  revision?: Revision;
  /** URL of the repository. */
  source: string;
  /** Who ran the build: the identity that signs, or the source where a key does. */
  builder: string;
}

/** Where the parameters are explained, below the repository's URL. */
const BUILD_TYPE = "docs/runbooks/verify-an-image.md";

/**
 * SLSA provenance (https://slsa.dev/spec/v1.0/provenance): what was built, of what, and by whom. It says nothing that changes
 * from one run to the next, so two builds of the same inputs say the same.
 */
export function formatProvenance(input: ProvenanceInput): string {
  const { image, platforms, inputs, generation, args, revision, source, builder } = input;
  return JSON.stringify({
    buildDefinition: {
      buildType: `${source}/blob/main/${BUILD_TYPE}`,
      externalParameters: { source, image, platforms, ...(revision && { revision }) },
      internalParameters: { inputs, generation },
      resolvedDependencies: [
        ...(revision === undefined ? [] : [{ uri: `git+${source}`, digest: { gitCommit: revision } }]),
        ...Object.values(args).map(describeDependency),
      ],
    },
    runDetails: { builder: { id: builder } },
  });
}

/** A pin as a resource descriptor: an image by its digest, an archive by its dated URL. */
function describeDependency(value: string): { uri: string; digest?: { sha256: string } } {
  const [name, sha256] = value.split("@sha256:");
  return sha256 === undefined ? { uri: value } : { uri: `docker://${name}`, digest: { sha256 } };
}

/** The part of a provenance that a verification reads. */
export const provenanceSchema = z.object({
  buildDefinition: z.object({
    externalParameters: z.object({ source: z.string(), image: z.string(), revision: z.string().optional() }),
    internalParameters: z.object({ inputs: z.string() }),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/** What a verified provenance says. */
export type Provenance = z.output<typeof provenanceSchema>;
