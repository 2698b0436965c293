import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { startRegistry } from "../../native/start-registry.js";
import { findTool } from "../../tools/find-tool.js";
import { addTinyImage, makeClone, publish } from "./clone.js";

const clone = await makeClone();
await addTinyImage(clone, "index", { platforms: ["linux/amd64", "linux/arm64"] });
await addTinyImage(clone, "single");
afterAll(() => clone.remove());
const readBoth = () => Promise.all([clone.read("images/lock.json"), clone.read("MODULE.bazel")]);

it("lock writes digests and the block of oci.pull, which buildifier likes and the check passes", async () => {
  const { images } = await publish(clone, ["--names=index,single"]);
  const result = await clone.dagger(["call", "lock", "--auto-apply"]);
  expect(result.code).toBe(0);
  const [text, module] = await readBoth();
  const lock = JSON.parse(text);
  expect([lock.index.digest, lock.single.digest]).toEqual(images.map((image) => image.digest));
  expect(lock.index.platforms).toEqual(["linux/amd64", "linux/arm64"]);
  expect(module).toContain(`digest = "${lock.index.digest}"`);
  expect(module).toContain('"genesis_index_linux_arm64"');
  const buildifier = await findTool("buildifier");
  await promisify(execFile)(buildifier, ["-mode=check", "-lint=warn", join(clone.root, "MODULE.bazel")]);
  const checked = await clone.dagger(["call", "check-lock"]);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toContain("agree");
  const rebuilt = await clone.dagger(["call", "verify", "--rebuild", "--names=index,single"]);
  const same = ["index", "single"].map((name) => `${name}: built again, and the same: ${lock[name].digest}\n`);
  expect(rebuilt.stdout.trim()).toBe(same.join("").trim());
});

it("lock changes nothing when it runs again, as a generator too", async () => {
  const before = await readBoth();
  expect((await clone.dagger(["generate", "--auto-apply"])).code).toBe(0);
  expect(await readBoth()).toEqual(before);
});

it("the check fails with the command that mends it when one of the files is edited", async () => {
  const module = await clone.read("MODULE.bazel");
  await clone.write("MODULE.bazel", module.replace(/sha256:[0-9a-f]{64}/, `sha256:${"0".repeat(64)}`));
  expect((await clone.dagger(["check", "*check-lock"])).code).not.toBe(0);
  const called = await clone.dagger(["call", "check-lock"]);
  expect(called.stderr).toContain("[lock-disagrees]");
  expect(called.stderr).toContain("dagger call lock --auto-apply");
  expect((await clone.dagger(["call", "lock", "--auto-apply"])).code).toBe(0);
  expect(await clone.read("MODULE.bazel")).toBe(module);
});

it("Terraform runs in the locked image where its inputs are these, pulled from the registry that was given", async () => {
  const other = await makeClone();
  onTestFinished(() => other.remove());
  await addTinyImage(other, "terraform");
  const registry = await startRegistry({ repositories: ["terraform"] });
  onTestFinished(() => registry.stop());
  const { port } = new URL(registry.url);
  const call = (to: string, ...args: string[]) => other.dagger(["call", `--registry=tcp://localhost:${to}`, ...args]);
  expect((await call(port, "publish", "--names=terraform")).stdout).toContain(
    `The registry of --registry, as localhost:${port}.`,
  );
  expect((await call(port, "lock", "--auto-apply")).code).toBe(0);
  const { repository, digest } = JSON.parse(await other.read("images/lock.json")).terraform;
  expect(repository).toBe(`localhost:${port}/terraform`);
  const show = ["terraform", "with-exec", "--args=cat,/unique", "stdout"];
  // With no registry there, it is not built in its place.
  const refused = await call("1", ...show);
  expect(refused.stderr).toContain("[tool-unavailable]");
  expect(refused.stderr).toContain(`${repository}@${digest}, which images/lock.json names, could not be pulled`);
  expect((await call(port, ...show)).stdout).toBe(await other.read("images/terraform/unique"));
  await addTinyImage(other, "terraform");
  expect((await call("1", ...show)).stdout).toBe(await other.read("images/terraform/unique"));
});
