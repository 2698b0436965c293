import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listContext } from "../../../ci/images/context.js";
import { writeContext } from "../../../ci/images/write-context.js";
import { imageFiles, makeImage } from "../fixtures/repositories.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

it("writes the files of the context with Git's modes, one time for all and links as they are, and nothing else", async () => {
  const image = await makeImage({
    ...imageFiles("one"),
    "images/one/deep/er/a\nb": "x",
    "images/one/run.sh": { text: "#!/bin/sh", mode: 0o700 },
    "images/one/link": { link: "run.sh" },
    "images/one/README.md": "not of the context",
  });
  const folder = join(await makeTemporaryFolder(), "context");
  await writeContext(folder, image.context);
  const listed = await listContext(folder, ".", {});
  expect(listed.map(({ path, mode }) => [path, mode])).toEqual(image.context.map(({ path, mode }) => [path, mode]));
  expect(await readlink(join(folder, "link"))).toBe("run.sh");
  expect(await readFile(join(folder, "deep/er/a\nb"), "utf8")).toBe("x");
  for (const [path, mode] of [
    ["run.sh", 0o755],
    ["Dockerfile", 0o644],
  ] as const) {
    const stats = await lstat(join(folder, path));
    expect([stats.mode & 0o777, stats.mtimeMs]).toEqual([mode, Date.UTC(2000, 0, 1)]);
  }
});
