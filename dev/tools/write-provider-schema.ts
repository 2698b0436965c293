import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseHcl } from "../../ci/terraform/parse-hcl.js";
import { ROOT } from "./find-tool.js";
import { type BlockSchema, type ProviderSchema, SCHEMA_PATH } from "./provider-schema.js";

/**
 * `npm run schema` writes what the provider says of the types of terraform/: out of npm packages that are generated from its schema. None is
 * generated from the locked version, so both of its neighbours are read: what they agree in is what the version between them has.
 */
const NEIGHBOURS = ["@cdktn/provider-aws@24.1.0", "@cdktn/provider-aws@25.5.0"];
/** It alone tells what is deprecated. It names files by its own words. */
const DEPRECATIONS = "@pulumi/aws@7.48.0";
const RENAMED: Readonly<Record<string, string>> = {
  "account/alternatecontact": "account/alternativecontact",
  "ce/anomalymonitor": "costexplorer/anomalymonitor",
  "ce/anomalysubscription": "costexplorer/anomalysubscription",
  "cloudtrail/": "cloudtrail/trail",
};

/** An interface of TypeScript, and a property of one with the comment above it, which has Terraform's name. */
const INTERFACE = /^export interface (\w+)[^{\n]*\{\n([\s\S]*?)^\}/gm;
const PROPERTY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly \w+(\??): (\w*)/g;

const run = promisify(execFile);
const work = await mkdtemp(join(tmpdir(), "genesis-schema-"));
try {
  const names = await listTypes();
  const packages = await Promise.all([...NEIGHBOURS, DEPRECATIONS].map(fetchPackage));
  const [older, newer, deprecations] = packages as [Package, Package, Package];
  const types: ProviderSchema["types"] = {};
  for (const name of names) {
    const [first, second] = await Promise.all([older, newer].map((from) => readType(from, name)));
    if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error(`the providers differ in ${name}`);
    const { required, optional, computed } = first as BlockSchema;
    const fields = [...required, ...optional, ...computed];
    // Lists have names of their own there: cors_rules for cors_rule.
    const deprecated = (await readDeprecated(deprecations, name))
      .map((field) => [field, field.replace(/s$/, "")].find((known) => fields.includes(known)))
      .filter((field) => field !== undefined);
    types[name] = { ...(first as BlockSchema), ...(deprecated.length > 0 && { deprecated }) };
  }
  const providers = [older, newer].map(({ folder }) => readProvider(folder));
  const schema: ProviderSchema = {
    packages: Object.fromEntries(packages.map(({ name, integrity }) => [name, integrity])),
    between: (await Promise.all(providers)) as [string, string],
    types,
  };
  await writeFile(join(ROOT, SCHEMA_PATH), JSON.stringify(schema, null, 2));
  await run(join(ROOT, "node_modules", ".bin", "biome"), ["format", "--write", SCHEMA_PATH], { cwd: ROOT });
} finally {
  await rm(work, { recursive: true, force: true });
}

interface Package {
  name: string;
  integrity: string;
  folder: string;
}

/** The types of the code: `aws_x` for resources, `data.aws_x` for data sources, and the provider itself. */
async function listTypes(): Promise<string[]> {
  const files = (await readdir(join(ROOT, "terraform"))).filter((name) => name.endsWith(".tf"));
  const found = new Set(["provider"]);
  for (const path of files) {
    const body = await parseHcl({ path, hash: "", text: await readFile(join(ROOT, "terraform", path), "utf8") });
    for (const name of Object.keys(body.resource ?? {})) found.add(name);
    for (const name of Object.keys(body.data ?? {})) found.add(`data.${name}`);
  }
  return [...found].sort();
}

async function fetchPackage(name: string): Promise<Package> {
  const pack = ["pack", name, "--json", `--pack-destination=${work}`];
  const [packed] = JSON.parse((await run("npm", pack, { maxBuffer: 100_000_000 })).stdout);
  const folder = await mkdtemp(join(work, "package-"));
  await run("tar", ["--extract", "--gzip", `--file=${join(work, packed.filename)}`, `--directory=${folder}`]);
  return { name, integrity: packed.integrity, folder: join(folder, "package") };
}

async function readProvider(folder: string): Promise<string> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")).cdktn.provider.version;
}

async function readType({ folder }: Package, type: string): Promise<BlockSchema> {
  const module =
    type === "provider" ? type : type.replace("data.aws", "data-aws").replace(/^aws_/, "").replaceAll("_", "-");
  const text = await readFile(join(folder, "lib", module, "index.d.ts"), "utf8");
  const interfaces = new Map([...text.matchAll(INTERFACE)].map(([, name = "", body = ""]) => [name, body]));
  const [root = ""] = [...interfaces.keys()].filter((name) => name.endsWith("Config"));
  const read = (name: string): BlockSchema => {
    const schema: BlockSchema = { required: [], optional: [], computed: [], blocks: {} };
    for (const [, comment = "", optional, kind = ""] of interfaces.get(name)?.matchAll(PROPERTY) ?? []) {
      const field = /#([a-z0-9_]+) /.exec(comment)?.[1] ?? "";
      schema[optional === "" ? "required" : "optional"].push(field);
      // A name for each service, and each version has more of them; and a tree of hundreds of lines that nothing here uses.
      if (field === "endpoints" || field === "filter_expression") continue;
      if (/^\s*\*\s*\w+ block$/m.test(comment)) schema.blocks[field] = read(kind);
    }
    return schema;
  };
  const schema = read(root);
  // Each attribute has a getter in the class, also those that only AWS sets.
  const getters = [...text.slice(text.lastIndexOf("export declare class ")).matchAll(/^ {4}get (\w+)\(\)/gm)];
  const known = [...schema.required, ...schema.optional];
  schema.computed = getters
    .map(([, name = ""]) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .filter((name) => !known.includes(name) && !name.endsWith("_input") && name !== "functions");
  return schema;
}

async function readDeprecated({ folder }: Package, type: string): Promise<string[]> {
  const [, data = "", service = "", rest = ""] = /^(data\.)?aws_([a-z0-9]+)_?(\w*)$/.exec(type) ?? [];
  const file = rest.replaceAll("_", "");
  const wanted = RENAMED[`${service}/${file}`] ?? `${service}/${data === "" ? "" : "get"}${file}`;
  const place = join(folder, wanted.split("/")[0] ?? "");
  if (type === "provider") return [];
  const found = (await readdir(place)).find((name) => name.toLowerCase() === `${wanted.split("/")[1]}.d.ts`);
  if (found === undefined) throw new Error(`${DEPRECATIONS} has no ${wanted}`);
  const text = await readFile(join(place, found), "utf8");
  const marked = text.matchAll(/@deprecated[^/]*\*\/\s*(?:readonly )?(\w+)\??:/g);
  return [...new Set([...marked].map(([, name = ""]) => name.replaceAll(/[A-Z]/g, (at) => `_${at.toLowerCase()}`)))];
}
