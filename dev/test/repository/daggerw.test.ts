import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT, searchPath } from "../../tools/find-tool.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const run = promisify(execFile);
/** What daggerw itself needs of a machine. */
const NEEDED = ["sh", "dirname", "sed", "cut", "uname", "mkdir", "mktemp", "mv", "rm", "tar", "gzip", "curl"];
const HASHERS = ["sha256sum", "shasum"];

interface Setup {
  root: string;
  bin: string;
  cache: string;
  /** Paths that the release server was asked for. */
  asked: string[];
  call(
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<{ code: number; stdout: string; stderr: string }>;
}

const version = async () => JSON.parse(await readFile(join(ROOT, "dagger.json"), "utf8")).engineVersion as string;

/** A script that says which it is, its version, and its arguments, one a line. */
const fakeDagger = (name: string, says: string) =>
  `#!/bin/sh\nif [ "$1" = version ]; then echo "dagger ${says} (x) y"; exit; fi\necho ${name}\nprintf '%s\\n' "$@"\n`;

async function writeScript(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

/** A repository with daggerw, a machine with little on PATH, and a server of releases whose archive holds a fake CLI. */
async function setUp(checksum: "right" | "wrong" = "right"): Promise<Setup> {
  const folder = await makeTemporaryFolder();
  const [root, bin, release] = [join(folder, "a repository"), join(folder, "bin"), join(folder, "release")];
  for (const each of [root, bin, release]) await mkdir(each);
  await copyFile(join(ROOT, "dagger.json"), join(root, "dagger.json"));
  for (const tool of [...NEEDED, ...HASHERS]) {
    const path = await searchPath(tool);
    if (path !== undefined) await symlink(path, join(bin, tool));
    else if (!HASHERS.includes(tool)) throw new Error(`The tool ${tool} is missing, and daggerw needs it`);
  }
  await writeScript(join(release, "dagger"), fakeDagger("fetched", await version()));
  await run("tar", ["-czf", join(folder, "archive.tar.gz"), "-C", release, "dagger"]);
  const archive = await readFile(join(folder, "archive.tar.gz"));
  const real = await readFile(join(ROOT, "daggerw"), "utf8");
  // The release itself cannot be fetched in a test; everything but its checksum is the real script.
  const sum = checksum === "right" ? createHash("sha256").update(archive).digest("hex") : "0".repeat(64);
  const target = `${platform() === "darwin" ? "darwin" : "linux"}_${arch() === "arm64" ? "arm64" : "amd64"}`;
  const changed = real.replace(new RegExp(`(_${target}\\) echo )[0-9a-f]{64}`), `$1${sum}`);
  expect(changed).not.toBe(real);
  await writeScript(join(root, "daggerw"), changed);

  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(archive);
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => void server.close());
  const cache = join(folder, "cache");
  const base = {
    PATH: bin,
    HOME: folder,
    DAGGERW_CACHE: cache,
    DAGGERW_BASE_URL: `http://127.0.0.1:${port}`,
    _EXPERIMENTAL_DAGGER_RUNNER_HOST: "unix:///nowhere",
  };
  return {
    root,
    bin,
    cache,
    asked,
    call: async (args, env = {}) => {
      const called = run(join(root, "daggerw"), [...args], { env: { ...base, ...env } });
      return called.then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
    },
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
    expect(setup.asked).toHaveLength(1);
    expect(setup.asked[0]).toMatch(
      new RegExp(`^/${number}/dagger_v${number}_(linux|darwin)_(amd64|arm64)\\.tar\\.gz$`),
    );
    expect(await readdir(join(setup.cache, `dagger-${await version()}`))).toEqual(["dagger"]);
  });

  it("runs nothing of an archive with another checksum, and keeps nothing of it", async () => {
    const setup = await setUp("wrong");
    const result = await setup.call(["call"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain("has SHA-256");
    expect(await readdir(join(setup.cache, `dagger-${await version()}`))).toEqual([]);
  });

  it("takes a dagger of the pinned version from PATH, and no other", async () => {
    const setup = await setUp();
    await writeScript(join(setup.bin, "dagger"), fakeDagger("found", await version()));
    expect((await setup.call(["call"])).stdout).toBe("found\ncall\n");
    expect(setup.asked).toEqual([]);
    await writeScript(join(setup.bin, "dagger"), fakeDagger("found", `${await version()}1`));
    expect((await setup.call(["call"])).stdout).toBe("fetched\ncall\n");
  });

  it("says in one sentence that there is no container runtime, before it fetches anything", async () => {
    const setup = await setUp();
    const none = { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "" };
    const result = await setup.call(["call", "publish"], none);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^daggerw: no container runtime answers [^\n]+\n$/);
    expect(setup.asked).toEqual([]);
    // A client whose daemon does not run is no runtime.
    await writeScript(join(setup.bin, "docker"), "#!/bin/sh\nexit 1\n");
    expect((await setup.call(["call"], none)).code).toBe(1);
    await writeScript(join(setup.bin, "podman"), "#!/bin/sh\nexit 0\n");
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
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("http://127.0.0.1:1/");
    expect(result.stderr).toContain("could not be fetched");
  });

  it("names what the machine lacks to fetch or to check", async () => {
    const setup = await setUp();
    await rm(join(setup.bin, "curl"));
    expect((await setup.call(["call"])).stderr).toContain("neither curl nor wget is installed");
    const other = await setUp();
    for (const hasher of HASHERS) await rm(join(other.bin, hasher), { force: true });
    const result = await other.call(["call"]);
    expect(result.stderr).toContain("neither sha256sum nor shasum is installed");
    expect(result.stdout).toBe("");
  });

  it("refuses a version that it has no checksum for", async () => {
    const setup = await setUp();
    await writeFile(join(setup.root, "dagger.json"), '{\n  "engineVersion": "v9.9.9"\n}\n');
    const result = await setup.call(["call"]);
    expect(result.stderr).toContain("no checksum is known for Dagger v9.9.9");
    expect(setup.asked).toEqual([]);
  });
});
