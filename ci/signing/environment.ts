import type { Digest, RepositoryName } from "../lib/names.js";
import type { Run, Step } from "../lib/step.js";
import type { CredentialSource } from "../registry/auth.js";

/** The tools of the supply chain: pins of images/pins.json, and executables on a machine that runs the tests. */
export type Tool = "cosign" | "syft" | "grype";

/** A registry as the tools reach it, which need not be by the name that people use. */
export interface ToolRegistry {
  /** Host, and for public ECR the alias: what stands before each repository. */
  prefix: string;
  plainHttp: boolean;
  /** Absent where the registry is read by everybody. */
  credentials?: CredentialSource;
}

/** Where the tools' steps run, each in a work folder of its own. `run` throws `tool-unavailable` or `pin-missing`. */
export interface ToolEnvironment {
  registry: ToolRegistry;
  run: Run;
}

/**
 * What logs a step in to the registry: Docker's configuration file with its credentials, which cosign and syft read where DOCKER_CONFIG
 * names its folder. For reading too: public ECR lets those who log in pull more often
 * (https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html).
 */
export async function makeLogin({ prefix, credentials }: ToolRegistry): Promise<Pick<Step, "env" | "secretFiles">> {
  if (credentials === undefined) return {};
  const { username, password } = await credentials();
  const [host = ""] = prefix.split("/");
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const folder = "registry-login";
  return {
    env: { DOCKER_CONFIG: folder },
    secretFiles: { [`${folder}/config.json`]: JSON.stringify({ auths: { [host]: { auth } } }) },
  };
}

/** What is signed and attested (in-toto's word): what a digest names in a repository, an index or a single manifest. */
export interface Subject {
  repository: RepositoryName;
  digest: Digest;
}

/** The subject as a tool takes it: by digest, for a tag may be another image by the time the tool looks. */
export function formatReference({ prefix }: ToolRegistry, { repository, digest }: Subject): string {
  return `${prefix}/${repository}@${digest}`;
}
