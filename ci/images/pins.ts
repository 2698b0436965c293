import { z } from "zod";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { parseJsonWith } from "../lib/json.js";
import { quoteText } from "../lib/names.js";

/** Where the pins stand in the repository. */
export const PINS_PATH = "images/pins.json";

/**
 * One thing from outside, fixed for good: an image by tag and digest (`repo:tag@sha256:…`) or a dated archive
 * (`http://snapshot.debian.org/archive/debian/20261005T000000Z`).
 */
export interface Pin {
  kind: "image" | "archive";
  /** What a Dockerfile argument or `from()` receives. */
  value: string;
}

/** All pins, by name. */
export type Pins = ReadonlyMap<string, Pin>;

const pinsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*$/, "a pin's name is lower-case words joined by -"),
  z.string(),
);

/** Host (with port), path, tag and digest of distribution/reference; tag and digest are optional only to tell them apart. */
const IMAGE_REFERENCE =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?<tag>:[\w][\w.-]{0,127})?(?<digest>@sha256:[0-9a-f]{64})?$/;
/** A time stamp as snapshot.debian.org writes it in its paths. */
const ARCHIVE_DATE = /\/\d{8}T\d{6}Z(?:\/|$)/;

function parsePin(name: string, value: string, subject: string): Pin | GenesisError {
  const refuse = (code: "pin-invalid" | "pin-unpinned", fact: string) =>
    new GenesisError({
      code,
      subject: `${subject} ${name}`,
      fact: `${quoteText(value)} ${fact}`,
    });
  if (/^https?:\/\//.test(value)) {
    if (!URL.canParse(value) || /[\s"'$`\\]/.test(value)) return refuse("pin-invalid", "is not a plain URL");
    if (!ARCHIVE_DATE.test(new URL(value).pathname))
      return refuse("pin-unpinned", "names no date (…/20261005T000000Z)");
    return { kind: "archive", value };
  }
  const match = IMAGE_REFERENCE.exec(value);
  if (match === null) return refuse("pin-invalid", "is not an image reference");
  if (match.groups?.digest === undefined) return refuse("pin-unpinned", "names no digest");
  if (match.groups.tag === undefined) return refuse("pin-unpinned", "has no tag, so its version is unknown");
  return { kind: "image", value };
}

/** Parses pins.json. Throws `json-invalid`, `field-invalid`, `pin-invalid` or `pin-unpinned`, all of them at once. */
export function parsePins(text: string, subject: string = PINS_PATH): Pins {
  const errors: GenesisError[] = [];
  const pins = new Map<string, Pin>();
  for (const [name, value] of Object.entries(parseJsonWith(text, subject, pinsSchema))) {
    const pin = parsePin(name, value, subject);
    if (pin instanceof GenesisError) errors.push(pin);
    else pins.set(name, pin);
  }
  throwErrors(errors);
  return pins;
}

/** What the module itself needs under this name: an image to run, or an archive to install from. Throws `pin-missing`. */
export function requirePin(pins: Pins, kind: Pin["kind"], name: string, subject: string = PINS_PATH): string {
  const pin = pins.get(name);
  if (pin?.kind === kind) return pin.value;
  const example = kind === "image" ? "repo:tag@sha256:…" : "http://snapshot.debian.org/archive/debian/20261005T000000Z";
  throw new GenesisError({
    code: "pin-missing",
    subject: `${subject} ${name}`,
    fact: pin === undefined ? "there is no pin of this name" : `the pin is not an ${kind}`,
    next: `add "${name}": "${example}"`,
  });
}
