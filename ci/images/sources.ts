import type { Settings } from "../lib/settings.js";
import type { Image } from "./catalog.js";
import type { Pins } from "./pins.js";

/** What the sources of a repository are listed from. */
export interface SourcesInput {
  pins: Pins;
  images: readonly Image[];
  /** The text of terraform/.terraform.lock.hcl. */
  lockFile: string;
  settings: Settings;
}

/** What runs the module itself, which no file names that it reads. */
const MODULE_SOURCES = [
  "image registry.dagger.io/engine # the engine, by the digest of daggerw; DAGGERW_ENGINE names a mirror",
  "image docker.io/oven/bun # on which the engine runs the module, by the engine's own digest",
  "download https://dl.dagger.io/dagger/releases # the engine's CLI; DAGGERW_BASE_URL names a mirror",
  "packages https://registry.npmjs.org # of ci/bun.lock",
  "packages https://pypi.org # of ci/emulator/requirements.txt, for rehearse and aws-emulator",
];

/** https://docs.sigstore.dev/about/overview/: what signing and verifying without a key talks to. */
const SIGSTORE = ["fulcio", "rekor", "timestamp", "tuf-repo-cdn"].map((name) => `https://${name}.sigstore.dev`);

/**
 * Everything that comes from outside, a line each: its kind, what it is, and behind `#` who needs it. What a mirror holds so that nothing else is
 * reached.
 */
export function formatSources({ pins, images, lockFile, settings }: SourcesInput): string {
  const pinned = [...pins].map(([name, { kind, value }]) => {
    const users = images.filter(({ args }) => Object.values(args).includes(value)).map((image) => image.name);
    return `${kind === "image" ? "image" : "packages"} ${value} # ${[name, ...(users.length > 0 ? [`for ${users.join(", ")}`] : [])].join(" ")}`;
  });
  const providers = [...lockFile.matchAll(/^provider "([^"]+)" \{\s+version\s+= "([^"]+)"/gm)].map(
    ([, source, version]) => `download https://${source} # provider ${version}, for images/terraform`,
  );
  const database = settings.scan.database ?? "https://grype.anchore.io/databases";
  const sigstore =
    settings.signing?.kind === "keyless" ? SIGSTORE.map((url) => `service ${url} # signatures without a key`) : [];
  return `${[...pinned, ...providers, `download ${database} # vulnerabilities, for publish and scan`, ...sigstore, ...MODULE_SOURCES].join("\n")}\n`;
}
