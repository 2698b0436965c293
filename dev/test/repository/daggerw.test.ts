import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, searchPath } from "../../tools/find-tool.js";
import { writeExecutable } from "../fixtures/programs.js";
import { runProgram } from "../fixtures/run-program.js";
import { serve } from "../fixtures/serve.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

/** What daggerw itself needs of a machine. */
const NEEDED = ["sh", "dirname", "sed", "cut", "uname", "mkdir", "mktemp", "mv", "rm", "tar", "gzip", "curl"];
const HASHERS = ["sha256sum", "shasum"];

type Setup = Awaited<ReturnType<typeof setUp>>;

const version = async () => JSON.parse(await readFile(join(ROOT, "dagger.json"), "utf8")).engineVersion as string;

/** What daggerw itself says is the digest of the engine. */
const engineDigest = async () => /sha256:[0-9a-f]{64}/.exec(await readFile(join(ROOT, "daggerw"), "utf8"))?.[0] ?? "";

/** A script that says which it is, its version, and its arguments, one a line. */
const fakeDagger = (name: string, says: string) =>
  `#!/bin/sh\nif [ "$1" = version ]; then echo "dagger ${says} (x) y"; exit; fi\necho ${name}\nprintf '%s\\n' "$@"\n`;

/** A repository with daggerw, a machine with little on PATH, and a server of releases whose archive holds a fake CLI. */
async function setUp(checksum: "right" | "wrong" = "right") {
  const folder = await makeTemporaryFolder();
  const [root, bin, release] = [join(folder, "a repository"), join(folder, "bin"), join(folder, "release")];
  for (const each of [root, bin, release]) await mkdir(each);
  await copyFile(join(ROOT, "dagger.json"), join(root, "dagger.json"));
  for (const tool of [...NEEDED, ...HASHERS]) {
    const path = await searchPath(tool);
    if (path !== undefined) await symlink(path, join(bin, tool));
    else if (!HASHERS.includes(tool)) throw new Error(`The tool ${tool} is missing, and daggerw needs it`);
  }
  await writeExecutable(join(release, "dagger"), fakeDagger("fetched", await version()));
  await runProgram("tar", ["-czf", join(folder, "archive.tar.gz"), "-C", release, "dagger"]);
  const archive = await readFile(join(folder, "archive.tar.gz"));
  const real = await readFile(join(ROOT, "daggerw"), "utf8");
  // The release itself cannot be fetched in a test; everything but its checksum is the real script.
  const sum = checksum === "right" ? createHash("sha256").update(archive).digest("hex") : "0".repeat(64);
  const target = `${platform() === "darwin" ? "darwin" : "linux"}_${arch() === "arm64" ? "arm64" : "amd64"}`;
  const changed = real.replace(new RegExp(`(_${target}\\) echo )[0-9a-f]{64}`), `$1${sum}`);
  expect(changed).not.toBe(real);
  await writeExecutable(join(root, "daggerw"), changed);

  const { url, seen } = await serve((response) => response.end(archive));
  const cache = join(folder, "cache");
  const base = {
    PATH: bin,
    HOME: folder,
    DAGGERW_CACHE: cache,
    DAGGERW_BASE_URL: url,
    _EXPERIMENTAL_DAGGER_RUNNER_HOST: "unix:///nowhere",
  };
  return {
    root,
    bin,
    cache,
    /** Paths that the server was asked for. */
    listAsked: () => seen.map((request) => request.url),
    call: (args: readonly string[], env: Record<string, string> = {}) =>
      runProgram(join(root, "daggerw"), args, { env: { ...base, ...env } }),
  };
}

