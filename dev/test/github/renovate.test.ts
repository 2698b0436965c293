import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseLock } from "../../../ci/images/lock.js";
import { renderModule } from "../../../ci/images/module-bazel.js";
import { NPX_BUN } from "../../tools/bun.js";
import { parseReleases } from "../../tools/fetch-release.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";

const lockEntry = (name: string, digit: number) => ({
  repository: `public.ecr.aws/a1b2c3d4/${name}`,
  digest: `sha256:${String(digit).repeat(64)}`,
  mediaType: "application/vnd.oci.image.index.v1+json",
  platforms: ["linux/amd64", "linux/arm64"],
  inputs: "0".repeat(64),
});

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
const names = z.array(z.string()).optional();
const rules = z
  .array(
    z.object({
      groupName: z.string().optional(),
      minimumGroupSize: z.number().optional(),
      versioning: z.string().optional(),
      matchPackageNames: names,
      matchDepNames: names,
      matchUpdateTypes: names,
    }),
  )
  .parse(config.packageRules);

/** The rules that apply to a dependency, as Renovate reads them: one of the names if there are any, and none with a `!` before it. */
function findRules(name: string, updateType: string): typeof rules {
  const isOne = (pattern: string) => new RegExp(`^${pattern.replaceAll(/\*+/g, ".*")}$`).test(name);
  const matches = (patterns: readonly string[]) => {
    const excluded = patterns.filter((pattern) => pattern.startsWith("!"));
    return (
      (patterns.some(isOne) || excluded.length === patterns.length) && !excluded.some((each) => isOne(each.slice(1)))
    );
  };
  return rules.filter(({ matchPackageNames, matchDepNames, matchUpdateTypes }) => {
    const patterns = [matchPackageNames, matchDepNames].filter((each) => each !== undefined);
    return patterns.length > 0 && patterns.every(matches) && (matchUpdateTypes?.includes(updateType) ?? true);
  });
}
const findGroup = (name: string, updateType: string) =>
  findRules(name, updateType).findLast(({ groupName }) => groupName !== undefined);

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

  it("finds the engine's version, the digest of its image, and a checksum for each platform, and raises none without the others", async () => {
    const [engine, ...others] = await findPins("The engine's version");
    expect(others).toEqual([]);
    const images = await findPins("The engine's image");
    expect(images.map(({ currentValue }) => currentValue)).toEqual([engine?.currentValue]);
    const daggerw = await readFile(join(ROOT, "daggerw"), "utf8");
    expect(daggerw.match(/sha256:[0-9a-f]{64}/g)).toEqual([images[0]?.currentDigest]);
    const checksums = await findPins("The checksums");
    expect(checksums.map(({ currentValue }) => currentValue)).toEqual(Array(4).fill(engine?.currentValue));
    expect(new Set(checksums.map(({ currentDigest }) => currentDigest)).size).toBe(4);
    // And its version in dagger.json, and the SDK.
    for (const name of ["dagger/dagger", "registry.dagger.io/engine", "@dagger.io/dagger"])
      expect(findGroup(name, "minor")).toMatchObject({ groupName: "dagger", minimumGroupSize: checksums.length + 3 });
  });

  it("raises everything else in one pull request, a dated tag too, and a major by itself", async () => {
    const images = await findPins("Images");
    const all = [...images, ...(await findPins("The releases"))].map(({ depName = "" }) => depName);
    for (const name of [...all, "debian-archive", "zod", "actions/checkout"]) {
      expect(findGroup(name, "minor")?.groupName).toBe("pins");
      expect(findGroup(name, "major")?.groupName).not.toBe("pins");
    }
    const tagged = images.flatMap(({ depName = "", currentValue = "" }) =>
      findRules(depName, "minor").flatMap(({ versioning }) =>
        versioning ? [[versioning, currentValue] as const] : [],
      ),
    );
    expect(tagged).toHaveLength(2);
    for (const [versioning, tag] of tagged) expect(tag).toMatch(new RegExp(versioning.replace(/^regex:/, "")));
    // A date that were the major would make each update of Debian one.
    expect(tagged.find(([, tag]) => tag.endsWith("-slim"))?.[0]).not.toContain("<major>");
  });

  it("writes the module's lock with the Bun that reads it, and lets Bun take nothing younger than a week", async () => {
    expect(NPX_BUN).toContain(`--package=bun@${config.constraints.bun}`);
    expect(config.minimumReleaseAge).toBe("7 days");
    expect(await readFile(join(ROOT, "ci", "bunfig.toml"), "utf8")).toContain(
      `minimumReleaseAge = ${7 * 24 * 60 * 60}\n`,
    );
  });

  it("finds every release that the tests' tools are fetched as, and Terraform's version, which is that of its image", async () => {
    const releases = parseReleases(await readFile(join(ROOT, "dev", "tools", "releases.txt"), "utf8"));
    expect((await findPins("The releases")).map(({ depName, currentDigest }) => `${depName} ${currentDigest}`)).toEqual(
      releases.filter(({ tool }) => tool !== "terraform").map(({ source, sha256 }) => `${source} ${sha256}`),
    );
    const image = (await findPins("Images")).find(({ depName }) => depName?.endsWith("/hashicorp/terraform"));
    expect((await findPins("Terraform")).map(({ currentValue }) => currentValue)).toEqual([image?.currentValue]);
  });

  it("finds, in another repository and as docs/bazel.md says, every digest that images --format bazel prints", async () => {
    const page = await readFile(join(ROOT, "docs", "bazel.md"), "utf8");
    const snippet = runInNewContext(`(${/```json5\n(.*?)```/s.exec(page)?.[1]?.replaceAll("<alias>", "a1b2c3d4")})`);
    const lock = parseLock(
      JSON.stringify(Object.fromEntries(["base", "node-22"].map((name, digit) => [name, lockEntry(name, digit)]))),
    );
    const [pattern] = snippet.customManagers[0].matchStrings;
    const found = [...renderModule([...lock.keys()], lock).matchAll(new RegExp(pattern, "g"))].map(
      ({ groups }) => groups,
    );
    expect(found.map((groups) => [groups?.depName, groups?.currentDigest])).toEqual(
      [...lock].map(([name, { digest }]) => [name, digest]),
    );
  });

  it("uses no expression that its engine, RE2, does not know", () => {
    for (const pattern of managers.flatMap(({ matchStrings }) => matchStrings)) {
      expect(pattern).not.toMatch(/\(\?(?:=|!|<=|<!)|\\\d/);
    }
  });
});
