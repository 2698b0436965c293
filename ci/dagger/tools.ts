import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CacheSharingMode, type Container, dag, ReturnType, type Service } from "@dagger.io/dagger";
import { requirePin } from "../images/pins.js";
import {
  formatLogin,
  LOGIN_FOLDER,
  type Tool,
  type ToolEnvironment,
  type ToolRegistry,
  type ToolResult,
  type ToolStep,
} from "../signing/environment.js";
import { refuseTool } from "../signing/failures.js";
import type { Workspace } from "./workspace.js";

/** Nobody in particular: the tools need no rights, and their images know different users. */
const OWNER = "65532:65532";
const WORK = "/work";
const DATABASE = "/database";
/** The host by which tools reach the embedded registry. */
export const REGISTRY_HOST = "registry";

/** Opens the environment of the supply chain's tools: each step in a container of its pinned image, each time and once. */
export function openTools(workspace: Workspace, registry: ToolRegistry, service: Service | undefined): ToolEnvironment {
  const opened = new Map<Tool, Promise<Container>>();
  const open = (tool: Tool): Promise<Container> => {
    const container = opened.get(tool) ?? pullTool(workspace, tool);
    opened.set(tool, container);
    return container;
  };
  return {
    registry,
    run: async (step) => {
      const pulled = await open(step.tool);
      const base = service === undefined ? pulled : pulled.withServiceBinding(REGISTRY_HOST, service);
      return readResult(step, await withStep(base, step, registry));
    },
  };
}

async function pullTool({ pins }: Workspace, tool: Tool): Promise<Container> {
  const image = requirePin(pins, "image", tool);
  // Without its search bit a new folder is of no use to anybody but root.
  const permissions = 0o755;
  const folders = dag.directory().withNewDirectory("home", { permissions }).withNewDirectory("tmp", { permissions });
  try {
    return await dag
      .container()
      .from(image)
      .withUser(OWNER)
      .withDirectory(WORK, folders, { owner: OWNER })
      .withWorkdir(WORK)
      .withEnvVariable("HOME", `${WORK}/home`)
      .withEnvVariable("TMPDIR", `${WORK}/tmp`)
      .sync();
  } catch (cause) {
    throw refuseTool(tool, `the image ${image} could not be pulled`, { cause });
  }
}

async function withStep(base: Container, step: ToolStep, registry: ToolRegistry): Promise<Container> {
  let container = base;
  if (step.files !== undefined)
    container = container.withDirectory(WORK, await writeFiles(step.files), { owner: OWNER });
  for (const [name, value] of Object.entries(step.env ?? {})) container = container.withEnvVariable(name, value);
  for (const [name, value] of Object.entries(step.secrets ?? {})) {
    container = container.withSecretVariable(name, makeSecret(value));
  }
  const login = step.pushes ? await formatLogin(registry) : undefined;
  if (login !== undefined) {
    const folder = `${WORK}/${LOGIN_FOLDER}`;
    container = container
      .withMountedSecret(`${folder}/config.json`, makeSecret(login), { owner: OWNER, mode: 0o400 })
      .withEnvVariable("DOCKER_CONFIG", folder);
  }
  if (step.tool === "grype") {
    // One at a time: each of them may fetch a newer database.
    const volume = dag.cacheVolume("genesis-vulnerabilities");
    container = container
      .withMountedCache(DATABASE, volume, { owner: OWNER, sharing: CacheSharingMode.Locked })
      .withEnvVariable("GRYPE_DB_CACHE_DIR", DATABASE);
  }
  return container
    .withEnvVariable("GENESIS_RUN", randomUUID())
    .withExec([...step.args], { useEntrypoint: true, expect: ReturnType.Any });
}

/** A name of its own: two sessions of one engine must not read each other's. */
function makeSecret(value: string) {
  return dag.setSecret(`genesis-${randomUUID()}`, value);
}

/** Not by withNewFile: its argument, a whole SBOM, would stand in the logs. */
async function writeFiles(files: Readonly<Record<string, string>>) {
  const folder = `tool-${randomUUID()}`;
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return dag.currentModule().workdir(folder);
}

async function readResult(step: ToolStep, container: Container): Promise<ToolResult> {
  const exitCode = await container.exitCode();
  const written = exitCode === 0 && step.output !== undefined;
  return {
    exitCode,
    stdout: await container.stdout(),
    stderr: await container.stderr(),
    output: written ? await container.file(`${WORK}/${step.output}`).contents() : undefined,
  };
}
