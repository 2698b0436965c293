import { join } from "node:path";
import type { BuildImage, BuildRequest, PublishOptions } from "../../../ci/images/publish.js";
import { parsePlatform } from "../../../ci/lib/names.js";
import { readLayout } from "../../../ci/registry/layout.js";
import { writeLayout } from "../../native/write-layout.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { setUpPush } from "../registry/setup-push.js";

/** Stands in for the engine, the only part that is not real: builds layouts with random layers. */
export async function makeBuilder() {
  const folder = await makeTemporaryFolder();
  const builder = {
    requests: [] as BuildRequest[],
    /** Platforms that come out in place of those asked for, by image. */
    wrongPlatforms: new Map<string, string[]>(),
    /** Images that do not build. */
    broken: new Set<string>(),
    /** What every layer is, in place of random bytes. */
    layer: undefined as Buffer | undefined,
    build: (async (request, use) => {
      builder.requests.push(request);
      const { name, platforms } = request.image;
      if (builder.broken.has(name)) throw new Error(`${name} does not build`);
      const path = join(folder, `layout-${builder.requests.length}`);
      const built = builder.wrongPlatforms.get(name)?.map((text) => parsePlatform(text, "test")) ?? platforms;
      const { layer } = builder;
      await writeLayout(path, { platforms: built, ...(layer && { layer }) });
      return use(await readLayout(path));
    }) satisfies BuildImage as BuildImage,
  };
  return builder;
}

/** A registry behind a proxy, a builder, and the options that publish through both. */
export async function setUpPublish() {
  const push = await setUpPush();
  const builder = await makeBuilder();
  const options: PublishOptions = { registry: push.client, build: builder.build };
  return { ...push, builder, options };
}
