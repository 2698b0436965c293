import { createHash, randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { addTinyImage, makeClone, PLATFORMS, publish, withServed } from "./clone.js";

const PORT = 5069;
const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** Where the CLI finds another engine: unix:///…/engine.sock. */
const SECOND_ENGINE = process.env.GENESIS_E2E_SECOND_ENGINE;
const narrowed = PLATFORMS === undefined ? [] : [`--platforms=${PLATFORMS}`];

const clone = await makeClone();
afterAll(() => clone.remove());

/** The SHA-256 of the bytes that a pull by this reference gives. */
async function pull(url: string, repository: string, reference: string): Promise<string> {
  const accept = `${INDEX}, ${MANIFEST}`;
  const response = await fetch(`${url}/v2/${repository}/manifests/${reference}`, { headers: { accept } });
  expect(response.status).toBe(200);
  return `sha256:${createHash("sha256")
    .update(Buffer.from(await response.arrayBuffer()))
    .digest("hex")}`;
}

it.each([
  ["platform-unsupported", ["build-image", "--name=base", "--platform=linux/s390x"]],
  ["format-unknown", ["publish", "--format=xml"]],
])("refuses with %s: %j", async (code, args) => {
  const result = await clone.dagger(["call", ...args]);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain(`[${code}]`);
  expect(result.stdout).toBe("");
});

it("publishes all images, then reports both unchanged", async () => {
  // The context of base is part of terraform's too, so one comment gives both new inputs.
  const script = "images/base/install-packages.sh";
  await clone.write(script, `${await clone.read(script)}# ${Date.now()}\n`);
  const first = await publish(clone, narrowed);
  expect(first.images.map((image) => [image.image, image.status, image.error])).toEqual([
    ["base", "built", undefined],
    ["terraform", "built", undefined],
  ]);
  const second = await publish(clone, narrowed);
  expect(second.images.map((image) => image.status)).toEqual(["unchanged", "unchanged"]);
  expect(second.images.map((image) => image.digest)).toEqual(first.images.map((image) => image.digest));
});

it("gives exactly the reported digest when it is pulled, by digest and by tag, also of an image that was added", async () => {
  await addTinyImage(clone, "third", { platforms: ["linux/amd64", "linux/arm64"] });
  const { images } = await publish(clone, ["--names=third"]);
  const [third] = images;
  expect(third).toMatchObject({ image: "third", status: "built", platforms: ["linux/amd64", "linux/arm64"] });
  await withServed(clone, "registry", PORT, async (url) => {
    const tag = third?.reference.split(":").at(-1) ?? "";
    expect(await pull(url, "third", third?.digest ?? "")).toBe(third?.digest);
    expect(await pull(url, "third", tag)).toBe(third?.digest);
  });
});

it("publishes the others when one does not build, is not what it says or fails its smoke command, and pushes nothing of that one", async () => {
  await addTinyImage(clone, "good");
  await addTinyImage(clone, "broken");
  const failing = "ARG DEBIAN\nFROM ${DEBIAN}\nCOPY unique /\nRUN echo because >&2; exit 3\n";
  await clone.write("images/broken/Dockerfile", failing);
  await addTinyImage(clone, "scratch", { platforms: ["linux/amd64", "linux/arm64"], args: {} });
  await clone.write("images/scratch/Dockerfile", "FROM scratch\nCOPY unique /unique\n");
  await addTinyImage(clone, "smoky", { smoke: ["false"] });
  const result = await publish(clone, ["--names=good,broken,scratch,smoky"]);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("[publish-failed] broken, scratch, smoky: 3 of 4 images failed");
  expect(result.images.map(({ image, status, error }) => [image, status, error?.split("]")[0]])).toEqual([
    ["broken", "failed", "[build-failed"],
    ["good", "built", undefined],
    ["scratch", "failed", "[platform-mismatch"],
    ["smoky", "failed", "[smoke-failed"],
  ]);
  expect(result.images[0]?.error).toMatch(/\n\nDockerfile:4: RUN echo because >&2; exit 3\nexit code 3\nbecause$/);
  await withServed(clone, "registry", PORT, async (url) => {
    for (const { image, status, inputs = "" } of result.images) {
      const { tags } = (await (await fetch(`${url}/v2/${image}/tags/list`)).json()) as { tags?: string[] };
      expect([image, tags?.includes(`in-${inputs.slice(0, 16)}`) ?? false]).toEqual([image, status === "built"]);
    }
  });
});

it.skipIf(SECOND_ENGINE === undefined)(
  "gives the same digest on an engine that shares nothing with this one",
  async () => {
    await addTinyImage(clone, "same", { platforms: ["linux/amd64", "linux/arm64"] });
    const lines = [
      "ARG DEBIAN",
      "FROM ${DEBIAN}",
      "COPY unique /unique",
      "WORKDIR /work",
      "RUN mkdir /made && ln -s made /link",
    ];
    await clone.write("images/same/Dockerfile", `${lines.join("\n")}\n`);
    const here = await publish(clone, ["--names=same"]);
    const there = await publish(clone, ["--names=same"], { _EXPERIMENTAL_DAGGER_RUNNER_HOST: SECOND_ENGINE ?? "" });
    expect([here.images[0]?.status, there.images[0]?.status]).toEqual(["built", "built"]);
    expect(there.images[0]?.digest).toBe(here.images[0]?.digest);
  },
);

it("labels an image, and builds it anew under a new tag when forced", async () => {
  await addTinyImage(clone, "forced");
  await clone.write(
    "images/forced/Dockerfile",
    "ARG DEBIAN\nFROM ${DEBIAN}\nCOPY unique /unique\nARG GENESIS_GENERATION\nRUN cat /proc/sys/kernel/random/uuid > /built\n",
  );
  // The embedded registry outlives a test run, and a revision's tag, which alone names it, is never moved.
  const revision = randomBytes(20).toString("hex");
  const first = await publish(clone, ["--names=forced", `--revision=${revision}`]);
  const forced = await publish(clone, ["--names=forced", "--force"]);
  expect(forced.images[0]?.status).toBe("built");
  expect(forced.images[0]?.reference).toBe(`${first.images[0]?.reference}-2`);
  expect(forced.images[0]?.digest).not.toBe(first.images[0]?.digest);
  await withServed(clone, "registry", PORT, async (url) => {
    const manifest = await fetch(`${url}/v2/forced/manifests/${first.images[0]?.digest}`, {
      headers: { accept: MANIFEST },
    });
    expect(await pull(url, "forced", `git-${revision.slice(0, 12)}`)).toBe(first.images[0]?.digest);
    const { config } = (await manifest.json()) as { config: { digest: string } };
    const stored = await (await fetch(`${url}/v2/forced/blobs/${config.digest}`)).json();
    expect((stored as { config: { Labels: Record<string, string> } }).config.Labels).toMatchObject({
      "org.opencontainers.image.title": "forced",
      "org.opencontainers.image.description": "forced",
      "org.opencontainers.image.source": JSON.parse(await clone.read("genesis.json")).source,
      "dev.genesis.inputs": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

it("check-images passes when every image builds, and names one that does not", async () => {
  const other = await makeClone();
  onTestFinished(() => other.remove());
  for (const image of ["base", "terraform"]) await rm(join(other.root, "images", image), { recursive: true });
  await addTinyImage(other, "good", { platforms: ["linux/amd64", "linux/arm64"], smoke: ["test", "-f", "/unique"] });
  expect((await other.dagger(["check", "*check-images"])).code).toBe(0);
  await addTinyImage(other, "bad", { smoke: ["false"] });
  expect((await other.dagger(["call", "check-images"])).stderr).toContain("[smoke-failed] image bad linux/amd64");
});

it("terraform initializes with no network", async () => {
  // --network=none is not to be had here; a proxy that nobody answers at cuts terraform off from its registry.
  const offline = ["with-env-variable", "--name=HTTPS_PROXY", "--value=http://127.0.0.1:9"];
  const init = ["with-exec", "--args=terraform,init,-input=false,-backend=false", "stdout"];
  const result = await clone.dagger(["call", "terraform", ...offline, ...init]);
  expect(result.code).toBe(0);
  expect(result.stdout).toContain("Terraform has been successfully initialized");
});
