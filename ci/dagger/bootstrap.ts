import type { Changeset, Directory } from "@dagger.io/dagger";
import { adoptExisting } from "../bootstrap/adoption.js";
import { type BootstrapApi, openBootstrapApi } from "../bootstrap/api.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { readBootstrapData } from "../bootstrap/data.js";
import { requireState } from "../lib/settings.js";
import { type DeployTarget, readCredentials } from "./target.js";
import type { Workspace } from "./workspace.js";

/** `bootstrap`: a checklist; makes the state's bucket where it is missing. Throws `bootstrap-incomplete` with the checklist. */
export async function runBootstrap(workspace: Workspace, target: DeployTarget): Promise<string> {
  const { settings, settingsText, root } = workspace;
  const data = await readBootstrapData(root, { parsed: settings, text: settingsText });
  return use(workspace, target, (api) => bootstrap(api, data, settings));
}

/** `adopt`: data and imports for what exists. Changes nothing in AWS. `git` holds `.git/config`, where there is one. */
export async function runAdopt(workspace: Workspace, target: DeployTarget, git: Directory): Promise<Changeset> {
  const { settings, settingsText, root, source } = workspace;
  await git.export(root);
  return use(workspace, target, async (api) => {
    const { files, report } = await adoptExisting(api, {
      root,
      settings: { parsed: settings, text: settingsText },
      onProgress: (line) => console.log(line),
    });
    console.log(report);
    return files.reduce((folder, { path, text }) => folder.withNewFile(path, text), source).changes(source);
  });
}

async function use<T>(
  { settings }: Workspace,
  target: DeployTarget,
  run: (api: BootstrapApi) => Promise<T>,
): Promise<T> {
  const { region } = requireState(settings);
  const credentials = await readCredentials(target);
  const endpoint = target.emulator && (await (await target.emulator.start()).endpoint({ scheme: "http" }));
  const api = openBootstrapApi({ credentials, region, ...(endpoint && { endpoint }) });
  return run(api).finally(() => api.close());
}
