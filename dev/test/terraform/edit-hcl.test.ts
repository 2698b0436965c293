import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GenesisError } from "../../../ci/lib/errors.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { editHcl, type HclEdit } from "../../../ci/terraform/edit-hcl.js";
import { escapeValue } from "../../../ci/terraform/format-hcl.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { scanHcl } from "../../../ci/terraform/scan-hcl.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { DATA, layOut, PATH, VALUE } from "./hcl-layouts.js";

const PATH_OF_FILE = "x.auto.tfvars";
const parse = (text: string) => parseHcl({ path: PATH_OF_FILE, text, hash: "" });
const edit = (text: string, ...edits: HclEdit[]) => editHcl(text, edits, PATH_OF_FILE);
const set = (path: string, value: unknown): HclEdit => ({ path: path.split("."), value });
const listComments = (text: string) => scanHcl(text).flatMap(({ kind, source }) => (kind === "comment" ? source : []));

describe("any data in any layout", () => {
  const changes = DATA.chain((data) => {
    const entries = listEntries(data);
    const value = fc.option(VALUE, { nil: undefined });
    const change = fc.record({ path: PATH, value });
    if (entries.length === 0) return fc.record({ data: fc.constant(data), change });
    const known = fc.constantFrom(...entries).chain(({ path }) => fc.record({ path: fc.constant(path), value }));
    return fc.record({ data: fc.constant(data), change: fc.oneof(change, known) });
  });

  it("says what was meant once it was edited, with every comment, and does not change when that is done again", async () => {
    const outcomes = { edited: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(changes, fc.gen(), async ({ data, change }, draw) => {
        const text = layOut(draw, data);
        expect(await parse(text)).toEqual(escapeValue(data));
        const meant = replaceIn(data, change.path, change.value);
        const edited = await edit(text, change).catch((error) => error);
        if (edited instanceof GenesisError) {
          // Only what would lose a comment, and what would put an entry into a text or a list, may be refused.
          expect(edited.code).toBe("data-unwritable");
          expect(edited.message).toMatch(/there is a comment in what would be replaced|is no object there/);
          outcomes.refused++;
          return;
        }
        expect(await parse(edited)).toEqual(escapeValue(meant));
        expect(listComments(edited)).toEqual(listComments(text));
        expect(await edit(edited, change)).toBe(edited);
        outcomes.edited++;
      }),
      { numRuns: 400 },
    );
    expect(outcomes.edited).toBeGreaterThan(outcomes.refused);
  });
});

/** Each entry with its path, of objects in objects too. */
function listEntries(data: unknown): { path: string[]; value: unknown }[] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [];
  return Object.entries(data).flatMap(([key, value]) => {
    return [{ path: [key], value }, ...listEntries(value).map((entry) => ({ ...entry, path: [key, ...entry.path] }))];
  });
}

/** The data with another value at a path; undefined where that would put an entry into something else than an object. */
function replaceIn(data: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  if (data !== undefined && data !== null && (typeof data !== "object" || Array.isArray(data))) return data;
  const entries = new Map(Object.entries(data ?? {}));
  const below = rest.length === 0 ? value : replaceIn(entries.get(key), rest, value);
  if (value === undefined && !entries.has(key)) return data;
  if (below === undefined) entries.delete(key);
  else entries.set(key, below);
  return Object.fromEntries(entries);
}

