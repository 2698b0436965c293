import type { Lock } from "../../../ci/images/lock.js";
import { isIndex } from "../../../ci/registry/manifest.js";
import { describeCall } from "./check-calls.js";
import type { Evaluation } from "./evaluate.js";

/**
 * A sentence for each archive that is not pinned, and where the final image of terraform/ is not what the lock says: an index of one
 * image for each platform of the locked base, or a target that says what to do. That the pulls are the lock's, `lock` sees to.
 */
export function checkImages({ calls }: Evaluation, lock: Lock): string[] {
  const archives = calls.filter(({ kind, label }) => kind === "repository" && label.startsWith("@"));
  const findings = archives
    .filter(({ arguments: { sha256 } }) => !/^[0-9a-f]{64}$/.test(String(sha256)))
    .map((call) => `${describeCall(call)}: it is not pinned by sha256`);

  const own = calls.filter((call) => call.file === "terraform/BUILD.bazel");
  const find = (name: string) => own.find((call) => call.arguments.name === name)?.arguments ?? {};
  const base = [...lock].find(([name]) => name === "terraform")?.[1];
  if (base === undefined) {
    const built = ["image", "image_push"].filter(
      (name) => !(find(name).tags as string[] | undefined)?.includes("manual"),
    );
    return [...findings, ...built.map((name) => `${name} is built by //... though nothing is locked`)];
  }
  const names = base.platforms.map((platform) => platform.replaceAll("/", "_"));
  const wanted = JSON.stringify({
    bases: names.map((name) => `@genesis_terraform${isIndex(base.mediaType) ? `_${name}` : ""}`),
    images: names.map((name) => `image_${name}`),
    repository: base.repository,
  });
  const given = JSON.stringify({
    bases: own.filter((call) => call.name === "oci_image").map((call) => call.arguments.base),
    images: find("image").images,
    repository: find("image_push").repository,
  });
  return wanted === given ? findings : [...findings, `the final image should be ${wanted}, it is ${given}`];
}
