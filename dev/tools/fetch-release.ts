import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { promisify } from "node:util";

/** A release of a tool for a platform. */
export interface Release {
  tool: string;
  /** The repository on GitHub, or the host. */
  source: string;
  version: string;
  /** As Go names it: linux_amd64. */
  platform: string;
  sha256: string;
}

/** How long the fetching of one archive may take. */
const FETCH_MS = 300_000;

/** Reads releases.txt. */
export function parseReleases(text: string): Release[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const match = /^([a-z]+) (\S+) v([0-9.]+) ([a-z]+_[a-z0-9]+) ([0-9a-f]{64})$/.exec(line);
      if (match === null) throw new Error(`dev/tools/releases.txt holds a line that is none: ${line}`);
      const [, tool = "", source = "", version = "", platform = "", sha256 = ""] = match;
      return { tool, source, version, platform, sha256 };
    });
}

/** This machine, as releases name it: linux_amd64. */
export function namePlatform(): string {
  return `${platform()}_${arch() === "x64" ? "amd64" : arch()}`;
}

/** Fills in the address of a release. */
export function formatAddress(template: string, { source, version, platform }: Release): string {
  const [os = "", arch = ""] = platform.split("_");
  const words: Record<string, string> = {
    source,
    version,
    os,
    arch,
    Os: `${os.slice(0, 1).toUpperCase()}${os.slice(1)}`,
    cpu: arch === "amd64" ? "x86_64" : arch,
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word] ?? "");
}

/** Fetches a release and writes its executable to `target`, if the archive has the checksum that is known of it. */
export async function fetchRelease(release: Release, url: string, target: string): Promise<void> {
  const { tool, sha256 } = release;
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) }).catch((error: Error) => {
    const { code, message } = (error.cause ?? error) as Error & { code?: string };
    throw new Error(`${url} cannot be reached (${code ?? message})`, { cause: error });
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) throw new Error(`${url} has SHA-256 ${found}, and ${sha256} is known of it`);
  if (/\.(?:zip|tar\.gz)$/.test(url)) await unpack(bytes, url, tool, target);
  else await writeFile(target, bytes);
  await chmod(target, 0o755);
}

/** Python reads archives of both kinds on every system, and has to be there anyway. */
const UNPACK = `
import io, os, sys, tarfile, zipfile
kind, name, target = sys.argv[1:]
data = io.BytesIO(sys.stdin.buffer.read())
if kind == "zip":
    content = zipfile.ZipFile(data).read(name)
else:
    archive = tarfile.open(fileobj=data)
    content = archive.extractfile(next(m for m in archive if os.path.basename(m.name) == name and m.isfile())).read()
open(target, "wb").write(content)
`;

async function unpack(bytes: Buffer, url: string, name: string, target: string): Promise<void> {
  const kind = url.endsWith(".zip") ? "zip" : "tar";
  const running = promisify(execFile)("python3", ["-c", UNPACK, kind, name, target]);
  running.child.stdin?.end(bytes);
  await running;
}
