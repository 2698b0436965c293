import { type Container, dag } from "@dagger.io/dagger";
import { hashInputs } from "../images/inputs.js";
import { findCurrent, LOCK_PATH, type LockEntry, readPrefix } from "../images/lock.js";
import { selectImages } from "../images/select.js";
import { parseFormat } from "../lib/formats.js";
import { refuseTool } from "../lib/step.js";
import { checkPolicies } from "../terraform/check-policies.js";
import { readCode, UNTESTED_FILES } from "../terraform/code.js";
import { concludeLint, lintCode } from "../terraform/lint.js";
import { runBuildImage } from "./images.js";
import { readLockFiles } from "./lock.js";
import { isLocal, openLocalRegistry } from "./registry-target.js";
import { OWNER, openContainer, WORK_FOLDER } from "./run-step.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** Where Terraform runs. */
export interface Environment {
  /** What tells it from others, and tells people which it is: a reference with a digest, or what it was built from. */
  name: string;
  /** Pulls or builds it. */
  open: () => Promise<Container>;
}

const IMAGE = "terraform";

/**
 * Chooses the container given, else the one that the lock names where its inputs are these, else a build of images/terraform: a deployment from a
 * lock that is not behind asks no registry but the lock's.
 */
export async function chooseEnvironment(workspace: Workspace, given?: Container): Promise<Environment> {
  if (given !== undefined) {
    // A container that is no image as it was pulled has no reference.
    const name = await given.imageRef().catch(() => "the container of --environment");
    return { name, open: async () => given };
  }
  const [image] = await selectImages(await readWorkspaceCatalog(workspace), [IMAGE]);
  if (image === undefined) throw new Error("unreachable: one name selects one image or throws");
  const inputs = await hashInputs(image);
  const { lock } = await readLockFiles(workspace);
  const entry = findCurrent(lock, image.name, inputs, await dag.defaultPlatform());
  if (entry === undefined) {
    const name = `a build of images/${IMAGE}, whose inputs ${inputs.slice(0, 16)} are not what ${LOCK_PATH} names`;
    return { name, open: () => runBuildImage(workspace, IMAGE) };
  }
  const name = `${entry.repository}@${entry.digest}`;
  return { name, open: () => pullLocked(workspace, entry, name) };
}

async function pullLocked(workspace: Workspace, entry: LockEntry, reference: string): Promise<Container> {
  const registryService = isLocal(readPrefix(entry)) ? openLocalRegistry(workspace) : undefined;
  const container = dag.container().from(reference, registryService && { registryService });
  try {
    return await container.sync();
  } catch (cause) {
    const next = "check that the registry answers and has it; --environment takes another container";
    throw refuseTool(IMAGE, `${reference}, which ${LOCK_PATH} names, could not be pulled`, next, { cause });
  }
}

/** A container for Terraform, by default as a deployment chooses it, with `terraform/` in its work folder. Says which it is. */
export async function runTerraform(workspace: Workspace, given?: Environment): Promise<Container> {
  const { name, open } = given ?? (await chooseEnvironment(workspace));
  console.log(`Terraform runs in ${name}.`);
  return (await open())
    .withDirectory(WORK_FOLDER, workspace.source.directory("terraform"), { owner: OWNER })
    .withWorkdir(WORK_FOLDER);
}

/** Lints the Terraform code in the predefined environment: the policy documents first, then every step, whatever the others say. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(await readCode(workspace.root));
  const passed = { name: "policies", exitCode: 0, output: "" };
  const untested = UNTESTED_FILES.map((path) => `${WORK_FOLDER}/${path}`);
  const container = (await runTerraform(workspace)).withoutFiles(untested);
  const run = openContainer(container, { cached: true });
  return concludeLint([passed, ...(await lintCode(run))], parsed);
}
