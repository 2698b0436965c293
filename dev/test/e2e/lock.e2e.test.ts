import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../../tools/find-tool.js";
import { addTinyImage, type Clone, makeClone, publish } from "./clone.js";

const run = promisify(execFile);

let clone: Clone;
beforeAll(async () => {
  clone = await makeClone();
  await addTinyImage(clone, "index", { platforms: ["linux/amd64", "linux/arm64"] });
  await addTinyImage(clone, "single");
});
afterAll(() => clone.remove());

describe("lock", () => {
  it("agrees with MODULE.bazel before anything is published", async () => {
    const result = await clone.dagger(["call", "check-lock"]);
    expect(result.stdout).toContain("agree");
    expect(result.stdout).toContain("index: locked at nothing");
  });

  it("writes digests and the block of oci.pull, which buildifier likes", async () => {
    const { images } = await publish(clone, ["--names=index,single"]);
    const result = await clone.dagger(["call", "lock", "--auto-apply"]);
    expect(result.code).toBe(0);
    const lock = JSON.parse(await clone.read("images/lock.json"));
    expect([lock.index.digest, lock.single.digest]).toEqual(images.map((image) => image.digest));
    expect(lock.index.platforms).toEqual(["linux/amd64", "linux/arm64"]);
    const module = await clone.read("MODULE.bazel");
    expect(module).toContain(`digest = "${lock.index.digest}"`);
    expect(module).toContain('"genesis_index_linux_arm64"');
    await run(await findTool("buildifier"), ["-mode=check", "-lint=warn", join(clone.root, "MODULE.bazel")]);
    expect((await clone.dagger(["call", "check-lock"])).code).toBe(0);
  });

  it("changes nothing when it runs again, as a generator too", async () => {
    const before = [await clone.read("images/lock.json"), await clone.read("MODULE.bazel")];
    expect((await clone.dagger(["generate", "--auto-apply"])).code).toBe(0);
    expect([await clone.read("images/lock.json"), await clone.read("MODULE.bazel")]).toEqual(before);
  });

  it("fails the check, with the command that mends it, when one of the files is edited", async () => {
    const module = await clone.read("MODULE.bazel");
    await clone.write("MODULE.bazel", module.replace(/sha256:[0-9a-f]{64}/, `sha256:${"0".repeat(64)}`));
    const edited = await clone.dagger(["check", "*check-lock"]);
    expect(edited.code).not.toBe(0);
    const called = await clone.dagger(["call", "check-lock"]);
    expect(called.stderr).toContain("[lock-disagrees]");
    expect(called.stderr).toContain("dagger call lock --auto-apply");
    expect((await clone.dagger(["call", "lock", "--auto-apply"])).code).toBe(0);
    expect(await clone.read("MODULE.bazel")).toBe(module);
  });

  it("fails the check when the registry holds another digest", async () => {
    const before = await publish(clone, ["--names=single"]);
    await clone.write("images/single/Dockerfile", "ARG DEBIAN\nFROM ${DEBIAN}\nCOPY unique /other\n");
    await publish(clone, ["--names=single"]);
    expect((await clone.dagger(["call", "check-lock"])).stdout).toContain("single: locked at ");
    const lock = JSON.parse(await clone.read("images/lock.json"));
    lock.single.digest = lock.index.digest;
    await clone.write("images/lock.json", `${JSON.stringify(lock, null, 2)}\n`);
    const module = await clone.read("MODULE.bazel");
    await clone.write("MODULE.bazel", module.replace(before.images[0]?.digest ?? "", lock.index.digest));
    const result = await clone.dagger(["call", "check-lock"]);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("[lock-registry-differs]");
  });
});
