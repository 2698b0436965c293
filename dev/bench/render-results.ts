import type { Comparison } from "./compare-runs.js";
import { formatTable } from "./measure.js";
import type { Figure, Results } from "./results.js";

/** docs/measurements.md: every table, the machine and the date. */
export function renderResults(results: Results): string {
  const { date, runs, machine, tables, skipped } = results;
  const tools = Object.entries(machine.tools).map(([name, version]) => `${name} ${version}`);
  const busy =
    machine.load > machine.cores / 2
      ? ` It was not idle: the load was ${machine.load} when the run began, which the ranges show.`
      : ` Its load was ${machine.load} when the run began.`;
  return `# Measurements

Written by \`npm run bench -- --write\` on ${date}: ${machine.cores} × ${machine.processor}, ${machine.memoryGb} GB, ${machine.system}; ${tools.join(", ")}.${busy}
Times are medians of ${runs} runs in turn with what they are compared with, and their range, in milliseconds unless a column says another unit.
\`npm run bench -- --compare\` measures again, and shows what is slower than here.

${tables.map(formatTable).join("\n")}${formatSkipped(skipped)}`;
}

function formatSkipped(skipped: readonly string[]): string {
  return skipped.length === 0 ? "" : `\n### Not measured\n\n${skipped.map((sentence) => `- ${sentence}\n`).join("")}`;
}

/** A comparison as a Markdown table, what is worse first. */
export function renderComparison(comparisons: readonly Comparison[], notes: string[]): string {
  const order = ["worse", "gone", "better", "new", "same", "skipped"];
  const sorted = [...comparisons].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const rows = sorted.map(({ name, before, after, verdict }) => [
    verdict === "worse" || verdict === "gone" ? `**${verdict}**` : verdict,
    name,
    formatFigure(before),
    formatFigure(after),
    before && after && before.median > 0 ? `${(100 * (after.median / before.median - 1)).toFixed(0)} %` : "",
  ]);
  return formatTable({
    title: "Compared with the saved run",
    header: ["", "figure", "before", "now", "change"],
    rows,
    notes,
  });
}

function formatFigure(figure: Figure | undefined): string {
  if (figure === undefined) return "";
  const { unit, median, min, max } = figure;
  const digits = median < 10 && unit !== "count" ? 1 : 0;
  const spread = unit === "count" ? "" : ` (${min.toFixed(digits)}–${max.toFixed(digits)})`;
  return `${median.toFixed(digits)}${unit === "count" ? "" : ` ${unit}`}${spread}`;
}
