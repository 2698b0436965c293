import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check, copyRepository, editFile, FILLED } from "./copy-repository.js";

const TERRAFORM = "terraform/BUILD.bazel";
const MACRO = "bazel/final_image.bzl";

/** What somebody could get wrong: file, what stands there, what would, and what the checks then say. */
const MUTATIONS: readonly (readonly [string, string, string, string, RegExp])[] = [
  ["an unknown attribute", TERRAFORM, 'mode = "0644"', 'modus = "0644"', /pkg_tar tar: no attribute modus/],
  ["a wrong type", TERRAFORM, 'strip_prefix = "."', "strip_prefix = 1", /attribute strip_prefix is no string/],
  [
    "an attribute of a macro",
    MACRO,
    "tars = tars)",
    "layers = tars)",
    /oci_image image_linux_amd64: no attribute layers/,
  ],
  ["a missing attribute", MACRO, "image = name, ", "", /oci_push image_push: attribute image is missing/],
  ["an attribute of an own rule", "MODULE.bazel", "lock = ", "locks = ", /no attribute locks/],
  ["an unknown load", TERRAFORM, "@rules_pkg//pkg:tar.bzl", "@rules_pkg//:pkg.bzl", /load of @rules_pkg\/\/:pkg\.bzl/],
  ["an unknown symbol", TERRAFORM, '"pkg_tar")', 'pkg_tar = "tar")', /no symbol `?tar/],
  [
    "an unknown extension",
    "MODULE.bazel",
    "oci:extensions.bzl",
    "oci:pull.bzl",
    /use_extension of @rules_oci\/\/oci:pull/,
  ],
  ["another version", "MODULE.bazel", 'version = "1.3.0"', 'version = "1.2.0"', /rules_pkg 1\.2\.0.*are of 1\.3\.0/],
  ["a digest cut short", "MODULE.bazel", `sha256:${"2".repeat(64)}`, "sha256:2", /genesis_terraform: it is not pinned/],
  ["another digest", "MODULE.bazel", "2".repeat(64), "3".repeat(64), /the lock has .*2222.* pulls .*3333/],
  ["a tag", "MODULE.bazel", `digest = "sha256:${"2".repeat(64)}"`, 'tag = "latest"', /not pinned by a digest alone/],
  ["no checksum", "MODULE.bazel", '    sha256 = "867e', '    type = "867e', /terraform_darwin_arm64: it is not pinned/],
  ["a platform less", "MODULE.bazel", '        "linux/arm64",\n', "", /the lock has .* MODULE\.bazel pulls/],
  [
    "a repository less",
    "MODULE.bazel",
    '    "genesis_terraform_linux_arm64",\n',
    "",
    /use_repo has no genesis_terraform_linux_arm64/,
  ],
  ["an image for one platform", MACRO, "items():", "items()[:1]:", /the final image should be/],
  ["a base of another image", MACRO, "base = label", 'base = "@genesis_base"', /the final image should be/],
  ["a base without a repository", MACRO, "base = label", 'base = "@debian"', /@debian is in no repository/],
  ["a label that leads nowhere", TERRAFORM, 'tars = [":tar"]', 'tars = [":layer"]', /tars :layer does not exist/],
  [
    "a target that is not visible",
    "bazel/BUILD.bazel",
    '["//:__subpackages__"]',
    '["//visibility:private"]',
    /not visible from terraform/,
  ],
  ["an unknown platform", TERRAFORM, "//:incompatible", "//:impossible", /is no target of that module/],
  ["a file that is not there", TERRAFORM, '".tflint.hcl"', '"tflint.hcl"', /data tflint\.hcl does not exist/],
  ["a pattern that matches nothing", TERRAFORM, '"*.tfvars"', '"*.tfvar"', /\*\.tfvar: it matches nothing/],
  [
    "a def in a BUILD file",
    TERRAFORM,
    "# What a plan reads.\n",
    "def plan():\n    pass\n",
    /not allowed in this dialect/,
  ],
  [
    "a load in MODULE.bazel",
    "MODULE.bazel",
    "module(\n",
    'load("//bazel:final_image.bzl", "final_image")\nmodule(\n',
    /`load` is not allowed/,
  ],
];

it.each(MUTATIONS)("%s turns the checks red", async (_, path, from, to, finding) => {
  const root = await copyRepository(FILLED);
  await editFile(root, path, (text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  });
  expect((await check(root, FILLED)).findings.join("\n")).toMatch(finding);
});

it("a lock that MODULE.bazel does not follow turns the checks red", async () => {
  const root = await copyRepository(FILLED);
  await writeFile(join(root, "images/lock.json"), "{}\n");
  expect((await check(root, FILLED)).findings.join("\n")).toMatch(/the final image should be/);
});
