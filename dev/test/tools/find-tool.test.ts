import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatAddress, namePlatform, parseReleases } from "../../tools/fetch-release.js";
import { findProgram, type Place, ROOT, readVersion, searchPath, willDo } from "../../tools/find-tool.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { PROGRAMS, type ProgramName } from "../../tools/tools.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const run = promisify(execFile);
const RELEASES = await readFile(join(ROOT, "dev", "tools", "releases.txt"), "utf8");

/** A Terraform that tells a version, and by its name which one it is. */
const fakeTerraform = (version: string, name: string) => `#!/bin/sh\necho "Terraform v${version}"\necho ${name}\n`;

interface Setup {
  place: Place;
  /** Paths that the server of releases was asked for. */
  asked: string[];
  install(version: string): Promise<void>;
}

/** A machine with Python alone, an empty cache, and a server of releases whose archive holds a fake Terraform. */
async function setUp({ checksum = "right", status = 200 } = {}): Promise<Setup> {
  const folder = await makeTemporaryFolder();
  const [bin, release] = [join(folder, "bin"), join(folder, "release")];
  for (const each of [bin, release]) await mkdir(each);
  const version = await readVersion("terraform", { releases: RELEASES });
  await writeFile(join(release, "terraform"), fakeTerraform(version, "fetched"));
  await writeFile(join(release, "LICENSE.txt"), "x");
  const zip = join(folder, "archive.zip");
  await run("python3", ["-m", "zipfile", "-c", zip, join(release, "LICENSE.txt"), join(release, "terraform")]);
  const archive = await readFile(zip);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(status).end(archive);
  });
  const origin = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  onTestFinished(() => void server.close());
  const sum = checksum === "right" ? createHash("sha256").update(archive).digest("hex") : "0".repeat(64);
  const releases = `# what is known\nterraform releases.test v${version} ${namePlatform()} ${sum}\n`;
  return {
    place: { cache: join(folder, "cache"), path: bin, releases, origin },
    asked,
    install: async (installed) => {
      await writeFile(join(bin, "terraform"), fakeTerraform(installed, "found"));
      await chmod(join(bin, "terraform"), 0o755);
    },
  };
}

describe("a tool", () => {
  it("is taken from PATH where the version there will do, and nothing is fetched", async () => {
    const { place, asked, install } = await setUp();
    await install("1.12.1");
    expect(await findProgram("terraform", place)).toBe(join(place.path, "terraform"));
    expect(asked).toEqual([]);
  });

  it("is fetched once by its checksum where PATH has an older one, or none", async () => {
    const { place, asked, install } = await setUp();
    await install("1.10.5");
    const path = await findProgram("terraform", place);
    expect((await run(path)).stdout).toContain("fetched");
    expect(await findProgram("terraform", place)).toBe(path);
    expect(asked).toEqual([expect.stringMatching(/^\/terraform\/([\d.]+)\/terraform_\1_[a-z0-9_]+\.zip$/)]);
  });

  it("is whole for two that install it at once", async () => {
    const { place } = await setUp();
    const paths = await Promise.all([findProgram("terraform", place), findProgram("terraform", place)]);
    expect(paths[0]).toBe(paths[1]);
    expect((await run(paths[0])).stdout).toContain("fetched");
    expect(await readdir(place.cache)).toHaveLength(1);
  });

  it.each([
    ["has another checksum", { checksum: "wrong" }, "is known of it"],
    ["is not there", { status: 404 }, "answered 404"],
  ])("that %s is not kept, and the error says what to do", async (_, options, reason) => {
    const { place } = await setUp(options);
    const error = await findProgram("terraform", place).then(String, (thrown: Error) => thrown.message);
    expect(error).toContain(reason);
    expect(error).toContain("Go cannot compile it");
    expect(error).toContain("Install terraform 1.11 or newer so that it is on PATH");
    expect(await readdir(place.cache)).toEqual([]);
  });

  it("that Go would compile is named where there is no Go either", async () => {
    const { place } = await setUp({ status: 404 });
    const error = await findProgram("crane", { ...place, releases: RELEASES }).then(
      String,
      (thrown: Error) => thrown.message,
    );
    expect(error).toContain("answered 404");
    expect(error).toContain("there is no Go to compile it");
    expect(error).toMatch(/Install crane \d+\.\d+\.\d+ so that/);
  });

  it.each([
    ["1.11.0", true],
    ["1.16.5", true],
    ["2.0.0", true],
    ["1.9.9", false],
    ["0.12.31", false],
    [undefined, false],
  ])("of version %s will do where 1.11 is the least: %s", (found, will) => {
    expect(willDo(found, "1.16.5", "1.11")).toBe(will);
    expect(willDo(found, "1.16.5")).toBe(found === "1.16.5");
  });
});

describe("the releases", () => {
  const releases = parseReleases(RELEASES);

  it("have a checksum for the version of each tool, on Linux at least", async () => {
    for (const name of Object.keys(PROGRAMS) as ProgramName[]) {
      const version = await readVersion(name, { releases: RELEASES });
      const platforms = releases
        .filter((each) => each.tool === name && each.version === version)
        .map(({ platform }) => platform);
      expect(platforms, `${name} ${version}: add the lines of this version to dev/tools/releases.txt`).toEqual(
        expect.arrayContaining(["linux_amd64", "linux_arm64"]),
      );
    }
  });

  it("are at addresses of their platform and version", () => {
    const of = (tool: string, platform: string) =>
      releases.find((each) => each.tool === tool && each.platform === platform);
    const [crane, cosign] = [of("crane", "linux_amd64"), of("cosign", "darwin_arm64")];
    if (crane === undefined || cosign === undefined) throw new Error("no release");
    expect(formatAddress(PROGRAMS.crane.release, crane)).toMatch(
      /\/v([\d.]+)\/go-containerregistry_Linux_x86_64\.tar\.gz$/,
    );
    expect(formatAddress(PROGRAMS.cosign.release, cosign)).toMatch(/\/v[\d.]+\/cosign-darwin-arm64$/);
  });
});

it("a name that no folder of PATH has is not found", async () => {
  expect(await searchPath("nobody-has-this")).toBeUndefined();
});
