import { type Measurement, runCommand } from "./measure.js";

/** The last commit before the product was set apart from its proof. */
const BEFORE = "f12ca3f";

/** Without the types of the data, and what adopt writes. */
const READ = ["terraform/*.tf", ":!terraform/variables.tf", ":!terraform/imports.tf", ":!terraform/moved.tf"];

/** Each has a switch in the data. */
const GUARD_RAILS = ["access_analyzer", "alarm", "alarm_home_region", "budget", "cost_anomaly", "trail"].map(
  (name) => `terraform/${name}.tf`,
);

/** What is counted, Git's pathspecs of it now and before, and the goal. */
const COUNTED: [string, string[], string[], number?][] = [
  ["`ci/`: TypeScript", ["ci/*.ts"], ["ci/*.ts", ":!ci/test", ":!ci/bench", ":!ci/tools"], 13_000],
  ["`dev/test/`: TypeScript", ["dev/test/*.ts"], ["ci/test/*.ts"], 12_500],
  ["the rest of `dev/`: TypeScript", ["dev/*.ts", ":!dev/test"], ["ci/bench/*.ts", "ci/tools/*.ts"]],
  ["Python", ["*.py"], ["*.py"]],
  [
    "`terraform/`: code and policies",
    ["terraform/*.tf", "terraform/policies"],
    ["terraform/*.tf", "terraform/policies"],
  ],
];

/** Lines of code and words of Markdown by folder, now and before. */
export const lines: Measurement = {
  name: "lines",
  title: "Size: lines of code, words of Markdown",
  run: () => {
    const rows = COUNTED.map(([what, now, before, goal]) => describe(what, now, before, goal, /\n/g));
    const read = "Terraform that a person reads before an approval";
    rows.push(
      describe(`${read}, lines`, [...READ, ...GUARD_RAILS.map((path) => `:!${path}`)], ["terraform/*.tf"], 500, /\n/g),
    );
    const rails = GUARD_RAILS.map(async (path) => ({
      what: `\`${path}\`, lines`,
      seen: format(await countText([path], /\n/g)),
    }));
    rows.push(describe(`${read}, characters`, READ, ["terraform/*.tf"], undefined, /./gs));
    const written = "Markdown, words, without docs/examples, which is what the product prints";
    rows.push(describe(written, ["*.md", ":!docs/examples"], ["*.md"], 18_000, /\S+/g));
    rows.push(describe("README.md, words", ["README.md"], ["README.md"], 1_000, /\S+/g));
    return Promise.all([...rows, ...rails]);
  },
};

async function describe(what: string, now: string[], before: string[], goal: number | undefined, counted: RegExp) {
  const count = await countText(now, counted);
  const was = await countText(before, counted, BEFORE);
  const seen = `${format(count)} (${format(was)} before)`;
  return { what, seen, ...(goal !== undefined && { goal: `≤ ${format(goal)}`, met: count <= goal }) };
}

const format = (count: number) => count.toLocaleString("en");

/** Counts matches in the tracked files that match, in the working tree or in a commit. */
async function countText(paths: readonly string[], counted: RegExp, commit?: string): Promise<number> {
  const { stdout } = await runCommand([
    "git",
    "grep",
    "-h",
    "",
    ...(commit === undefined ? [] : [commit]),
    "--",
    ...paths,
  ]);
  return stdout.match(counted)?.length ?? 0;
}
