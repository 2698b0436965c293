import type { CredentialSource } from "../registry/auth.js";

/** The tools of the supply chain: pins of images/pins.json, and executables on a machine that runs the tests. */
export type Tool = "cosign" | "syft" | "grype";

/** One command of a tool: data, so that tests run the very same argv as the container does. */
export interface ToolStep {
  tool: Tool;
  /** What stands after the tool's name. Paths are relative to the step's own, empty work folder. */
  args: readonly string[];
  /** Environment variables that everybody may see. */
  env?: Readonly<Record<string, string>>;
  /** Environment variables that nobody may see. */
  secrets?: Readonly<Record<string, string>>;
  /** Files of the work folder: name → text. */
  files?: Readonly<Record<string, string>>;
  /** The file that the step writes into its work folder. Not standard output, which stands in the logs. */
  output?: string;
  /** Whether it writes to the registry, and so gets the registry's credentials. Nothing else does. */
  pushes?: boolean;
}

/** What a step came to. */
export interface ToolResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Text of the step's output file; undefined where it names none or wrote none. */
  output: string | undefined;
}

/** A registry as the tools reach it, which need not be by the name that people use. */
export interface ToolRegistry {
  /** Host, and for public ECR the alias: what stands before each repository. */
  prefix: string;
  plainHttp: boolean;
  /** For steps that push. */
  credentials?: CredentialSource;
}

/** Where steps run: pinned containers in the product, processes of this machine in tests. */
export interface ToolEnvironment {
  registry: ToolRegistry;
  /** Runs a step, each time it is called. Resolves whatever the exit code is. Throws `tool-unavailable` or `pin-missing`. */
  run(step: ToolStep): Promise<ToolResult>;
}

/** Where tools find the registry's credentials, in the format of Docker's configuration; below the work folder or the container's root. */
export const LOGIN_FOLDER = "registry-login";

/** Docker's configuration file with the credentials of one registry: cosign reads it where DOCKER_CONFIG names its folder. */
export async function formatLogin({ prefix, credentials }: ToolRegistry): Promise<string | undefined> {
  if (credentials === undefined) return undefined;
  const { username, password } = await credentials();
  const [host = ""] = prefix.split("/");
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [host]: { auth } } });
}
