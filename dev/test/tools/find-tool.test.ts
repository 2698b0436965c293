import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { namePlatform, parseReleases } from "../../tools/fetch-release.js";
import { findProgram, type Place, ROOT, readVersion, willDo } from "../../tools/find-tool.js";
import { PROGRAMS, type ProgramName } from "../../tools/tools.js";
import { writeExecutable } from "../fixtures/programs.js";
import { serve } from "../fixtures/serve.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const run = promisify(execFile);
const RELEASES = await readFile(join(ROOT, "dev", "tools", "releases.txt"), "utf8");

/** A Terraform that tells a version, and by its name which one it is. */
const fakeTerraform = (version: string, name: string) => `#!/bin/sh\necho "Terraform v${version}"\necho ${name}\n`;

/** A machine with Python alone, an empty cache, and a server of releases whose archive holds a fake Terraform. */
async function setUp({ checksum = "right", status = 200 } = {}) {
  const folder = await makeTemporaryFolder();
  const [bin, release] = [join(folder, "bin"), join(folder, "release")];
  for (const each of [bin, release]) await mkdir(each);
  const version = await readVersion("terraform", { releases: RELEASES });
  await writeFile(join(release, "terraform"), fakeTerraform(version, "fetched"));
  await writeFile(join(release, "LICENSE.txt"), "x");
  const zip = join(folder, "archive.zip");
  await run("python3", ["-m", "zipfile", "-c", zip, join(release, "LICENSE.txt"), join(release, "terraform")]);
  const archive = await readFile(zip);
  const { url: origin, seen } = await serve((response) => response.writeHead(status).end(archive));
  const sum = checksum === "right" ? createHash("sha256").update(archive).digest("hex") : "0".repeat(64);
  const releases = `# what is known\nterraform releases.test v${version} ${namePlatform()} ${sum}\n`;
  const place: Place = { cache: join(folder, "cache"), path: bin, releases, origin };
  return {
    place,
    /** Paths that the server was asked for. */
    listAsked: () => seen.map(({ url }) => url),
    install: (installed: string) => writeExecutable(join(bin, "terraform"), fakeTerraform(installed, "found")),
  };
}

describe("a tool", () => {
  it("is taken from PATH where the version there will do, and nothing is fetched", async () => {
    const { place, listAsked, install } = await setUp();
    await install("1.12.1");
    expect(await findProgram("terraform", place)).toBe(join(place.path, "terraform"));
    expect(listAsked()).toEqual([]);
  });

  it("is fetched once by its checksum where PATH has an older one, or none", async () => {
    const { place, listAsked, install } = await setUp();
    await install("1.10.5");
    const path = await findProgram("terraform", place);
    expect((await run(path)).stdout).toContain("fetched");
    expect(await findProgram("terraform", place)).toBe(path);
    expect(listAsked()).toEqual([expect.stringMatching(/^\/terraform\/([\d.]+)\/terraform_\1_[a-z0-9_]+\.zip$/)]);
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
    const called = findProgram("terraform", place);
    await expect(called).rejects.toThrow(reason);
    await expect(called).rejects.toThrow(
      /Go cannot compile it.*Install terraform 1.11 or newer so that it is on PATH/s,
    );
    expect(await readdir(place.cache)).toEqual([]);
  });

  it("that Go would compile is named where there is no Go either", async () => {
    const { place } = await setUp({ status: 404 });
    await expect(findProgram("crane", { ...place, releases: RELEASES })).rejects.toThrow(
      /answered 404.*there is no Go to compile it.*Install crane \d+\.\d+\.\d+ so that/s,
    );
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
    for (const tool of Object.keys(PROGRAMS) as ProgramName[]) {
      const version = await readVersion(tool, { releases: RELEASES });
      for (const platform of ["linux_amd64", "linux_arm64"]) {
        expect(releases, "add the lines of this version").toContainEqual(
          expect.objectContaining({ tool, version, platform }),
        );
      }
    }
  });
});
