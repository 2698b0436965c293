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
const configSchema = z.object({
  minimumReleaseAge: z.literal("7 days"),
  internalChecksFilter: z.literal("strict"),
  automerge: z.literal(false),
  enabledManagers: z.array(z.string()),
  customManagers: z.array(managerSchema),
  packageRules: z.array(z.record(z.string(), z.unknown())),
});

/** JSON5 is a part of JavaScript, so it is read as an expression, in a context of its own. */
async function readConfig() {
  const text = await readFile(join(ROOT, ".github", "renovate.json5"), "utf8");
  return configSchema.parse(runInNewContext(`(${text})`));
}

/** What the custom managers find: `path currentValue digest`. */
async function findPins(): Promise<Map<string, Record<string, string>[]>> {
  const found = new Map<string, Record<string, string>[]>();
  const files = await listFiles();
  for (const { managerFilePatterns, matchStrings, description } of (await readConfig()).customManagers) {
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
    const paths = files.filter((path) => patterns.some((pattern) => pattern.test(path)));
    for (const path of paths) {
      const text = await readFile(join(ROOT, path), "utf8");
      const matches = matchStrings.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, "g"))]);
      found.set(description, [
        ...(found.get(description) ?? []),
        ...matches.map(({ groups }) => ({ path, ...groups })),
      ]);
    }
  }
  return found;
}

const pick = (pins: Map<string, Record<string, string>[]>, start: string) =>
  [...pins.entries()].find(([description]) => description.startsWith(start))?.[1] ?? [];

describe("Renovate", () => {
  it("finds every pin of images/pins.json", async () => {
    const pins = await findPins();
    const values: string[] = Object.values(JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8")));
    const images = pick(pins, "Images").map(
      ({ depName, currentValue, currentDigest }) => `${depName}:${currentValue}@${currentDigest}`,
    );
    expect(images).toEqual(values.filter((value) => value.includes("@")));
    const dates = pick(pins, "Debian archives").map(({ currentValue }) => currentValue);
    expect(dates).toHaveLength(values.length - images.length);
    // Of the date of the image, which one pull request raises.
    const debian = images.find((image) => image.includes("/debian:"));
    for (const date of dates) expect(debian).toContain(`-${date}-`);
  });

  it("finds the engine's version, and a checksum of that version for each platform", async () => {
    const pins = await findPins();
    const [engine, ...others] = pick(pins, "The engine's version");
    expect(others).toEqual([]);
    const checksums = pick(pins, "The checksums");
    expect(checksums.map(({ currentValue }) => currentValue)).toEqual(Array(4).fill(engine?.currentValue));
    expect(new Set(checksums.map(({ currentDigest }) => currentDigest)).size).toBe(4);
  });

  it("finds every release that the tests' tools are fetched as, and Terraform's version, which is that of its image", async () => {
    const pins = await findPins();
    const releases = parseReleases(await readFile(join(ROOT, "dev", "tools", "releases.txt"), "utf8"));
    expect(pick(pins, "The releases").map(({ depName, currentDigest }) => `${depName} ${currentDigest}`)).toEqual(
      releases.filter(({ tool }) => tool !== "terraform").map(({ source, sha256 }) => `${source} ${sha256}`),
    );
    const image = pick(pins, "Images").find(({ depName }) => depName?.endsWith("/hashicorp/terraform"));
    expect(pick(pins, "Terraform").map(({ currentValue }) => currentValue)).toEqual([image?.currentValue]);
  });

  it("uses no expression that its engine, RE2, does not know", async () => {
    const { customManagers } = await readConfig();
    for (const pattern of customManagers.flatMap(({ matchStrings }) => matchStrings)) {
      expect(pattern).not.toMatch(/\(\?(?:=|!|<=|<!)|\\\d/);
    }
  });
});
