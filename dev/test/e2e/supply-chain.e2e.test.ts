import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { findTool } from "../../tools/find-tool.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { addTinyImage, makeClone, publish } from "./clone.js";

const PASSWORD = "correct-horse-battery-staple";

const clone = await makeClone();
// Somebody may have published the others to the embedded registry, unsigned: then nothing would be locked.
for (const name of ["base", "terraform"]) await rm(join(clone.root, "images", name), { recursive: true });
await addTinyImage(clone, "signed", { platforms: ["linux/amd64", "linux/arm64"] });
await promisify(execFile)(await findTool("cosign"), ["generate-key-pair"], {
  cwd: clone.root,
  env: { PATH: process.env.PATH ?? "", HOME: clone.root, COSIGN_PASSWORD: PASSWORD },
});
const privateKey = await clone.read("cosign.key");
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

it("certifies what was published unsigned as the next generation, once, locks it, and shows neither key nor password with all progress on", async () => {
  const result = await publishSigned();
  expect(`${result.code} ${result.code === 0 ? "" : result.stderr}`).toBe("0 ");
  const [image] = JSON.parse(/^\{\n[\s\S]*?^\}$/m.exec(result.stdout)?.[0] ?? "{}").images;
  expect(image.status).toBe("built");
  expect(image.reference).toMatch(/-2$/);
  expect(image.notes[0]).toContain("does not verify [signature-missing]");
  expect(image.notes.join("\n")).toContain("not scanned");
  const again = await publishSigned();
  expect(again.stdout).toContain('"status": "unchanged"');
  expect(again.stdout).toContain(image.digest);
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

it("builds nothing where the image of a tool cannot be pulled", async () => {
  const pins = await clone.read("images/pins.json");
  await clone.write("images/pins.json", pins.replace(/("cosign": ".*@sha256:)[0-9a-f]{64}/, `$1${"0".repeat(64)}`));
  expect((await publishSigned("--force")).stderr).toContain("[tool-unavailable] tool cosign");
  await clone.write("images/pins.json", pins);
});
