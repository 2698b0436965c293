import { GenesisError, throwErrors } from "../lib/errors.js";
import { type ImageName, type Platform, parseImageName } from "../lib/names.js";
import { findNearest } from "../lib/nearest.js";
import { type Image, parsePlatforms, refuseTwice } from "./catalog.js";

/**
 * The images that a caller named, all when none is named, in the catalogue's order.
 * Throws `image-invalid-name`, `image-unknown` (with the nearest name) or `name-duplicate`.
 */
export async function selectImages(images: readonly Image[], names: readonly string[]): Promise<Image[]> {
  if (names.length === 0) return [...images];
  const wanted = new Set<ImageName>();
  const errors: GenesisError[] = [];
  for (const text of names) {
    const name = parseImageName(text);
    if (wanted.has(name)) errors.push(refuseTwice("names", name));
    wanted.add(name);
    if (images.some((image) => image.name === name)) continue;
    const nearest = await findNearest(
      name,
      images.map((image) => image.name),
    );
    errors.push(
      new GenesisError({
        code: "image-unknown",
        subject: `image ${name}`,
        fact: `the catalogue has no such image${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
      }),
    );
  }
  throwErrors(errors);
  return images.filter((image) => wanted.has(image.name));
}

/** The image narrowed to some of its platforms, itself when none is named. Throws `platform-invalid` or `platform-unsupported`. */
export function narrowPlatforms(image: Image, platforms: readonly string[]): Image {
  if (platforms.length === 0) return image;
  const wanted: Platform[] = parsePlatforms(platforms, "arguments");
  const missing = wanted.find((platform) => !image.platforms.includes(platform));
  if (missing === undefined) return { ...image, platforms: image.platforms.filter((each) => wanted.includes(each)) };
  throw new GenesisError({
    code: "platform-unsupported",
    subject: `image ${image.name}`,
    fact: `it declares ${image.platforms.join(", ")}, not ${missing}`,
  });
}