describe("daggerw", () => {
  it("fetches the release once, and passes arguments as they are", async () => {
    const setup = await setUp();
    const args = ["call", "x y", "--flag=$HOME", "*", ""];
    const first = await setup.call(args);
    expect([first.code, first.stdout]).toEqual([0, `fetched\n${args.join("\n")}\n`]);
    expect((await setup.call(["call"])).stdout).toBe("fetched\ncall\n");
    const number = (await version()).slice(1);
    const path = new RegExp(`^/${number}/dagger_v${number}_(linux|darwin)_(amd64|arm64)\\.tar\\.gz$`);
    expect(setup.listAsked()).toEqual([expect.stringMatching(path)]);
    expect(await readdir(join(setup.cache, `dagger-${await version()}`))).toEqual(["dagger"]);
  });

  it("runs nothing of an archive with another checksum, and keeps nothing of it", async () => {
    const setup = await setUp("wrong");
    const stderr = expect.stringContaining("has SHA-256");
    expect(await setup.call(["call"])).toMatchObject({ code: 1, stdout: "", stderr });
    expect(await readdir(join(setup.cache, `dagger-${await version()}`))).toEqual([]);
  });

  it("takes a dagger of the pinned version from PATH, and no other", async () => {
    const setup = await setUp();
    await writeExecutable(join(setup.bin, "dagger"), fakeDagger("found", await version()));
    expect((await setup.call(["call"])).stdout).toBe("found\ncall\n");
    expect(setup.listAsked()).toEqual([]);
    await writeExecutable(join(setup.bin, "dagger"), fakeDagger("found", `${await version()}1`));
    expect((await setup.call(["call"])).stdout).toBe("fetched\ncall\n");
  });

  it.each([
    ["the engine of the pinned digest, and no telemetry", {}, "image://registry.dagger.io/engine@<digest>", "1"],
    [
      "that digest from a mirror",
      { DAGGERW_ENGINE: "mirror.example:5000/dagger" },
      "image://mirror.example:5000/dagger@<digest>",
      "1",
    ],
    ["the caller's own engine", { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "tcp://mine:1234" }, "tcp://mine:1234", "1"],
    ["a cloud engine, which its mere name asks for", { DAGGER_CLOUD_ENGINE: "" }, "", "1"],
    ["telemetry for whoever turned it on", { DO_NOT_TRACK: "0" }, "image://registry.dagger.io/engine@<digest>", "0"],
  ])("gives the CLI %s", async (_, env, engine, track) => {
    const setup = await setUp();
    await writeExecutable(join(setup.bin, "docker"), "#!/bin/sh\n");
    const tell = `echo "$_EXPERIMENTAL_DAGGER_RUNNER_HOST $DO_NOT_TRACK"\n`;
    await writeExecutable(join(setup.bin, "dagger"), `${fakeDagger("found", await version())}${tell}`);
    const { stdout } = await setup.call(["call"], { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "", ...env });
    expect(stdout).toBe(`found\ncall\n${engine.replace("<digest>", await engineDigest())} ${track}\n`);
  });

  it("says in one sentence that there is no container runtime, before it fetches anything", async () => {
    const setup = await setUp();
    const none = { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "" };
    const result = await setup.call(["call", "publish"], none);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^daggerw: no container runtime answers [^\n]+\n$/);
    expect(setup.listAsked()).toEqual([]);
    // A client whose daemon does not run is no runtime.
    await writeExecutable(join(setup.bin, "docker"), "#!/bin/sh\nexit 1\n");
    expect((await setup.call(["call"], none)).code).toBe(1);
    await writeExecutable(join(setup.bin, "podman"), "#!/bin/sh\nexit 0\n");
    expect((await setup.call(["call"], none)).stdout).toBe("fetched\ncall\n");
  });

  it("tells its version without a runtime", async () => {
    const setup = await setUp();
    const result = await setup.call(["version"], { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "" });
    expect(result.stdout).toContain(await version());
  });

  it("names the address that could not be reached", async () => {
    const setup = await setUp();
    const result = await setup.call(["call"], { DAGGERW_BASE_URL: "http://127.0.0.1:1" });
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/http:\/\/127.0.0.1:1\/.* could not be fetched/s),
    });
  });

  const raise = ({ root }: Setup) => writeFile(join(root, "dagger.json"), '{\n  "engineVersion": "v9.9.9"\n}\n');
  it.each<[what: string, change: (setup: Setup) => Promise<unknown>, said: string, engine?: string]>([
    ["a downloader", ({ bin }) => rm(join(bin, "curl")), "neither curl nor wget is installed"],
    [
      "a hasher",
      ({ bin }) => Promise.all(HASHERS.map((hasher) => rm(join(bin, hasher), { force: true }))),
      "neither sha256sum nor shasum is installed",
    ],
    ["the version's checksum", raise, "no checksum is known for Dagger v9.9.9"],
    ["the version's engine", raise, "no digest is known for the engine of Dagger v9.9.9", ""],
  ])("says that it lacks %s, and runs nothing", async (_, change, said, engine = "unix:///nowhere") => {
    const setup = await setUp();
    await change(setup);
    const result = await setup.call(["call"], { _EXPERIMENTAL_DAGGER_RUNNER_HOST: engine });
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(said) });
  });
});
