import { execFileSync } from "node:child_process";
import { link, mkdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestBytes } from "../../../ci/registry/client.js";
import { type Layout, locateBlob } from "../../../ci/registry/layout.js";
import { imageManifestSchema, parseBytes } from "../../../ci/registry/manifest.js";
import { normalizeLayout, TIME } from "../../../ci/registry/normalize-layout.js";
import { expectError } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { makeLayout } from "./setup-push.js";

const one = { platforms: ["linux/amd64"] };
const readLayer = async ({ path, variants }: Layout) => {
  const { layers, config } = parseBytes(variants[0]?.manifest.bytes ?? Buffer.of(), "test", imageManifestSchema);
  const { rootfs } = JSON.parse(await readFile(locateBlob(path, config.digest), "utf8"));
  const [layer] = layers;
  if (layer === undefined) throw new Error("a layout has a layer");
  return { ...layer, diffId: rootfs.diff_ids[0], bytes: await readFile(locateBlob(path, layer.digest)) };
};

/** A folder with whatever has a form of its own in a tar, each entry with its time. */
async function makeFolder(sizes: readonly number[]): Promise<{ folder: string; names: string[] }> {
  const folder = await makeTemporaryFolder();
  const files = sizes.map((size, index) => [`file-${index}`, Buffer.alloc(size, index)] as const);
  const long = [`deep/${"long-".repeat(25)}/${"name-".repeat(30)}ü`, Buffer.from("x")] as const;
  for (const [name, bytes] of [...files, long]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  await symlink("/nowhere", join(folder, "symlink"));
  await link(join(folder, "file-0"), join(folder, "z-link"));
  return { folder, names: [long[0], dirname(long[0]), "deep", ...files.map(([name]) => name), "."] };
}

function makeTar(folder: string, format: string): Buffer {
  const names = format === "posix" ? ["--pax-option=exthdr.name=%d/PaxHeaders/%f"] : [];
  const args = ["--sort=name", `--format=${format}`, ...names, "-cf", "-", "-C", folder, "."];
  return execFileSync("tar", args, { maxBuffer: 1 << 28 });
}

/** What tar says of each entry but its time: mode, owner, size, name and target. */
const listTar = (tar: Buffer) =>
  execFileSync("tar", ["-tvf", "-", "--full-time"], { input: tar, encoding: "utf8", maxBuffer: 1 << 28 })
    .trim()
    .split("\n")
    .map((line) => line.replace(/ \d{4}-\d\d-\d\d [\d:.]+ +/, " "));

describe("normalizeLayout", () => {
  it("gives one digest whatever the times of files, configurations and compression are, and keeps all else", async () => {
    const times = fc.array(fc.double({ min: 0, max: 4e9, noNaN: true }), { minLength: 10, maxLength: 10 });
    const sizes = fc.array(fc.constantFrom(0, 1, 511, 512, 513, 300_000), { minLength: 1, maxLength: 4 });
    const formats = fc.constantFrom("posix", "gnu");
    const platforms = fc.constantFrom(["linux/amd64"], ["linux/amd64", "linux/arm64"]);
    await fc.assert(
      fc.asyncProperty(times, sizes, formats, platforms, async (seconds, lengths, format, asked) => {
        const { folder, names } = await makeFolder(lengths);
        const digests: string[] = [];
        for (const shift of [0, 1]) {
          for (const [index, name] of names.entries()) {
            const time = seconds[(index + shift) % seconds.length] ?? 0;
            await utimes(join(folder, name), time, time);
          }
          const tar = makeTar(folder, format);
          const created = new Date((seconds[shift] ?? 0) * 1000);
          const layer = shift === 0 ? tar : gzipSync(Buffer.concat([tar, Buffer.alloc(10_240)]), { level: 1 });
          const given = await makeLayout({ platforms: asked, layer, created, history: () => "RUN" });
          const normalized = await normalizeLayout(given);
          digests.push(normalized.top.digest);
          const { bytes, diffId } = await readLayer(normalized);
          const unpacked = gunzipSync(bytes);
          expect(digestBytes(unpacked)).toBe(diffId);
          expect(listTar(unpacked)).toEqual(listTar(tar));
          const target = await makeTemporaryFolder();
          execFileSync("tar", ["-xf", "-", "-C", target], { input: unpacked });
          execFileSync("diff", ["--recursive", "--no-dereference", folder, target]);
          for (const name of names) expect((await stat(join(target, name))).mtime).toEqual(TIME);
        }
        expect(digests[0]).toBe(digests[1]);
      }),
      { numRuns: 10 },
    );
  });

  it("leaves layers that the engine pulled as they are, and knows them by their digest", async () => {
    const { folder } = await makeFolder([1]);
    const layer = gzipSync(makeTar(folder, "posix"), { level: 1 });
    const normalize = async (history: (digest: string) => string) => {
      const normalized = await normalizeLayout(await makeLayout({ ...one, layer, history }));
      return (await readLayer(normalized)).digest;
    };
    expect(await normalize((digest) => `import image layer ${digest}`)).toBe(digestBytes(layer));
    const other = await normalize(() => `import image layer ${digestBytes(Buffer.of(1))}`);
    expect(other).not.toBe(digestBytes(layer));
  });

  it.each([
    ["is no gzip", Buffer.concat([Buffer.of(0x1f, 0x8b), Buffer.alloc(100)])],
    ["breaks off", gzipSync(Buffer.alloc(2000, "a")).subarray(0, -4)],
    ["holds no tar", gzipSync(Buffer.alloc(2000, "a"))],
    ["ends in an entry", gzipSync(makeTar(import.meta.dirname, "posix").subarray(0, 1500))],
  ])("refuses a layer that %s", async (_, layer) => {
    const layout = await makeLayout({ ...one, layer, history: () => "RUN" });
    await expectError("layout-invalid", () => normalizeLayout(layout));
  });
});
