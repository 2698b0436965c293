import type { Changeset } from "@dagger.io/dagger";
import { adoptExisting, type LookOptions } from "../bootstrap/adoption.js";
import { type BootstrapApi, openBootstrapApi } from "../bootstrap/api.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { openRepository, type Repository } from "../bootstrap/repository.js";
import { type DeployTarget, readCredentials } from "./target.js";
import type { Workspace } from "./workspace.js";

const GITHUB_API = "https://api.github.com";

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

async function use<T>(
  { settings, settingsText, root }: Workspace,
  target: DeployTarget,
  run: (api: BootstrapApi, repository: Repository, options: Omit<LookOptions, "members">) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(root, { parsed: settings, text: settingsText });
  const credentials = await readCredentials(target);
  const endpoint = target.emulator && (await (await target.emulator.start()).endpoint({ scheme: "http" }));
  const api = openBootstrapApi({ credentials, region: repository.state.region, ...(endpoint && { endpoint }) });
  // An emulated organization has a repository that GitHub does not know.
  const githubUrl = target.emulator === undefined ? GITHUB_API : undefined;
  return run(api, repository, { onProgress: (line) => console.log(line), githubUrl }).finally(() => api.close());
}
