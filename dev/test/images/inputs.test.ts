import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Image, readCatalog } from "../../../ci/images/catalog.js";
import { hashInputs } from "../../../ci/images/inputs.js";
import { parsePins } from "../../../ci/images/pins.js";
import {
  type FileSpec,
  imageFiles,
  makeImage,
  PINS_TEXT,
  SOME_DIGEST,
  writeRepository,
} from "../fixtures/repositories.js";

async function readOne(root: string, pins = PINS_TEXT): Promise<Image> {
  const [image] = await readCatalog(root, parsePins(pins));
  if (image === undefined) throw new Error("no image");
  return image;
}

async function hash(files: Record<string, FileSpec>, pins = PINS_TEXT): Promise<string> {
  return hashInputs(await readOne(await writeRepository(files), pins));
}

describe("hashInputs", () => {
  it("is the same in another folder, and another for another image, argument, platform, description, file or mode", async () => {
    const files = imageFiles("one");
    const original = await hash(files);
    expect(await hash(files)).toBe(original);
    const changes: [Record<string, FileSpec>, string?][] = [
      [imageFiles("two")],
      [files, PINS_TEXT.replace(SOME_DIGEST, `sha256:${"b2".repeat(32)}`)],
      [imageFiles("one", { platforms: ["linux/amd64"] })],
      [imageFiles("one", { platforms: ["linux/arm64", "linux/amd64"] })],
      [imageFiles("one", { description: "other" })],
      [{ ...files, "images/one/hello": "hello from onf\n" }],
      [{ ...files, "images/one/hello": { text: "hello from one\n", mode: 0o755 } }],
      [{ ...files, "images/one/empty": "" }],
      [{ ...files, "images/one/link": { link: "hello" } }],
    ];
    const hashes = await Promise.all(changes.map(([changed, pins]) => hash(changed, pins)));
    expect(new Set([original, ...hashes]).size).toBe(changes.length + 1);
  });

  it("ignores what describes the image to people, the smoke command and the umask", async () => {
    const root = await writeRepository(imageFiles("one"));
    const original = await hashInputs(await readOne(root));
    await writeFile(join(root, "images/one/README.md"), "other");
    await chmod(join(root, "images/one/hello"), 0o664);
    expect(await hashInputs(await readOne(root))).toBe(original);
    expect(await hash(imageFiles("one", { smoke: ["true"] }))).toBe(original);
  });

  it("differs after any one byte changes, wherever files end", async () => {
    // Texts that move bytes between names, contents and neighbours must not meet in one hash.
    const entry = fc.record({ name: fc.stringMatching(/^[a-z0-9]{1,3}$/), text: fc.string({ maxLength: 4 }) });
    const folder = fc.uniqueArray(entry, { selector: (each) => each.name, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(folder, folder, async (left, right) => {
        const files = (entries: typeof left) => ({
          ...imageFiles("one"),
          ...Object.fromEntries(entries.map(({ name, text }) => [`images/one/f-${name}`, text])),
        });
        const key = (entries: typeof left) => JSON.stringify([...entries].sort((a, b) => (a.name < b.name ? -1 : 1)));
        expect((await hash(files(left))) === (await hash(files(right)))).toBe(key(left) === key(right));
      }),
      { numRuns: 40 },
    );
  });

  it("takes all of 5,000 files into the context and the hash", async () => {
    const make = (last: string) => {
      const files: Record<string, FileSpec> = imageFiles("one");
      for (let index = 0; index < 5000; index++) files[`images/one/data/${index % 50}/${index}`] = `${index}`;
      files["images/one/data/49/4999"] = last;
      return makeImage(files);
    };
    const [a, b] = [await make("x"), await make("y")];
    expect(a.context).toHaveLength(5002);
    expect(await hashInputs(a)).not.toBe(await hashInputs(b));
  });
});
