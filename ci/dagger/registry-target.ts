import type { AwsCredentials } from "../aws/credentials.js";
import type { RegistryClient } from "../registry/client.js";
import { ECR_PUBLIC_HOST, getEcrPublicToken, openEcrPublic } from "../registry/ecr-public.js";
import type { ToolEnvironment } from "../signing/environment.js";
import { defineRegistry, EMBEDDED_PREFIX, openEmbeddedRegistry, REGISTRY_PORT } from "./registry-service.js";
import { openTools, REGISTRY_HOST } from "./tools.js";
import type { Workspace } from "./workspace.js";

/** A registry, for the module's own client and for the tools of the supply chain. */
export interface RegistryTarget {
  registry: RegistryClient;
  tools: ToolEnvironment;
  /** Whether others use it: then nothing is let pass that could not be checked. */
  isPublic: boolean;
}

/** The embedded registry, which the tools reach by another name than people do. */
export async function openEmbeddedTarget(workspace: Workspace): Promise<RegistryTarget> {
  const registry = await openEmbeddedRegistry(workspace.pins);
  const seen = { prefix: `${REGISTRY_HOST}:${REGISTRY_PORT}`, plainHttp: true };
  return { registry, tools: openTools(workspace, seen, defineRegistry(workspace.pins)), isPublic: false };
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
  if (prefix === EMBEDDED_PREFIX) return openEmbeddedTarget(workspace);
  return Promise.resolve(openPublicTarget(workspace, prefix.slice(ECR_PUBLIC_HOST.length + 1)));
}
