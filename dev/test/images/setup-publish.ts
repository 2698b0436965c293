import { join } from "node:path";
import type { BuildImage, BuildRequest, PublishOptions } from "../../../ci/images/publish.js";
import { parsePlatform } from "../../../ci/lib/names.js";
import { readLayout } from "../../../ci/registry/layout.js";
import { writeLayout } from "../../native/write-layout.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { type PushSetup, setUpPush } from "../registry/setup-push.js";

/** What the stand-in for the engine builds. It is the only part that is not real: layouts with random layers. */
export interface Builder {
  build: BuildImage;
  requests: BuildRequest[];
  /** Platforms that come out in place of those asked for, by image. */
  wrongPlatforms: Map<string, string[]>;
  /** Images that do not build. */
  broken: Set<string>;
  /** What every layer is, in place of random bytes. */
  layer?: Buffer;
}

/** Makes a builder that writes random layouts. */
export async function makeBuilder(): Promise<Builder> {
  const folder = await makeTemporaryFolder();
  const builder: Builder = {
    requests: [],
    wrongPlatforms: new Map(),
    broken: new Set(),
    build: async (request, use) => {
      builder.requests.push(request);
      const { name, platforms } = request.image;
      if (builder.broken.has(name)) throw new Error(`${name} does not build`);
      const path = join(folder, `layout-${builder.requests.length}`);
      const built = builder.wrongPlatforms.get(name)?.map((text) => parsePlatform(text, "test")) ?? platforms;
      const { layer } = builder;
      await writeLayout(path, { platforms: built, ...(layer && { layer }) });
      return use(await readLayout(path));
    },
  };
  return builder;
}

/** A registry behind a proxy, a builder, and the options that publish through both. */
export async function setUpPublish(): Promise<PushSetup & { builder: Builder; options: PublishOptions }> {
  const push = await setUpPush();
  const builder = await makeBuilder();
  return { ...push, builder, options: { registry: push.client, build: builder.build } };
}
