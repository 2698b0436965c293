import { dag, type Service } from "@dagger.io/dagger";
import type { AwsCredentials } from "../aws/credentials.js";
import { type Pins, requirePin } from "../images/pins.js";
import { RegistryClient } from "../registry/client.js";
import { ECR_PUBLIC_HOST, getEcrPublicToken, openEcrPublic } from "../registry/ecr-public.js";
import type { ToolEnvironment } from "../signing/environment.js";
import { openTools, REGISTRY_HOST } from "./tools.js";
import type { Workspace } from "./workspace.js";

/** The port inside and, with `dagger call registry up`, outside. */
const REGISTRY_PORT = 5000;
/** The registry of --registry, else the embedded one. */
export function openLocalRegistry({ registry, pins }: Workspace): Service {
  return registry ?? defineRegistry(pins);
}

/** Whether a prefix is that of a registry of this machine: how references name the embedded one, where `registry up` serves it. */
export function isLocal(prefix: string): boolean {
  return prefix.startsWith("localhost:");
}

/** The embedded registry (https://distribution.github.io/distribution/); its data outlive it in a cache volume. */
function defineRegistry(pins: Pins): Service {
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

/** Starts the registry of this machine and opens a client of it. References name it by localhost and its port. */
export async function openLocalClient(workspace: Workspace): Promise<RegistryClient> {
  const url = await (await openLocalRegistry(workspace).start()).endpoint({ scheme: "http" });
  return new RegistryClient({ url, prefix: `localhost:${new URL(url).port}` });
}

/** A registry, for the module's own client and for the tools of the supply chain. */
export interface RegistryTarget {
  registry: RegistryClient;
  tools: ToolEnvironment;
  /** Whether others use it: then nothing is let pass that could not be checked. */
  isPublic: boolean;
}

/** The registry of this machine, which the tools reach by another name than people do. */
export async function openLocalTarget(workspace: Workspace): Promise<RegistryTarget> {
  const registry = await openLocalClient(workspace);
  const seen = { prefix: registry.prefix.replace("localhost", REGISTRY_HOST), plainHttp: true };
  return { registry, tools: openTools(workspace, seen, openLocalRegistry(workspace)), isPublic: false };
}

/** Public ECR under an alias; reading needs no credentials. */
export function openPublicTarget(workspace: Workspace, alias: string, credentials?: AwsCredentials): RegistryTarget {
  const registry = openEcrPublic(alias, credentials);
  const login = credentials && { credentials: () => getEcrPublicToken(credentials) };
  const tools = openTools(workspace, { prefix: registry.prefix, plainHttp: false, ...login }, undefined);
  return { registry, tools, isPublic: true };
}

/** The registry that an entry of the lock names. */
export function openPrefix(workspace: Workspace, prefix: string): Promise<RegistryTarget> {
  if (isLocal(prefix)) return openLocalTarget(workspace);
  return Promise.resolve(openPublicTarget(workspace, prefix.slice(ECR_PUBLIC_HOST.length + 1)));
}