describe("an edit", () => {
  it("sets, inserts and removes entries at any depth, and lays the file out", async () => {
    const text = `# Mine.
region = "x" # here

accounts = {
  # The shop's own.
  shop = { email = "a@example.com", ou = "sandbox" } // one line
  blog = {
    email : "b@example.com"
  }
}
ous = {}
`;
    const edits = [
      set("accounts.shop.ou", "workloads"),
      set("accounts.shop.name", "Shop"),
      set("accounts.blog.tags.owner", "${me}"),
      set("accounts.new", { email: "c@example.com", ou: "root", tags: undefined }),
      set("ous", { workloads: {}, "workloads/prod": {} }),
      set("region", undefined),
      set("state_bucket.name", "b"),
      set("absent.entry", undefined),
    ];
    expect(await edit(text, ...edits)).toBe(`# Mine.
# here

accounts = {
  # The shop's own.
  shop = {
    email = "a@example.com"
    ou    = "workloads"
    name  = "Shop"
  } // one line
  blog = {
    email : "b@example.com"
    tags = {
      owner = "$\${me}"
    }
  }
  new = {
    email = "c@example.com"
    ou    = "root"
  }
}
ous = {
  workloads        = {}
  "workloads/prod" = {}
}

state_bucket = {
  name = "b"
}
`);
  });

  it("keeps the comments of objects that it changes", async () => {
    expect(await edit('set = { # what they may\n  policies = ["a"] /* one */\n}\n', set("set", { b: {} }))).toBe(
      "set = { # what they may\n  b = {}\n  /* one */\n}\n",
    );
  });

  it("writes lists of texts on a line where they fit", async () => {
    const value = { short: ["x", "y"], long: ["x".repeat(90)], sets: [{ d: "${e}", long: null }], none: [], map: {} };
    expect(await edit("", set("a", value))).toBe(`a = {
  short = ["x", "y"]
  long = [
    "${"x".repeat(90)}",
  ]
  sets = [
    {
      d    = "$\${e}"
      long = null
    },
  ]
  none = []
  map  = {}
}
`);
  });

  it("aligns the lines beside it, and their comments", async () => {
    const text = "a  = 1 # one\nbb = 2 # two\n\nc = {\n  d   = 1\n  eee = 2 # x\n}\n";
    const edits = [set("a", 1000), set("c.eee", undefined), set("c.ff", [])];
    expect(await edit(text, ...edits)).toBe(
      "a  = 1000 # one\nbb = 2    # two\n\nc = {\n  d  = 1\n  ff = []\n  # x\n}\n",
    );
  });

  it("leaves the data that ships as terraform fmt has it, and changes nothing but what is meant", async () => {
    const text = await readFile(join(ROOT, DATA_PATH), "utf8");
    const edits = [
      set("accounts.a-longer-name", { email: "x@platform.test", ou: "root", tags: { Cost: "1", CostCenter: "2" } }),
      set("accounts.public-ecr.name", "ECR"),
      set("people", undefined),
      set("groups.engineers.access", [{ permission_sets: ["x"], accounts: ["*", "x".repeat(90)] }]),
    ];
    const edited = await edit(text, ...edits);
    const format = promisify(execFile)(await findTool("terraform"), ["fmt", "-no-color", "-diff", "-"]);
    format.child.stdin?.end(edited);
    expect((await format).stdout).toBe("");
    const added = edited.split("\n").filter((line) => !text.split("\n").includes(line));
    expect(added).toHaveLength(13);
  });

  it("keeps a file's line ends", async () => {
    expect(await edit("\ufeffa = {\r\n  b = <<E\r\n}\r\nE\r\n}\r\n", set("a.c", 1))).toBe(
      "a = {\r\n  b = <<E\r\n}\r\nE\r\n  c = 1\r\n}\r\n",
    );
  });

  it.each([
    ["a comment would go", "a = { # why\n  b = 1\n}\n", set("a", undefined), "there is a comment in what", "remove a"],
    ["a comment of a list would go", "a = [\n  1, # one\n]\n", set("a", [1, 2]), "there is a comment", "a = [1, 2]"],
    ["a comment would go with an expression", "a = (1 /* why */)\n", set("a", [1]), "there is a comment", "a = [1]"],
    ["a text stands where an object should", 'a = "b"\n', set("a.b c", "d"), "no object there", 'a."b c" = "d"'],
    ["a key is an expression", "a = { (b) = 1 }\n", set("a.${(b)}", 2), "", 'a."$${(b)}" = 2'],
    ["a name cannot be one", "a = 1\n", set("b c", 2), "its layout is another", '"b c" = 2'],
    ["a text is none", "a = 1\n", set("a", "\ud800"), "its layout is another", "a = "],
  ])("is refused with what to write by hand where %s", async (_, text, change, fact, details) => {
    const error = await expectError("data-unwritable", () => edit(text, change));
    expect(error.message).toContain(fact);
    expect(error.parts.details).toEqual([expect.stringContaining(details)]);
  });

  it("is none of what is no HCL", async () => {
    await expectError("code-unreadable", () => edit("a = {", set("a", 1)));
  });
});
