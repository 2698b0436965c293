import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { Step } from "../lib/step.js";
import { formatReference, makeLogin, type Subject, type ToolEnvironment, type ToolRegistry } from "./environment.js";
import { summarize } from "./failures.js";

/** The SBOM in a step's work folder. */
export const SBOM_FILE = "sbom.json";

/** Lists what is in one platform's image: https://github.com/anchore/syft/wiki/output-formats */
async function makeSbomStep(registry: ToolRegistry, place: string): Promise<Step> {
  const { env, ...login } = await makeLogin(registry);
  return {
    argv: [
      // Packages, and not each of their files.
      ...["syft", "scan", `registry:${place}`, "--select-catalogers=-file"],
      ...["--output", `cyclonedx-json=${SBOM_FILE}`],
    ],
    env: {
      SYFT_CHECK_FOR_APP_UPDATE: "false",
      NO_COLOR: "1",
      ...(registry.plainHttp && { SYFT_REGISTRY_INSECURE_USE_HTTP: "true" }),
      ...env,
    },
    ...login,
    output: SBOM_FILE,
  };
}

/** https://cyclonedx.org/docs/1.6/json/ */
const sbomSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  metadata: z.object({ component: z.object({ type: z.literal("container") }) }),
  components: z.array(z.object({ name: z.string(), version: z.string().optional() })).default([]),
});

/** The SBOM of one platform's image, as CycloneDX JSON. Throws `sbom-failed`, `tool-unavailable` or `pin-missing`. */
export async function makeSbom(environment: ToolEnvironment, subject: Subject): Promise<string> {
  const place = formatReference(environment.registry, subject);
  const result = await environment.run(await makeSbomStep(environment.registry, place));
  if (result.exitCode !== 0) throw refuseSbom(place, `syft ended with ${result.exitCode}: ${summarize(result)}`);
  try {
    sbomSchema.parse(JSON.parse(result.stdout));
  } catch (cause) {
    throw refuseSbom(place, "syft wrote something that is no CycloneDX document of a container", { cause });
  }
  return result.stdout;
}

function refuseSbom(subject: string, fact: string, options?: ErrorOptions): GenesisError {
  return new GenesisError({ code: "sbom-failed", subject, fact }, options);
}
