import { GenesisError } from "../lib/errors.js";
import type { ImageName } from "../lib/names.js";
import { isIndex } from "../registry/manifest.js";
import { LOCK_PATH, type Lock, type LockEntry } from "./lock.js";

/** Where Bazel's modules stand in the repository. */
export const MODULE_PATH = "MODULE.bazel";
/** The rules_oci that MODULE.bazel has: the version that these calls are written for. */
export const RULES_OCI_VERSION = "2.3.0";
const BEGIN = "# BEGIN images: written by `dagger call lock` from images/lock.json";
const END = "# END images";
const EXTENSION = 'oci = use_extension("@rules_oci//oci:extensions.bzl", "oci")';

/** The Bazel repository of an image, such as `genesis_base`. */
function formatBazelName(name: ImageName): string {
  return `genesis_${name.replaceAll(/[.-]/g, "_")}`;
}

/**
 * Renders the rules_oci calls for a lock, between the markers
 * (https://github.com/bazel-contrib/rules_oci/blob/v2.3.0/docs/pull.md). rules_oci compares platforms letter by letter, so
 * they stand as the index spells them. Throws `name-duplicate` where two images would share a Bazel repository.
 */
function renderPulls(lock: Lock): string {
  const entries = [...lock].map(([name, entry]) => ({ name, bazel: formatBazelName(name), entry }));
  for (const [index, { name, bazel }] of entries.entries()) {
    const twin = entries.findIndex((other) => other.bazel === bazel);
    if (twin === index) continue;
    throw new GenesisError({
      code: "name-duplicate",
      subject: `Bazel repository ${bazel}`,
      fact: `images ${entries[twin]?.name} and ${name} would both have this name`,
      effect: "Nothing was written",
      next: "rename one of the images",
    });
  }
  if (entries.length === 0) return `${BEGIN}\n${END}`;
  return [BEGIN, EXTENSION, renderCalls(entries), END].join("\n");
}

/**
 * Renders what another repository puts into its MODULE.bazel: the locked image of each name, by digest, and a comment for a
 * name that is not locked yet.
 */
export function renderModule(names: readonly ImageName[], lock: Lock): string {
  const sections = names.map((name) => {
    const entry = lock.get(name);
    if (entry === undefined)
      return `# ${name}: not in ${LOCK_PATH} yet. Next: dagger call publish, then dagger call lock --auto-apply`;
    return `# ${name}\n${renderCalls([{ bazel: formatBazelName(name), entry }])}`;
  });
  const dep = `bazel_dep(name = "rules_oci", version = "${RULES_OCI_VERSION}")`;
  return `${[dep, EXTENSION, ...sections].join("\n\n")}\n`;
}

function renderCalls(entries: readonly { bazel: string; entry: LockEntry }[]): string {
  const pulls = entries.map(({ bazel, entry }) => renderPull(bazel, entry));
  const repositories = entries.flatMap(({ bazel, entry }) => [
    bazel,
    ...(isIndex(entry.mediaType) ? entry.platforms.map((platform) => `${bazel}_${platform.replaceAll("/", "_")}`) : []),
  ]);
  const names = repositories.sort().map((name) => `    "${name}",\n`);
  return [...pulls, `use_repo(\n    oci,\n${names.join("")})`].join("\n");
}

function renderPull(bazel: string, entry: LockEntry): string {
  const platforms = isIndex(entry.mediaType)
    ? ["    platforms = [\n", ...entry.platforms.map((platform) => `        "${platform}",\n`), "    ],\n"]
    : [];
  return [
    "oci.pull(\n",
    `    name = "${bazel}",\n`,
    `    digest = "${entry.digest}",\n`,
    `    image = "${entry.repository}",\n`,
    ...platforms,
    ")",
  ].join("");
}

/** Replaces the block in MODULE.bazel. Throws `lock-block-missing` unless there is exactly one. */
export function replacePulls(moduleText: string, lock: Lock): string {
  const start = moduleText.indexOf(BEGIN);
  const end = moduleText.indexOf(END, start);
  const once = (marker: string) => moduleText.split(marker).length === 2;
  if (start >= 0 && end >= 0 && once(BEGIN) && once(END)) {
    return moduleText.slice(0, start) + renderPulls(lock) + moduleText.slice(end + END.length);
  }
  throw new GenesisError({
    code: "lock-block-missing",
    subject: MODULE_PATH,
    fact: "the markers of the generated block are missing or there twice",
    next: `put these two lines where the calls belong: ${BEGIN} / ${END}`,
  });
}

/** Throws `lock-disagrees` where the block is not what the lock renders to. */
export function checkPulls(moduleText: string, lock: Lock): void {
  if (replacePulls(moduleText, lock) === moduleText) return;
  throw new GenesisError({
    code: "lock-disagrees",
    subject: MODULE_PATH,
    fact: `its block of oci.pull calls is not what ${LOCK_PATH} renders to`,
  });
}
