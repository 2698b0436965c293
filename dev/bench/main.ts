import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { emulator } from "./emulator.js";
import { lines } from "./lines.js";
import { look } from "./look.js";
import { type Measurement, runCommand } from "./measure.js";
import { moduleLoad } from "./module-load.js";
import { freshTests, fullTests, rehearsal, slowest, tests } from "./suites.js";
import { publish, summary } from "./work.js";

/**
 * `npm run bench`: makes all measurements, or those that are named, and prints them. Each is kept in `.cache/bench/`, so that a long run may
 * be made in parts; `-- --write` makes docs/measurements.md of what is kept there.
 */
const ALL = [lines, tests, slowest, freshTests, fullTests, rehearsal, moduleLoad, emulator, look, publish, summary];
const KEPT = join(ROOT, ".cache", "bench");
const locate = ({ name }: Measurement) => join(KEPT, `${name}.md`);

const names = process.argv.slice(2).filter((name) => name !== "--write");
const unknown = names.find((name) => !ALL.some((each) => each.name === name));
if (unknown !== undefined) {
  console.error(`npm run bench knows no ${unknown}: there are --write, ${ALL.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
await mkdir(KEPT, { recursive: true });
for (const measurement of ALL) {
  if (names.length > 0 && !names.includes(measurement.name)) continue;
  console.error(`${measurement.name}: ${measurement.title} …`);
  const section = await measure(measurement);
  console.log(`\n${section}`);
  await writeFile(locate(measurement), section);
}
if (process.argv.includes("--write")) await writeFile(join(ROOT, "docs", "measurements.md"), await renderPage());

/** A measurement's section of the page. */
async function measure({ title, run }: Measurement): Promise<string> {
  const load = loadavg()[0]?.toFixed(1);
  const { stdout } = await runCommand(["git", "rev-parse", "--short", "HEAD"]);
  const rows = (await run()).map(({ what, seen, goal = "", met }) => {
    if (met === false) process.exitCode = 1;
    return `| ${what} | ${seen} | ${goal}${met === false ? " **missed**" : ""} |\n`;
  });
  const when = `${new Date().toISOString().slice(0, 10)}, commit ${stdout.trim()}, load ${load} at the start.`;
  return `## ${title}\n\n| | seen | goal |\n| --- | --- | --- |\n${rows.join("")}\n${when}\n`;
}

async function renderPage(): Promise<string> {
  const missing = ({ name, title }: Measurement) => `## ${title}\n\nNot measured yet: \`npm run bench -- ${name}\`.\n`;
  const sections = ALL.map((each) => readFile(locate(each), "utf8").catch(() => missing(each)));
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const engine = await runCommand(["./daggerw", "--silent", "core", "version"], { mayFail: true });
  return `# Measurements

Written by \`npm run bench -- --write\` on ${cpus().length} × ${processor?.model.trim() || "an unknown processor"}, ${memory} GB, Node ${process.versions.node}, ${engine.code === 0 ? "with" : "without"} a Dagger engine. Numbers are medians, with their range where there were several runs.

${(await Promise.all(sections)).join("\n")}`;
}
