import { execFileSync } from "node:child_process";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { parseLock, updateLock } from "../../../ci/images/lock.js";
import { publishImages } from "../../../ci/images/publish.js";
import { rebuildImage } from "../../../ci/images/rebuild.js";
import { parseDigest } from "../../../ci/lib/names.js";
import { expectError } from "../fixtures/errors.js";
import { imageFiles, makeCatalog, SOME_DIGEST } from "../fixtures/repositories.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { setUpPublish } from "./setup-publish.js";

/** A layer with these files, each made at `time` seconds since 1970. */
async function makeLayer(files: Record<string, string>, time = 0): Promise<Buffer> {
  const folder = await makeTemporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await writeFile(join(folder, path), text);
    await utimes(join(folder, path), time, time);
  }
  return gzipSync(execFileSync("tar", ["--sort=name", "-cf", "-", "-C", folder, ...Object.keys(files)]));
}

async function setUpRebuild() {
  const setup = await setUpPublish();
  const { builder, client, options, proxy } = setup;
  const catalog = await makeCatalog(imageFiles("base", { platforms: ["linux/amd64", "linux/arm64"] }));
  builder.layer = await makeLayer({ kept: "1", log: "monday" });
  await publishImages(catalog, options);
  const { lock } = await updateLock(catalog, client, parseLock("{}"));
  const [entry, image] = [[...lock.values()][0], catalog[0]];
  if (entry === undefined || image === undefined) throw new Error("one image is locked");
  proxy.seen.length = 0;
  return { ...setup, image, entry };
}

it("builds a locked image again, and says that it is the same, or where it differs first; pushes nothing", async () => {
  const { builder, client, image, entry, proxy } = await setUpRebuild();
  expect(await rebuildImage(image, entry, client, builder.build)).toBe(entry.digest);
  const refuse = async (layer: Buffer) => {
    builder.layer = layer;
    const error = await expectError("rebuild-differs", () => rebuildImage(image, entry, client, builder.build));
    return error.message.split("; the lock says")[0];
  };
  const place = "[rebuild-differs] image base: linux/amd64 differs in layer 1,";
  expect(await refuse(await makeLayer({ kept: "1", log: "tuesday" }))).toBe(`${place} first at log`);
  expect(await refuse(await makeLayer({ kept: "1", log: "monday", more: "" }))).toBe(`${place} first at more`);
  expect(await refuse(await makeLayer({ log: "monday" }))).toBe(`${place} first at kept`);
  expect(await refuse(await makeLayer({ kept: "1", log: "monday" }, 1))).toBe(`${place} by times or compression alone`);
  expect(proxy.seen.every(({ method }) => method === "GET")).toBe(true);
});

it("compares with a build of the same inputs only, and with what the registry has", async () => {
  const { builder, client, image, entry } = await setUpRebuild();
  builder.requests.length = 0;
  const refuse = (code: string, change: Partial<typeof entry>) =>
    expectError(code, () => rebuildImage(image, { ...entry, ...change }, client, builder.build));
  const { message } = await refuse("rebuild-differs", { inputs: "0".repeat(64) });
  expect(message).toContain("the lock is of inputs 0000000000000000, and these are ");
  await refuse("image-unpublished", { digest: parseDigest(SOME_DIGEST, "test") });
  expect(builder.requests).toEqual([]);
});
