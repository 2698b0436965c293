import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseRepositoryName } from "../../../ci/lib/names.js";
import { digestBytes, RegistryClient } from "../../../ci/registry/client.js";
import { findTool } from "../../tools/find-tool.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { addTinyImage, type Clone, makeClone, publish } from "./clone.js";
import { withServedRegistry } from "./serve.js";

const run = promisify(execFile);
const PASSWORD = "correct-horse-battery-staple";
const PORT = 5995;

let clone: Clone;
let privateKey: string;
beforeAll(async () => {
  clone = await makeClone();
  // Somebody may have published the others to the embedded registry, unsigned: then nothing would be locked.
  for (const name of ["base", "terraform"]) await rm(join(clone.root, "images", name), { recursive: true });
  await addTinyImage(clone, "signed", { platforms: ["linux/amd64", "linux/arm64"] });
  const cosign = await findTool("cosign");
  const env = { PATH: process.env.PATH ?? "", HOME: clone.root, COSIGN_PASSWORD: PASSWORD };
  await run(cosign, ["generate-key-pair"], { cwd: clone.root, env });
  privateKey = await readFile(join(clone.root, "cosign.key"), "utf8");
});
afterAll(() => clone.remove());

/** Trusts the key of the clone. Nothing listens where the database should come from, so no scan depends on a network. */
async function trustKey(): Promise<void> {
  const settings = JSON.parse(await clone.read("genesis.json"));
  const publicKey = await clone.read("cosign.pub");
  const scan = { database: "http://127.0.0.1:9/latest.json" };
  await clone.write("genesis.json", JSON.stringify({ ...settings, signing: { publicKey }, scan }));
}

const KEY = ["--signing-key=file://cosign.key", "--signing-password=env://GENESIS_TEST_PASSWORD"];

/** Publishes the image with the key, with all progress on. */
function publishSigned(...args: string[]) {
  const call = ["--progress=plain", "-vvv", "call", "publish", "--names=signed", "--format=json", ...KEY, ...args];
  return clone.dagger(call, { GENESIS_TEST_PASSWORD: PASSWORD });
}

it("needs to be told whose signatures count before it signs or verifies", async () => {
  expect((await publishSigned()).stderr).toContain("[signing-unconfigured] genesis.json signing");
  expect((await clone.dagger(["call", "verify"])).stderr).toContain("[signing-unconfigured] genesis.json signing");
});

it("locks nothing that is not signed", async () => {
  await trustKey();
  const before = await clone.read("images/lock.json");
  expect((await publish(clone, ["--names=signed"])).stdout).toContain("Nothing is signed");
  const result = await clone.dagger(["call", "lock", "--auto-apply"]);
  expect(result.stderr).toContain("[signature-missing]");
  expect(await clone.read("images/lock.json")).toBe(before);
});

it("signs, attests and locks an image, and shows neither key nor password with all progress on", async () => {
  const result = await publishSigned("--force");
  expect(`${result.code} ${result.code === 0 ? "" : result.stderr}`).toBe("0 ");
  const [image] = JSON.parse(/^\{\n[\s\S]*?^\}$/m.exec(result.stdout)?.[0] ?? "{}").images;
  expect(image.status).toBe("built");
  expect(image.notes.join("\n")).toContain("not scanned");
  expectNoSecret([result.stdout, result.stderr], [PASSWORD, privateKey.split("\n")[1] ?? ""]);
  const locked = await clone.dagger(["call", "lock", "--auto-apply"]);
  expect(`${locked.code} ${locked.code === 0 ? "" : locked.stderr}`).toBe("0 ");
  expect(JSON.parse(await clone.read("images/lock.json")).signed.digest).toBe(image.digest);
});

it("verifies it, and scans it as far as it can", async () => {
  const verified = await clone.dagger(["call", "verify", "--format=json"]);
  expect(`${verified.code} ${verified.stderr.trim()}`).toBe("0 ");
  const [image] = JSON.parse(verified.stdout).images;
  expect(image.sboms).toHaveLength(2);
  expect(image.provenance.buildDefinition.externalParameters.image).toBe("signed");
  const scanned = await clone.dagger(["call", "scan"]);
  expect(scanned.stdout).toContain("signed linux/arm64: not scanned");
});

it("verifies nothing else: another key, or one byte", async () => {
  const settings = await clone.read("genesis.json");
  const cosign = await findTool("cosign");
  const env = { PATH: process.env.PATH ?? "", HOME: clone.root, COSIGN_PASSWORD: PASSWORD };
  await run(cosign, ["generate-key-pair", "--output-key-prefix=other"], { cwd: clone.root, env });
  const other = { ...JSON.parse(settings), signing: { publicKey: await clone.read("other.pub") } };
  await clone.write("genesis.json", JSON.stringify(other));
  expect((await clone.dagger(["call", "verify"])).stderr).toContain("[signature-untrusted]");
  expect((await publishSigned("--force")).stderr).toContain("[signing-key-differs]");
  await clone.write("genesis.json", settings);

  const lock = JSON.parse(await clone.read("images/lock.json"));
  const repository = parseRepositoryName("signed", "test");
  const digest = await withServedRegistry(clone, PORT, async (url) => {
    const client = new RegistryClient({ url, prefix: `localhost:${PORT}` });
    const manifest = await client.resolve(repository, lock.signed.digest);
    if (manifest === undefined) throw new Error("the locked image is not there");
    const bytes = Buffer.concat([manifest.bytes, Buffer.from("\n")]);
    const changed = { ...manifest, digest: digestBytes(bytes), bytes };
    await client.putManifest(repository, changed.digest, changed);
    return changed.digest;
  });
  await clone.write("images/lock.json", JSON.stringify({ ...lock, signed: { ...lock.signed, digest } }));
  expect((await clone.dagger(["call", "verify"])).stderr).toContain("[signature-missing]");
});

it("builds nothing where the image of a tool cannot be pulled", async () => {
  const pins = await clone.read("images/pins.json");
  await clone.write("images/pins.json", pins.replace(/("cosign": ".*@sha256:)[0-9a-f]{64}/, `$1${"0".repeat(64)}`));
  expect((await publishSigned("--force")).stderr).toContain("[tool-unavailable] tool cosign");
  await clone.write("images/pins.json", pins);
});
