import type { Secret } from "@dagger.io/dagger";
import { parseAwsCredentials } from "../aws/credentials.js";
import { hashInputs } from "../images/inputs.js";
import { readPrefix, readRepository } from "../images/lock.js";
import { parseFormat } from "../lib/formats.js";
import { concludePrune, type PruneTarget, pruneRepositories } from "../prune/prune.js";
import { formatPruned } from "../prune/report.js";
import { openEcrPublicInventory } from "../registry/ecr-public-inventory.js";
import { openDistributionInventory } from "../registry/inventory.js";
import type { PruneArguments } from "./interface.js";
import { readLockFiles } from "./lock.js";
import { openTarget } from "./publish.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** `prune`: what nothing keeps, in the registry that a publish would write to. */
export async function runPrune(workspace: Workspace, aws: Secret | undefined, args: PruneArguments): Promise<string> {
  const format = parseFormat(args.format);
  const target = await openTarget(workspace, aws);
  const { registry } = target;
  const inventory =
    aws === undefined
      ? openDistributionInventory(registry)
      : openEcrPublicInventory(registry, parseAwsCredentials(await aws.plaintext(), Date.now()));
  const targets = await listTargets(workspace, registry.prefix);
  const { olderThanDays, remove } = args;
  const options = { registry, inventory, olderThanDays, remove, now: new Date() };
  const { pruned, errors } = await pruneRepositories(targets, options);
  return concludePrune(formatPruned(pruned, target.sentence, format), errors);
}

/** Repositories of the catalogue, and of what the lock still names; others are nobody's business here. */
async function listTargets(workspace: Workspace, prefix: string): Promise<PruneTarget[]> {
  const images = await readWorkspaceCatalog(workspace);
  const { lock } = await readLockFiles(workspace);
  const entries = [...lock.values()].filter((entry) => readPrefix(entry) === prefix);
  const repositories = new Set([...images.map((image) => image.repository), ...entries.map(readRepository)]);
  return Promise.all(
    [...repositories].map(async (repository) => {
      const image = images.find((each) => each.repository === repository);
      const locked = entries.filter((entry) => readRepository(entry) === repository).map(({ digest }) => digest);
      return { repository, locked: new Set(locked), inputs: image && (await hashInputs(image)) };
    }),
  );
}
