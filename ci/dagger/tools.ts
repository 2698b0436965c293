import { CacheSharingMode, type Container, dag, type Service } from "@dagger.io/dagger";
import { requirePin } from "../images/pins.js";
import { refuseTool } from "../lib/step.js";
import type { Tool, ToolEnvironment, ToolRegistry } from "../signing/environment.js";
import { OWNER, openContainer, WORK_FOLDER } from "./run-step.js";
import type { Workspace } from "./workspace.js";

const DATABASE = "/database";
/** The host by which tools reach the embedded registry. */
export const REGISTRY_HOST = "registry";

/** Opens the environment of the supply chain's tools: each step in a container of its own, of its tool's pinned image. */
export function openTools(workspace: Workspace, registry: ToolRegistry, service: Service | undefined): ToolEnvironment {
  const opened = new Map<string, Promise<Container>>();
  const open = (tool: string): Promise<Container> => {
    const container = opened.get(tool) ?? pullTool(workspace, tool as Tool, service);
    opened.set(tool, container);
    return container;
  };
  return {
    registry,
    run: async (step) => openContainer(await open(step.argv[0] ?? ""), { entrypoint: true })(step),
  };
}

async function pullTool({ pins }: Workspace, tool: Tool, service: Service | undefined): Promise<Container> {
  const image = requirePin(pins, "image", tool);
  // Without its search bit a new folder is of no use to anybody but root.
  const permissions = 0o755;
  const folders = dag.directory().withNewDirectory("home", { permissions }).withNewDirectory("tmp", { permissions });
  let container = dag
    .container()
    .from(image)
    .withUser(OWNER)
    .withDirectory(WORK_FOLDER, folders, { owner: OWNER })
    .withEnvVariable("HOME", `${WORK_FOLDER}/home`)
    .withEnvVariable("TMPDIR", `${WORK_FOLDER}/tmp`);
  if (tool === "grype") {
    // One at a time: each of them may fetch a newer database.
    const volume = dag.cacheVolume("genesis-vulnerabilities");
    container = container
      .withMountedCache(DATABASE, volume, { owner: OWNER, sharing: CacheSharingMode.Locked })
      .withEnvVariable("GRYPE_DB_CACHE_DIR", DATABASE);
  }
  try {
    await container.sync();
  } catch (cause) {
    const next = `check that the pin ${tool} of images/pins.json can be pulled, or name one of a mirror by --pins`;
    throw refuseTool(tool, `the image ${image} could not be pulled`, next, { cause });
  }
  return service === undefined ? container : container.withServiceBinding(REGISTRY_HOST, service);
}
