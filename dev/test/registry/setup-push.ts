import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { parseRepositoryName } from "../../../ci/lib/names.js";
import type { CredentialSource } from "../../../ci/registry/auth.js";
import { RegistryClient } from "../../../ci/registry/client.js";
import { type Layout, readLayout } from "../../../ci/registry/layout.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { type RegistryOptions, startRegistry } from "../../native/start-registry.js";
import { type LayoutSpec, writeLayout } from "../../native/write-layout.js";
import { expectError } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { startProxy } from "./start-proxy.js";

export const REPOSITORY = parseRepositoryName("team/base", "test");

/** What Terraform would have made: that one, and those of the images of the tests. */
const NAMES = ["aa", "base", "broken", "fresh", "gone", "one", "single", "two", "zz"];
const IMAGES = Array.from({ length: 10 }, (_, index) => `image${index}`);
const REPOSITORIES = [REPOSITORY, ...NAMES, ...IMAGES];
export const TAG = "in-0123456789abcdef";
/** What logs in as AWS where a registry has HTPASSWD. */
export const PASSWORD = "correct-horse-battery-staple";
/** htpasswd -nbB AWS with PASSWORD. */
export const HTPASSWD = "AWS:$2b$04$9DkgQLpbV4jPtIg7HEhfx.k9bcucOjD1.Ee0HWXHb/r8mxW0vRr6q";

export type PushSetup = Awaited<ReturnType<typeof setUpPush>>;

/** Starts a registry behind a proxy for one test, and clients of both. `onSleep` runs in place of each pause. */
export async function setUpPush(
  options: RegistryOptions & { credentials?: CredentialSource; onSleep?: () => Promise<void> } = {},
) {
  const registry = await startRegistry({ repositories: REPOSITORIES, ...options });
  onTestFinished(() => registry.stop());
  const proxy = await startProxy(registry.url);
  onTestFinished(() => proxy.stop());
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    await options.onSleep?.();
  };
  const clock = { random: () => 0.5, sleep };
  const credentials = options.credentials && { credentials: options.credentials };
  const client = new RegistryClient({ url: proxy.url, prefix: "localhost:5000", clock, ...credentials });
  const direct = new RegistryClient({ url: registry.url, prefix: "localhost:5000", ...credentials });
  const readTag = async () => (await direct.resolve(REPOSITORY, TAG))?.digest;
  return {
    registry,
    proxy,
    /** Goes through the proxy and never really waits; what it would have waited stands in `slept`. */
    client,
    slept,
    /** Goes to the registry itself, to see what it holds. */
    direct,
    /** Pushes a layout through the proxy, whose digest TAG then names. */
    push: async (given?: Layout) => {
      const layout = given ?? (await makeLayout());
      await pushLayout(client, REPOSITORY, layout, [TAG]);
      expect(await readTag()).toBe(layout.top.digest);
    },
    /** Pushes a layout, which must fail with the code, and TAG is unwritten. */
    refuse: async (code: string, given?: Layout) => {
      const layout = given ?? (await makeLayout());
      const error = await expectError(code, () => pushLayout(client, REPOSITORY, layout, [TAG]));
      expect(await readTag()).toBeUndefined();
      return error;
    },
  };
}

export async function makeLayout(spec: LayoutSpec = { platforms: ["linux/amd64", "linux/arm64"] }): Promise<Layout> {
  const path = join(await makeTemporaryFolder(), "layout");
  await writeLayout(path, spec);
  return readLayout(path);
}
