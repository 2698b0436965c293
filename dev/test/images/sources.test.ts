import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCatalog } from "../../../ci/images/catalog.js";
import { parsePins } from "../../../ci/images/pins.js";
import { formatSources } from "../../../ci/images/sources.js";
import { parseSettings } from "../../../ci/lib/settings.js";
import { ROOT } from "../../tools/find-tool.js";

const read = (path: string) => readFile(join(ROOT, path), "utf8");
const pins = parsePins(await read("images/pins.json"));
const lockFile = await read("terraform/.terraform.lock.hcl");
const images = await readCatalog(ROOT, pins);

const list = (more: Record<string, unknown>) => {
  const settings = parseSettings(JSON.stringify({ source: "https://host/o/r", registry: { alias: null }, ...more }));
  return formatSources({ pins, images, lockFile, settings }).trimEnd().split("\n");
};

it("lists every pin, provider and service once, with who needs it", () => {
  const lines = list({});
  for (const [, { value }] of pins) expect(lines.filter((line) => line.split(" ")[1] === value)).toHaveLength(1);
  expect(lines).toContain(`image ${pins.get("debian")?.value} # debian for base, terraform`);
  expect(lines).toContainEqual(
    expect.stringMatching(/^download https:\/\/registry\.terraform\.io\/hashicorp\/aws # provider \d+\.\d+\.\d+,/),
  );
  expect(lines.every((line) => /^(?:image|packages|download|service) \S+ # .+$/.test(line))).toBe(true);
  expect(lines.join()).not.toContain("sigstore.dev");
});

it("names the mirror of the settings, and Sigstore only where it signs", () => {
  const signing = { identity: "https://github.com/o/r/.github/workflows/main.yml@refs/heads/main" };
  const lines = list({ signing, scan: { database: "https://mirror/latest.json" } });
  expect(lines.filter((line) => line.includes("grype.anchore.io"))).toEqual([]);
  expect(lines).toContain("download https://mirror/latest.json # vulnerabilities, for publish and scan");
  expect(lines.filter((line) => line.startsWith("service "))).toHaveLength(4);
});

it("comes from few hosts", () => {
  const hosts = [...pins.values()].filter(({ kind }) => kind === "image").map(({ value }) => value.split("/")[0]);
  expect([...new Set(hosts)].sort()).toEqual(["docker.io", "ghcr.io", "public.ecr.aws"]);
  // QEMU, which stands nowhere else.
  expect(hosts.filter((host) => host === "docker.io")).toHaveLength(1);
});
