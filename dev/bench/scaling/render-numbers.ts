import { ACCOUNTS_PER_APPLY, ACCOUNTS_PER_SUMMARY, estimateAccounts, estimateImages } from "./estimate.js";
import { ASSUMPTIONS, LIMITS, type Limit } from "./limits.js";

/** Where the numbers stand. */
export const SCALING_PATH = "docs/scaling.md";
const START = "<!-- Numbers of dev/bench/scaling, written by npm run scaling: do not edit. -->";
const END = "<!-- End of the numbers. -->";
const SIZES = [10, 100, 1000];

/** Replaces the block of numbers in the document. Throws where it has none. */
export function replaceNumbers(document: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start === -1 || end < start)
    throw new Error(`${SCALING_PATH} has no block of numbers: put back the two comments.`);
  return `${document.slice(0, start)}${START}\n\n${renderNumbers()}\n${document.slice(end)}`;
}

function renderNumbers(): string {
  const images = SIZES.map(estimateImages);
  const accounts = SIZES.map(estimateAccounts);
  const sizes = SIZES.map(formatCount);
  return [
    "### Images\n",
    renderTable(
      ["", ...sizes],
      [
        ["publish, nothing changed", ...images.map(({ unchanged }) => formatTime(unchanged))],
        ["publish, all changed, one engine", ...images.map(({ buildOneEngine }) => formatTime(buildOneEngine))],
        [
          `publish, all changed, a matrix on ${LIMITS.JOBS_AT_ONCE_FREE.value} runners`,
          ...images.map(({ buildMatrix, jobs }) => `${formatTime(buildMatrix)} in ${jobs} jobs`),
        ],
        ["what ECR Public's rates alone take of it", ...images.map(({ pushFloor }) => formatTime(pushFloor))],
        [
          "a machine with an empty cache pulls all, no credentials",
          ...images.map(({ pullAnonymous }) => formatTime(pullAnonymous)),
        ],
        ["such machines a month", ...images.map(({ pullsPerMonth }) => formatCount(pullsPerMonth))],
      ],
    ),
    "### Accounts, all of them new\n",
    renderTable(
      ["", ...sizes],
      [
        ["assignments", ...accounts.map(({ assignments }) => formatCount(assignments))],
        ["creating the accounts", ...accounts.map(({ create }) => formatTime(create))],
        ["creating the assignments", ...accounts.map(({ assign }) => formatTime(assign))],
        ["a plan afterwards, at least", ...accounts.map(({ planFloor }) => formatTime(planFloor))],
        [
          `plans of at most ${ACCOUNTS_PER_SUMMARY} accounts, so that the summary is whole`,
          ...accounts.map(({ plans }) => String(plans)),
        ],
        [
          `applies of at most ${ACCOUNTS_PER_APPLY} accounts, so that each ends within a session`,
          ...accounts.map(({ applies }) => String(applies)),
        ],
      ],
    ),
    "### Where the numbers come from\n",
    renderTable(["name", "value", "what", "can be raised", "source"], [LIMITS, ASSUMPTIONS].flatMap(renderLimits)),
  ].join("\n");
}

function renderLimits(limits: Record<string, Limit>): string[][] {
  return Object.entries(limits).map(([name, { value, unit, what, raisable, source }]) => {
    const link = source.startsWith("https://") ? `[${new URL(source).host}](${source})` : source;
    return [`\`${name}\``, `${formatCount(value)} ${unit}`, what, raisable ? "yes" : "", link];
  });
}

function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

const formatCount = (count: number) => count.toLocaleString("en-US");

function formatTime(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
