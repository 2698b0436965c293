import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { collectErrors, GenesisError, throwErrors } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { parseJsonWith } from "../lib/json.js";
import {
  type ImageName,
  type Platform,
  parseImageName,
  parsePlatform,
  parseRepositoryName,
  quoteText,
  type RepositoryName,
} from "../lib/names.js";
import { findNearest } from "../lib/nearest.js";
import { type ContextEntry, listContext } from "./context.js";
import { checkDockerfile } from "./dockerfile/check.js";
import type { Pins } from "./pins.js";

const IMAGES_FOLDER = "images";
/** Platforms of an image that names none. */
const DEFAULT_PLATFORMS = ["linux/amd64", "linux/arm64"];

/** An image of the catalogue, all of it checked. */
export interface Image {
  name: ImageName;
  /** One sentence for people and for the label. */
  description: string;
  /** The repository below the registry; the image's name unless image.json says otherwise. */
  repository: RepositoryName;
  platforms: readonly Platform[];
  /** Dockerfile arguments with the values of their pins. */
  args: Readonly<Record<string, string>>;
  /** argv run in each built variant before it is published. */
  smoke?: readonly string[];
  /** What the build reads. */
  context: readonly ContextEntry[];
}

const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\]+$/, "expected a path inside the repository, without . and ..");

const imageSchema = z.strictObject({
  description: z.string().min(1).max(1024),
  repository: z.string().optional(),
  platforms: z.array(z.string()).min(1).optional(),
  args: z.record(z.string().regex(/^\w+$/, "expected the name of a Dockerfile ARG"), z.string()).optional(),
  smoke: z.array(z.string().min(1)).min(1).optional(),
  files: z.record(relativePath, relativePath).optional(),
});

/** Parses an image.json by itself. Throws `json-invalid` or `field-invalid`; `subject` is its path. */
export function parseImageSettings(text: string, subject: string): z.output<typeof imageSchema> {
  return parseJsonWith(text, subject, imageSchema);
}

/**
 * Reads and checks every image of the catalogue below `root`, sorted by name. Throws everything that is wrong, at once:
 * `image-invalid-name`, `image-not-folder`, `dockerfile-missing`, `dockerfile-empty`, `dockerfile-unpinned`,
 * `field-invalid`, `arg-unknown-pin`, `platform-invalid`, `repository-invalid`, `repository-duplicate`, `symlink-escapes`.
 */
export async function readCatalog(root: string, pins: Pins): Promise<Image[]> {
  const errors: GenesisError[] = [];
  const entries = await readdir(join(root, IMAGES_FOLDER), { withFileTypes: true });
  const images: Image[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile()) continue;
    const image = await collectErrors(errors, async () => {
      const name = parseImageName(entry.name);
      if (entry.isDirectory()) return readImage(root, name, pins);
      const fact = "it is a link or a special file, not a folder";
      throw new GenesisError({ code: "image-not-folder", subject: `${IMAGES_FOLDER}/${name}`, fact });
    });
    if (image !== undefined) images.push(image);
  }
  throwErrors([...errors, ...findSharedRepositories(images)]);
  return images;
}

async function readImage(root: string, name: ImageName, pins: Pins): Promise<Image> {
  const folder = `${IMAGES_FOLDER}/${name}`;
  const errors: GenesisError[] = [];
  const subject = `${folder}/image.json`;
  const settings = await collectErrors(errors, async () =>
    parseImageSettings(await readText(join(root, subject), subject), subject),
  );
  const args = settings === undefined ? {} : await resolveArgs(settings.args ?? {}, pins, subject, errors);
  const dockerfile = await collectErrors(errors, () => readDockerfile(root, folder));
  const context = await collectErrors(errors, () => listContext(root, folder, settings?.files ?? {}));
  const platforms = await collectErrors(errors, () =>
    parsePlatforms(settings?.platforms ?? DEFAULT_PLATFORMS, subject),
  );
  if (dockerfile !== undefined && settings !== undefined && platforms !== undefined) {
    const images = Object.values(settings.args ?? {})
      .map((name) => pins.get(name))
      .flatMap((pin) => (pin?.kind === "image" ? [pin.value] : []));
    const facts = { subject: `${folder}/Dockerfile`, args, images: new Set(images), platforms };
    errors.push(...checkDockerfile(dockerfile, facts));
  }
  const repository = await collectErrors(errors, () =>
    parseRepositoryName(settings?.repository ?? name, `${subject} repository`),
  );
  throwErrors(errors);
  if (!settings || !context || !platforms || !repository) throw new Error("unreachable: errors were thrown");
  const { description, smoke } = settings;
  return { name, description, repository, platforms, args, context, ...(smoke && { smoke }) };
}

/** Parses platforms and refuses one named twice: an index with two equal entries has no meaning. */
export function parsePlatforms(texts: readonly string[], subject: string): Platform[] {
  const platforms = texts.map((text) => parsePlatform(text, `${subject} platforms`));
  const twice = platforms.find((platform, index) => platforms.indexOf(platform) !== index);
  if (twice !== undefined) throw refuseTwice(`${subject} platforms`, twice);
  return platforms;
}

/** A name that a list holds twice: `name-duplicate`. */
export function refuseTwice(subject: string, name: string): GenesisError {
  return new GenesisError({ code: "name-duplicate", subject, fact: `${quoteText(name)} is given twice` });
}

async function readDockerfile(root: string, folder: string): Promise<string> {
  const path = join(root, folder, "Dockerfile");
  const isFile = await lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isFile) return readText(path, `${folder}/Dockerfile`);
  throw new GenesisError({ code: "dockerfile-missing", subject: folder, fact: "the folder has no Dockerfile" });
}

async function resolveArgs(
  args: Readonly<Record<string, string>>,
  pins: Pins,
  subject: string,
  errors: GenesisError[],
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [arg, pinName] of Object.entries(args)) {
    const pin = pins.get(pinName);
    if (pin !== undefined) {
      values[arg] = pin.value;
      continue;
    }
    const nearest = await findNearest(pinName, [...pins.keys()]);
    errors.push(
      new GenesisError({
        code: "arg-unknown-pin",
        subject: `${subject} args.${arg}`,
        fact: `there is no pin ${quoteText(pinName)}${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
      }),
    );
  }
  return values;
}

function findSharedRepositories(images: readonly Image[]): GenesisError[] {
  return images.flatMap((image, index) => {
    const first = images.findIndex((other) => other.repository === image.repository);
    if (first === index) return [];
    return new GenesisError({
      code: "repository-duplicate",
      subject: `${IMAGES_FOLDER}/${image.name}/image.json repository`,
      fact: `"${image.repository}" is also the repository of ${images[first]?.name}`,
    });
  });
}
