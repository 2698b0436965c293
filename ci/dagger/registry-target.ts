import { dag, type Service } from "@dagger.io/dagger";
import { type AwsCredentials, parseAwsCredentials } from "../aws/credentials.js";
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

/**
 * Runs the registry without what it logs of a good day: it calls it an error that a tag or a blob which is about to be pushed is not there
 * yet, and knows no level between. The script is constant: nothing is put into it.
 */
const SERVE = `registry serve /etc/distribution/config.yml 2>&1 | while read -r line; do
  case $line in *'="manifest unknown"'*|*'="blob unknown"'*|*'="name unknown"'*) ;; *) echo "$line" ;; esac
done`;

/** The embedded registry (https://distribution.github.io/distribution/); its data outlive it in a cache volume. */
function defineRegistry(pins: Pins): Service {
  return (
    dag
      .container()
      .from(requirePin(pins, "image", "registry"))
      .withMountedCache("/var/lib/registry", dag.cacheVolume("genesis-registry"))
      .withEnvVariable("REGISTRY_LOG_LEVEL", "warn")
      .withEnvVariable("REGISTRY_LOG_ACCESSLOG_DISABLED", "true")
      // Without one it warns; it signs the state of uploads, which nobody but this engine sees.
      .withEnvVariable("REGISTRY_HTTP_SECRET", "genesis")
      .withEnvVariable("REGISTRY_STORAGE_DELETE_ENABLED", "true")
      .withEnvVariable("OTEL_TRACES_EXPORTER", "none")
      .withExposedPort(REGISTRY_PORT)
      .asService({ args: ["sh", "-c", SERVE] })
  );
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

/** Public ECR under an alias, to read: with the call's credentials where there are some. Throws `credentials-expired`. */
export async function openReadTarget(workspace: Workspace, alias: string): Promise<RegistryTarget> {
  const text = await workspace.reader?.plaintext();
  return openPublicTarget(workspace, alias, text === undefined ? undefined : parseAwsCredentials(text, Date.now()));
}

/** The registry that an entry of the lock names. */
export function openPrefix(workspace: Workspace, prefix: string): Promise<RegistryTarget> {
  if (isLocal(prefix)) return openLocalTarget(workspace);
  return openReadTarget(workspace, prefix.slice(ECR_PUBLIC_HOST.length + 1));
}
