import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseReleases } from "../../tools/fetch-release.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";

const managerSchema = z.object({
  description: z.string(),
  customType: z.literal("regex"),
  managerFilePatterns: z.array(z.string().regex(/^\/.*\/$/)),
  matchStrings: z.array(z.string()),
  datasourceTemplate: z.string(),
});

// JSON5 is a part of JavaScript, so it is read as an expression, in a context of its own.
const config = runInNewContext(`(${await readFile(join(ROOT, ".github", "renovate.json5"), "utf8")})`);
const managers = z.array(managerSchema).parse(config.customManagers);

/** What the custom manager whose description starts so finds in the repository. */
async function findPins(start: string): Promise<Record<string, string>[]> {
  const manager = managers.find(({ description }) => description.startsWith(start));
  const patterns = manager?.managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1))) ?? [];
  const paths = (await listFiles()).filter((path) => patterns.some((pattern) => pattern.test(path)));
  const texts = await Promise.all(paths.map((path) => readFile(join(ROOT, path), "utf8")));
  return texts.flatMap((text) =>
    (manager?.matchStrings ?? []).flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, "g"))].map(({ groups }) => ({ ...groups })),
    ),
  );
}

describe("Renovate", () => {
  it("finds every pin of images/pins.json", async () => {
    const values: string[] = Object.values(JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8")));
    const images = (await findPins("Images")).map(
      ({ depName, currentValue, currentDigest }) => `${depName}:${currentValue}@${currentDigest}`,
    );
    expect(images).toEqual(values.filter((value) => value.includes("@")));
    const dates = (await findPins("Debian archives")).map(({ currentValue }) => currentValue);
    expect(dates).toHaveLength(values.length - images.length);
    // Of the date of the image, which one pull request raises.
    const debian = images.find((image) => image.includes("/debian:"));
    for (const date of dates) expect(debian).toContain(`-${date}-`);
  });

  it("finds the engine's version, and a checksum of that version for each platform", async () => {
    const [engine, ...others] = await findPins("The engine's version");
    expect(others).toEqual([]);
    const checksums = await findPins("The checksums");
    expect(checksums.map(({ currentValue }) => currentValue)).toEqual(Array(4).fill(engine?.currentValue));
    expect(new Set(checksums.map(({ currentDigest }) => currentDigest)).size).toBe(4);
  });

  it("finds every release that the tests' tools are fetched as, and Terraform's version, which is that of its image", async () => {
    const releases = parseReleases(await readFile(join(ROOT, "dev", "tools", "releases.txt"), "utf8"));
    expect((await findPins("The releases")).map(({ depName, currentDigest }) => `${depName} ${currentDigest}`)).toEqual(
      releases.filter(({ tool }) => tool !== "terraform").map(({ source, sha256 }) => `${source} ${sha256}`),
    );
    const image = (await findPins("Images")).find(({ depName }) => depName?.endsWith("/hashicorp/terraform"));
    expect((await findPins("Terraform")).map(({ currentValue }) => currentValue)).toEqual([image?.currentValue]);
  });

  it("uses no expression that its engine, RE2, does not know", () => {
    for (const pattern of managers.flatMap(({ matchStrings }) => matchStrings)) {
      expect(pattern).not.toMatch(/\(\?(?:=|!|<=|<!)|\\\d/);
    }
  });
});
