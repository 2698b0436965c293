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
  const given = listed.filter(({ path }) => path !== "Dockerfile.dockerignore");
  expect(given.map(({ path, mode }) => [path, mode])).toEqual(image.context.map(({ path, mode }) => [path, mode]));
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

it.each([
  ["a context without one", {}, "Dockerfile.dockerignore\n"],
  ["one with rules", { ".dockerignore": "*.md\n!a.md" }, "*.md\n!a.md\nDockerfile.dockerignore\n"],
  ["one with the Dockerfile's own", { ".dockerignore": "a", "Dockerfile.dockerignore": "b" }, "b"],
])("gives the builder the ignore file that it looks for, which ignores itself: %s", async (_, files, written) => {
  const own = Object.entries(files).map(([name, text]) => [`images/one/${name}`, text]);
  const image = await makeImage({ ...imageFiles("one"), ...Object.fromEntries(own) });
  const folder = join(await makeTemporaryFolder(), "context");
  await writeContext(folder, image.context);
  expect(await readFile(join(folder, "Dockerfile.dockerignore"), "utf8")).toBe(written);
});
