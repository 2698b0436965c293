import type { AwsCredentials } from "../aws/credentials.js";
import type { SettingsFile } from "../lib/settings.js";
import type { LookOptions } from "./adoption.js";
import { type BootstrapApi, openBootstrapApi } from "./api.js";
import { openRepository, type Repository } from "./repository.js";

const GITHUB_API = "https://api.github.com";

/** As whom AWS is called, and where; whom `adopt` asks for ids. */
export interface UseOptions extends Partial<Omit<LookOptions, "members">> {
  credentials: AwsCredentials;
  /** Replaces AWS's own endpoints, for an emulator. An emulated organization has a repository that GitHub does not know. */
  endpoint?: string | undefined;
}

/** Runs `bootstrap` or `adopt` on the repository at `root`. Throws what `openRepository` throws, before AWS is called. */
export async function useRepository<T>(
  root: string,
  settings: SettingsFile,
  { credentials, endpoint, ...options }: UseOptions,
  run: (api: BootstrapApi, repository: Repository, options: Omit<LookOptions, "members">) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(root, settings);
  const api = openBootstrapApi({ credentials, region: repository.state.region, ...(endpoint && { endpoint }) });
  const githubUrl = endpoint === undefined ? GITHUB_API : undefined;
  return run(api, repository, { onProgress: () => {}, githubUrl, ...options }).finally(() => api.close());
}
