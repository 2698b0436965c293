import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Container, type Directory, dag, type Platform as EnginePlatform } from "@dagger.io/dagger";
import { describeBuildFailure } from "../images/build-failure.js";
import { GENERATION_ARG } from "../images/dockerfile/check.js";
import type { BuildImage, BuildRequest } from "../images/publish.js";
import { writeContext } from "../images/write-context.js";
import { GenesisError } from "../lib/errors.js";
import type { Platform } from "../lib/names.js";
import { type Layout, readLayout } from "../registry/layout.js";
import { normalizeLayout } from "../registry/normalize-layout.js";
import { handOver } from "./hand-over.js";
import type { Workspace } from "./workspace.js";

/** Builds one platform of an image, with its labels: nothing that is not of its inputs, so not the commit, which a tag names. Lazy: the engine works when the container is used. */
function buildVariant(
  { settings }: Workspace,
  { image, inputs, generation }: BuildRequest,
  context: Directory,
  platform: Platform,
): Container {
  const args = generation > 1 ? { ...image.args, [GENERATION_ARG]: String(generation) } : image.args;
  const built = context.dockerBuild({
    platform: platform as string as EnginePlatform,
    buildArgs: Object.entries(args).map(([name, value]) => ({ name, value })),
  });
  const labels = {
    "org.opencontainers.image.source": settings.source,
    "org.opencontainers.image.title": image.name,
    "org.opencontainers.image.description": image.description,
    "dev.genesis.inputs": inputs,
  };
  return Object.entries(labels).reduce((container, [name, value]) => container.withLabel(name, value), built);
}

/** Builds a variant for good: compares its platform with what was asked and runs the image's smoke command in it. */
async function proveVariant(request: BuildRequest, variant: Container, platform: Platform): Promise<void> {
  const { image } = request;
  const place = { image: image.name, platform };
  const refuse = async (error: unknown): Promise<never> => {
    const file = image.context.find(({ path }) => path === "Dockerfile");
    const dockerfile = file && (await readFile(file.location, "utf8"));
    const failure = { code: "build-failed" as const, ...place, fact: "the Dockerfile did not build" };
    throw describeBuildFailure({ ...failure, ...(dockerfile && { dockerfile }) }, error);
  };
  const actual = await variant.platform().catch(refuse);
  if ((actual as string) !== (platform as string)) {
    throw new GenesisError({
      code: "platform-mismatch",
      subject: `image ${image.name} ${platform}`,
      fact: `the build gave ${actual}; FROM scratch keeps the engine's own platform`,
    });
  }
  await variant.sync().catch(refuse);
  if (image.smoke === undefined) return;
  await variant
    .withExec([...image.smoke])
    .sync()
    .catch((error: unknown) => {
      const fact = `its smoke command ${image.smoke?.join(" ")} failed`;
      throw describeBuildFailure({ code: "smoke-failed", ...place, fact }, error);
    });
}

/** Builds every platform of an image. Throws `build-failed`, `platform-mismatch` or `smoke-failed`. */
export async function buildVariants(workspace: Workspace, request: BuildRequest): Promise<Container[]> {
  const context = await handOver((folder) => writeContext(folder, request.image.context));
  return Promise.all(
    request.image.platforms.map(async (platform) => {
      const variant = buildVariant(workspace, request, context, platform);
      await proveVariant(request, variant, platform);
      return variant;
    }),
  );
}

/** The module's own way to build: the engine writes an OCI layout, which is normalized, used and removed. */
export function makeBuilder(workspace: Workspace): BuildImage {
  return async (request, use) => {
    const [first, ...others] = await buildVariants(workspace, request);
    if (first === undefined) throw new Error("unreachable: an image has a platform");
    const tarball =
      others.length === 0 ? first.asTarball() : dag.container().asTarball({ platformVariants: [first, ...others] });
    const folder = await mkdtemp(join(tmpdir(), "genesis-layout-"));
    try {
      const tar = join(folder, "image.tar");
      await tarball.export(tar);
      return await use(await unpackLayout(folder, tar));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function unpackLayout(folder: string, tar: string): Promise<Layout> {
  const layout = join(folder, "layout");
  await mkdir(layout);
  await promisify(execFile)("tar", ["-xf", tar, "-C", layout]);
  await rm(tar);
  return normalizeLayout(await readLayout(layout));
}
