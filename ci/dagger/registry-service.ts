import { dag, type Service } from "@dagger.io/dagger";
import { type Pins, requirePin } from "../images/pins.js";
import { RegistryClient } from "../registry/client.js";

/** The port inside and, with `dagger call registry up`, outside. */
export const REGISTRY_PORT = 5000;
/** How references name the embedded registry: where `registry up` serves it. */
export const EMBEDDED_PREFIX = `localhost:${REGISTRY_PORT}`;

/** The embedded registry (https://distribution.github.io/distribution/); its data outlive it in a cache volume. */
export function defineRegistry(pins: Pins): Service {
  return dag
    .container()
    .from(requirePin(pins, "image", "registry"))
    .withMountedCache("/var/lib/registry", dag.cacheVolume("genesis-registry"))
    .withEnvVariable("REGISTRY_LOG_LEVEL", "warn")
    .withEnvVariable("REGISTRY_STORAGE_DELETE_ENABLED", "true")
    .withEnvVariable("OTEL_TRACES_EXPORTER", "none")
    .withExposedPort(REGISTRY_PORT)
    .asService({ args: ["registry", "serve", "/etc/distribution/config.yml"] });
}

/** Starts the embedded registry and opens a client of it. */
export async function openEmbeddedRegistry(pins: Pins): Promise<RegistryClient> {
  const service = await defineRegistry(pins).start();
  return new RegistryClient({ url: await service.endpoint({ scheme: "http" }), prefix: EMBEDDED_PREFIX });
}
