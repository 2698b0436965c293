import { isIndexEntry, type Lock } from "../../../ci/images/lock.js";
import { describeCall } from "./check-calls.js";
import type { Call, Evaluation } from "./evaluate.js";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * A sentence for each download that is not pinned, for each difference between the pulls and the lock, and for each final image
 * that is not on all platforms of its base.
 */
export function checkPulls({ calls }: Evaluation, lock: Lock): string[] {
  const pulls = calls.filter((call) => call.name === "oci.pull");
  const used = calls.filter((call) => call.kind === "use_repo").flatMap((call) => call.arguments.names as string[]);
  return [
    ...calls.filter((call) => call.kind === "repository" && call.label.startsWith("@")).flatMap(checkArchive),
    ...pulls.flatMap((pull) => [...checkPin(pull), ...checkUsed(pull, used)]),
    ...compareWithLock(pulls, lock),
    ...checkFinalImage(calls, lock),
  ];
}

function checkArchive(call: Call): string[] {
  return /^[0-9a-f]{64}$/.test(String(call.arguments.sha256))
    ? []
    : [`${describeCall(call)}: it is not pinned by sha256`];
}

function checkPin(pull: Call): string[] {
  const { digest, image, tag } = pull.arguments;
  const pinned = DIGEST.test(String(digest)) && tag === undefined && !/[@]|:[^/]*$/.test(String(image));
  return pinned ? [] : [`${describeCall(pull)}: it is not pinned by a digest alone`];
}

/** rules_oci makes a repository for the image, and one for each platform. */
function checkUsed({ arguments: { name, platforms = [] } }: Call, used: readonly string[]): string[] {
  const made = [name, ...(platforms as string[]).map((each) => `${name}_${each.replaceAll("/", "_")}`)];
  return made.filter((each) => !used.includes(String(each))).map((each) => `use_repo has no ${each}`);
}

function compareWithLock(pulls: readonly Call[], lock: Lock): string[] {
  const locked = [...lock.values()].map((entry) => ({
    image: entry.repository,
    digest: entry.digest,
    platforms: isIndexEntry(entry) ? entry.platforms : [],
  }));
  const pulled = pulls.map(({ arguments: { image, digest, platforms = [] } }) => ({ image, digest, platforms }));
  const [wanted, given] = [JSON.stringify(locked), JSON.stringify(pulled)];
  return wanted === given ? [] : [`the lock has ${wanted}, MODULE.bazel pulls ${given}`];
}

/** The image of terraform/: an index of one image for each platform of the locked base, or a target that says what to do. */
function checkFinalImage(calls: readonly Call[], lock: Lock): string[] {
  const own = calls.filter((call) => call.file === "terraform/BUILD.bazel");
  const find = (name: string) => own.find((call) => call.arguments.name === name);
  const base = [...lock].find(([name]) => name === "terraform")?.[1];
  if (base === undefined) {
    return ["image", "image_push"].flatMap((name) => {
      const tags = find(name)?.arguments.tags;
      return Array.isArray(tags) && tags.includes("manual")
        ? []
        : [`${name} is built by //... though nothing is locked`];
    });
  }
  const names = base.platforms.map((platform) => platform.replaceAll("/", "_"));
  const bases = own.filter((call) => call.name === "oci_image").map((call) => call.arguments.base);
  const suffix = (name: string) => (isIndexEntry(base) ? `_${name}` : "");
  const expected = {
    bases: names.map((name) => `@genesis_terraform${suffix(name)}`),
    images: names.map((name) => `image_${name}`),
    repository: base.repository,
  };
  const found = {
    bases,
    images: find("image")?.arguments.images,
    repository: find("image_push")?.arguments.repository,
  };
  const [wanted, given] = [JSON.stringify(expected), JSON.stringify(found)];
  return wanted === given ? [] : [`the final image should be ${wanted}, it is ${given}`];
}
