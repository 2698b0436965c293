import type { Changeset } from "@dagger.io/dagger";
import { adoptExisting } from "../bootstrap/adoption.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { manageRootCredentials } from "../bootstrap/root-credentials.js";
import { takeInventory } from "../bootstrap/take-inventory.js";
import { useRepository } from "../bootstrap/use-repository.js";
import type { Inventory } from "../terraform/inventory.js";
import { type DeployTarget, readCredentials } from "./target.js";
import type { Workspace } from "./workspace.js";

/** `bootstrap`: a checklist; makes the state's bucket where it is missing. Throws `bootstrap-incomplete` with the checklist. */
export function runBootstrap(workspace: Workspace, target: DeployTarget): Promise<string> {
  return use(workspace, target, bootstrap);
}

/** `adopt`: the data, imports and documents of what exists. Changes nothing in AWS. */
export function runAdopt(workspace: Workspace, target: DeployTarget, named: string | undefined): Promise<Changeset> {
  return use(workspace, target, async (api, repository, options) => {
    const { files, report } = await adoptExisting(api, repository, { ...options, ...(named && { repository: named }) });
    console.log(report);
    let edited = workspace.source;
    for (const { path, text } of files) edited = edited.withNewFile(path, text);
    return edited.changes(workspace.source);
  });
}

/** What AWS has and the data does not, for `tf-drift` and `tf-plan --inventory`. */
export function runInventory(workspace: Workspace, target: DeployTarget, readOnly: boolean): Promise<Inventory> {
  return use(workspace, target, (api, repository, { onProgress }) =>
    takeInventory(api, repository, { onProgress, readOnly, now: new Date() }),
  );
}

/** `root-credentials`: who has some, or what was removed. */
export function runRootCredentials(
  workspace: Workspace,
  target: DeployTarget,
  remove: readonly string[],
): Promise<string> {
  return use(workspace, target, (api, repository, { onProgress }) =>
    manageRootCredentials(api, repository, { remove, onProgress }),
  );
}

async function use<T>(
  { settings, settingsText, root }: Workspace,
  target: DeployTarget,
  run: Parameters<typeof useRepository<T>>[3],
): Promise<T> {
  const credentials = await readCredentials(target);
  const endpoint = target.emulator && (await (await target.emulator.start()).endpoint({ scheme: "http" }));
  const options = { credentials, endpoint, onProgress: (line: string) => console.log(line) };
  return useRepository(root, { parsed: settings, text: settingsText }, options, run);
}
