import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseLock } from "../../../ci/images/lock.js";
import { RULES_OCI_VERSION, renderModule } from "../../../ci/images/module-bazel.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { check, checkCalls, copyRepository } from "./check-repository.js";
import { evaluate, readKnown } from "./evaluate.js";

const lockEntry = (name: string, digit: string) => ({
  repository: `public.ecr.aws/a1b2c3d4/${name}`,
  digest: `sha256:${digit.repeat(64)}`,
  mediaType: "application/vnd.oci.image.index.v1+json",
  platforms: ["linux/amd64", "linux/arm64"],
  inputs: "0".repeat(64),
});
const EMPTY = parseLock("{}");
const FILLED = parseLock(JSON.stringify({ base: lockEntry("base", "1"), terraform: lockEntry("terraform", "2") }));

const MODULE = "MODULE.bazel";
const TERRAFORM = "terraform/BUILD.bazel";
const MACRO = "bazel/final_image.bzl";

it.each([
  ["before the first publish", EMPTY],
  ["after it", FILLED],
])("Bazel would load every file of the repository %s", async (_, lock) => {
  expect(await check(await copyRepository(lock), lock)).toEqual([]);
});

/** What somebody could get wrong: file, what stands there, what would, and what the checks then say. */
const MUTATIONS: readonly (readonly [string, string, string, string, RegExp])[] = [
  ["an unknown attribute", TERRAFORM, 'mode = "0644"', 'modus = "0644"', /pkg_tar tar: no attribute modus/],
  ["a wrong type", TERRAFORM, 'strip_prefix = "."', "strip_prefix = 1", /attribute strip_prefix is no string/],
  ["a missing attribute", MACRO, ", image = name", "", /oci_push image_push: attribute image is missing/],
  ["an attribute of an own rule", MODULE, "lock = ", "locks = ", /no attribute locks/],
  ["an unknown load", TERRAFORM, "@rules_pkg//pkg:tar.bzl", "@rules_pkg//:pkg.bzl", /load of @rules_pkg\/\/:pkg\.bzl/],
  ["an unknown symbol", TERRAFORM, '"pkg_tar")', 'pkg_tar = "tar")', /no symbol `?tar/],
  ["an unknown extension", MODULE, "oci:extensions.bzl", "oci:pull.bzl", /use_extension of @rules_oci\/\/oci:pull/],
  ["another version", MODULE, 'version = "1.3.0"', 'version = "1.2.0"', /rules_pkg 1\.2\.0.*are of 1\.3\.0/],
  ["no checksum", MODULE, '    sha256 = "ecde', '    type = "ecde', /terraform_darwin_arm64: it is not pinned/],
  ["a repository less", MODULE, '"genesis_terraform_linux_arm64",', "", /terraform_linux_arm64 is in no repository/],
  ["a push to somewhere", MACRO, "image = name)", 'image = name, repository = "x/y")', /the final image should be/],
  ["an image for one platform", MACRO, "items():", "items()[:1]:", /the final image should be/],
  ["a label that leads nowhere", TERRAFORM, 'tars = [":tar"]', 'tars = [":layer"]', /tars :layer does not exist/],
  [
    "a target that is not visible",
    "bazel/BUILD.bazel",
    "//:__subpackages__",
    "//visibility:private",
    /not visible from/,
  ],
  ["an unknown platform", TERRAFORM, "//:incompatible", "//:impossible", /is no target of that module/],
  ["a pattern that matches nothing", TERRAFORM, '"*.tfvars"', '"*.tfvar"', /\*\.tfvar: it matches nothing/],
  ["a def in a BUILD file", TERRAFORM, "# What a plan reads.", "def plan():\n    pass", /not allowed in this dialect/],
  ["a load in MODULE.bazel", MODULE, "module(\n", 'load("//bazel:x.bzl", "x")\nmodule(\n', /`load` is not allowed/],
];

it.each(MUTATIONS)("%s turns the checks red", async (_, path, from, to, finding) => {
  const root = await copyRepository(FILLED);
  const text = await readFile(join(root, path), "utf8");
  expect(text).toContain(from);
  await writeFile(join(root, path), text.replace(from, to));
  expect((await check(root, FILLED)).join("\n")).toMatch(finding);
});

it("a lock that MODULE.bazel does not follow turns the checks red", async () => {
  const root = await copyRepository(FILLED);
  await writeFile(join(root, "images/lock.json"), "{}\n");
  expect((await check(root, FILLED)).join("\n")).toMatch(/the final image should be/);
});

it("the snippet for another repository loads, with the version of rules_oci that is known here", async () => {
  const known = await readKnown();
  const { rules_oci = "" } = known.modules;
  expect(rules_oci).toBe(RULES_OCI_VERSION);
  const root = await makeTemporaryFolder();
  await writeFile(join(root, ".bazelignore"), "");
  await writeFile(join(root, "MODULE.bazel"), renderModule([...FILLED.keys()], FILLED));
  const evaluation = await evaluate(root, known);
  expect(checkCalls(evaluation, { ...known, modules: { rules_oci } })).toEqual([]);
  expect(evaluation.calls.filter((call) => call.name === "oci.pull")).toHaveLength(2);
});
