import type { Changeset } from "@dagger.io/dagger";
import { adoptExisting } from "../bootstrap/adoption.js";
import { type BootstrapApi, openBootstrapApi } from "../bootstrap/api.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { type BootstrapData, readBootstrapData } from "../bootstrap/data.js";
import { DATA_PATH } from "../terraform/code.js";
import { type DeployTarget, readCredentials } from "./target.js";
import type { Workspace } from "./workspace.js";

/** `bootstrap`: a checklist; makes the state's bucket where it is missing. Throws `bootstrap-incomplete` with the checklist. */
export function runBootstrap(workspace: Workspace, target: DeployTarget): Promise<string> {
  return use(workspace, target, (api, data) => bootstrap(api, data, workspace.settings));
}

/** `adopt`: the data with the ids of what exists. Changes nothing in AWS. */
export function runAdopt(workspace: Workspace, target: DeployTarget): Promise<Changeset> {
  return use(workspace, target, async (api, data) => {
    const { text, adoption } = await adoptExisting(api, data);
    for (const change of adoption.changes) console.log(change);
    return workspace.source.withNewFile(DATA_PATH, text).changes(workspace.source);
  });
}

async function use<T>(
  workspace: Workspace,
  target: DeployTarget,
  run: (api: BootstrapApi, data: BootstrapData) => Promise<T>,
): Promise<T> {
  const { settings, settingsText, root } = workspace;
  const data = await readBootstrapData(root, { parsed: settings, text: settingsText });
  const credentials = await readCredentials(target);
  const endpoint = target.emulator && (await (await target.emulator.start()).endpoint({ scheme: "http" }));
  const api = await openBootstrapApi({ credentials, region: data.state.region, ...(endpoint && { endpoint }) });
  return run(api, data).finally(() => api.close());
}
