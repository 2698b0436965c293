import { formatFence } from "../lib/markdown.js";
import type { Rehearsal } from "./rehearse.js";

/** What a summary folds says once more what stands above it. */
const FOLDED = /\n<details>[\s\S]*?<\/details>\n/g;

/** The report of a rehearsal, as Markdown: where it ran, each step with its time, what was published, what was approved. */
export function formatRehearsal({ place, steps, published, requests, summary }: Rehearsal): string {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = steps.map(
    ({ title, seen, seconds }, index) => `| ${index + 1} | ${title} | ${seen} | ${seconds.toFixed(1)} |`,
  );
  const images = published.map(
    ({ image, status, platforms, digest }) =>
      `| ${image} | ${status} | ${platforms.join(", ")} | \`${digest ?? "-"}\` |`,
  );
  return [
    `# Rehearsal\n\n${place}\n`,
    `| | step | seen | seconds |\n| --- | --- | --- | ---: |\n${rows.join("\n")}\n| | **all** | | **${total.toFixed(1)}** |\n`,
    `${requests.all} requests reached the AWS emulator since the account was added, ${requests.writes} of them changed something. Nothing reached AWS.\n`,
    `## Images\n\n| image | status | platforms | digest |\n| --- | --- | --- | --- |\n${images.join("\n")}\n`,
    `## What a person would have approved: the new account\n\nWithout what is folded: counts by type, and the diff.\n\n${formatFence(summary.replaceAll(FOLDED, ""), "markdown")}`,
    `${place}\n`,
  ].join("\n");
}
