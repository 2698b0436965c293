import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildImage } from "../../ci/images/publish.js";
import { readLayout } from "../../ci/registry/layout.js";
import { writeLayout } from "./write-layout.js";

/** Stands in for the engine: a layout of random layers, for all platforms of the image, in a folder of its own below `folder`. */
export function makeLayoutBuilder(folder: string): BuildImage {
  return async ({ image, inputs }, use) => {
    const path = join(folder, `${image.name}-${inputs.slice(0, 16)}`);
    await mkdir(path, { recursive: true });
    await writeLayout(path, { platforms: image.platforms });
    return use(await readLayout(path));
  };
}
