import { formatFence } from "../../lib/markdown.js";
import { type Fingerprint, formatFingerprint } from "../fingerprint.js";
import { listLosses } from "../losses/list-losses.js";
import { type Loss, listFlags } from "../losses/loss.js";
import { isEmptyPlan, type Plan } from "../plan.js";
import { explainAccess } from "./access.js";
import { explainAccounts } from "./accounts.js";
import { explainContacts } from "./contacts.js";
import { countChanges, formatCounts, formatCountTable } from "./counts.js";
import { explainGuards } from "./guards.js";
import { explainDestroyed, explainLosses } from "./losses.js";
import { renderStructure } from "./render-structure.js";
import { explainRest } from "./rest.js";
import { explainRoles } from "./roles.js";

/** GitHub takes 65,536 characters in a comment; the rest is left for a heading and a marker of whoever posts it. */
export const SUMMARY_MAX = 65_000;
/** What a section shows at most; the diff and plan.json have the rest. */
const LINES_MAX = 150;
const SECTION_MAX = 8_000;

export interface SummaryInput {
  /** Without sensitive values. */
  plan: Plan;
  fingerprint: Fingerprint;
  /** Terraform's own diff, which leaves out sensitive values. */
  diff: string;
  /** Sentences that stand before everything, such as the phase of a bootstrap. */
  notes: readonly string[];
}

/**
 * Markdown for the person who approves: the counts in the title, what would be lost, what the plan means, counts by type, the diff. At most
 * SUMMARY_MAX characters; what is cut says so at the top, for a plan that is not shown whole must not be approved from here.
 */
export function renderSummary({ plan, fingerprint, diff, notes }: SummaryInput): string {
  const title = `## Terraform plan: ${isEmptyPlan(plan) ? "no changes" : formatCounts(countChanges(plan))}\n`;
  const losses = listLosses(plan);
  const lost = renderLosses(losses);
  const sections = [
    renderSection("Destroyed or let go", explainDestroyed(plan, losses)),
    renderPicture(plan),
    renderSection("Accounts", explainAccounts(plan)),
    renderSection("Access of people", explainAccess(plan)),
    renderSection("Contacts", explainContacts(plan)),
    renderSection("Roles of machines", explainRoles(plan)),
    renderSection("Guards that loosen or change", explainGuards(plan)),
    renderSection("Also", explainRest(plan)),
  ];
  const counts = isEmptyPlan(plan) ? "" : `\n### Counts\n\n${formatCountTable(plan)}`;
  const stamp = `\nFingerprint: \`${formatFingerprint(fingerprint)}\`\n`;
  const meaning = sections.map(({ text }) => text).join("");
  const head = (cut: boolean) =>
    [title, ...(cut ? [CUT] : []), lost.text, ...notes.map((note) => `\n${note}\n`)].join("");
  const whole = (cut: boolean, fence: string) => `${head(cut)}${meaning}${counts}${fence}${stamp}`;
  if (isEmptyPlan(plan)) return whole(false, "");
  const cutSections = [lost, ...sections].some((section) => section.cut);
  const full = whole(cutSections, renderDiff(diff));
  if (full.length <= SUMMARY_MAX) return full;
  const room = SUMMARY_MAX - whole(true, renderDiff("")).length;
  return whole(true, fitDiff(diff, room));
}

const CUT =
  "\n**This summary is cut and must not be approved from.** Read `diff.txt` and `plan.json` of the same plan.\n";

function renderSection(title: string, lines: readonly string[]): { text: string; cut: boolean } {
  if (lines.length === 0) return { text: "", cut: false };
  let shown = lines.slice(0, LINES_MAX);
  while (shown.join("").length > SECTION_MAX && shown.length > 1) shown = shown.slice(0, Math.floor(shown.length / 2));
  const rest = lines.length - shown.length;
  const items = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].map((line) => `- ${line}\n`);
  return { text: `\n### ${title}\n\n${items.join("")}`, cut: rest > 0 };
}

/** The losses, and the flags that allow them where both fit: an apply that refuses them prints them too. */
function renderLosses(losses: readonly Loss[]): { text: string; cut: boolean } {
  const { text, cut } = renderSection("Losses", explainLosses(losses));
  const flags = formatFence(listFlags(losses).join(" \\\n"), "sh");
  if (text === "" || cut || text.length + flags.length > SECTION_MAX) return { text, cut };
  return { text: `${text}\n\`tf-apply\` refuses them unless each is named:\n\n${flags}`, cut };
}

/** What the lists below say, as a picture; they have what it leaves out, so it never cuts the summary. */
function renderPicture(plan: Plan): { text: string; cut: boolean } {
  const { mermaid, leftOut } = renderStructure(plan, SECTION_MAX);
  if (mermaid === "") return { text: "", cut: false };
  const rest = leftOut > 0 ? ` ${leftOut} more boxes and arrows are not shown.` : "";
  const key = `Green and + is new, red and − goes, with all of its access.${rest}`;
  return { text: `\n### Structure\n\n${key}\n\n${formatFence(mermaid, "mermaid")}`, cut: false };
}

function renderDiff(diff: string): string {
  return `\n<details><summary>Diff</summary>\n\n${formatFence(diff, "diff")}\n</details>\n`;
}

/** The longest start of the diff, in whole lines, that fits. Escapes make text longer, so what counts is the result. */
function fitDiff(diff: string, room: number): string {
  let take = Math.min(diff.length, Math.max(0, room));
  for (;;) {
    const end = diff.lastIndexOf("\n", take);
    const part = take >= diff.length ? diff : diff.slice(0, Math.max(0, end));
    const rendered = renderDiff(part);
    const excess = rendered.length - renderDiff("").length - room;
    if (excess <= 0 || part === "") return rendered;
    take = Math.max(0, part.length - Math.max(excess, 200));
  }
}
