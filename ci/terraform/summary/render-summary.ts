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
import { writeHeadline } from "./headline.js";
import { explainDestroyed, explainLosses } from "./losses.js";
import { renderStructure } from "./render-structure.js";
import { explainRest } from "./rest.js";
import { explainRoles } from "./roles.js";
import { shortenDiff } from "./shorten-diff.js";

/** GitHub takes 65,536 characters in a comment; the rest is left for a heading and a marker of whoever posts it. */
export const SUMMARY_MAX = 65_000;
/** What the picture takes at most, and a section of a summary that is cut. */
const PICTURE_MAX = 8_000;
const SECTION_MAX = 5_000;

export interface SummaryInput {
  /** Without sensitive values. */
  plan: Plan;
  fingerprint: Fingerprint;
  /** Terraform's own diff, which leaves out sensitive values. */
  diff: string;
  /** Sentences that stand before everything, such as the phase of a bootstrap. */
  notes: readonly string[];
  /** The container that Terraform ran in, where it is known. */
  environment?: string;
}

/**
 * Markdown for the person who approves: what happens to whom in the title, the counts, what would be lost, what the plan means, the diff. At most
 * SUMMARY_MAX characters. Where they do not do, first the diff of resources goes of which the sections tell everything, then the picture: nothing
 * that an apply does is missing then. What is cut beyond that says so at the top, and must not be approved from here.
 */
export function renderSummary(
  { plan, fingerprint, diff, notes, environment }: SummaryInput,
  losses: readonly Loss[] = listLosses(plan),
): string {
  const empty = isEmptyPlan(plan);
  const title = `## Terraform plan: ${empty ? "no changes" : writeHeadline(plan, losses)}\n`;
  const total = empty ? "" : `\n${formatCounts(countChanges(plan))}\n`;
  const said = notes.map((note) => `\n${note}\n`).join("");
  const sections = [
    renderLosses(losses),
    { whole: said, lines: said, cut: said },
    renderSection("Destroyed or no longer managed", explainDestroyed(plan, losses)),
    renderPicture(plan),
    renderSection("Accounts", explainAccounts(plan)),
    renderSection("Access of people", explainAccess(plan)),
    renderSection("Contacts", explainContacts(plan)),
    renderSection("Roles of workflows", explainRoles(plan)),
    renderSection("Guards that loosen or change", explainGuards(plan)),
    renderSection("Other changes", explainRest(plan)),
  ];
  const counts = empty ? "" : `\n<details><summary>Counts by type</summary>\n\n${formatCountTable(plan)}\n</details>\n`;
  const place = environment === undefined ? "" : `\nTerraform ran in ${environment}.\n`;
  const stamp = `${place}\nFingerprint: \`${formatFingerprint(fingerprint)}\`\n`;
  const compose = (meaning: string, fence: string, cut = "") =>
    `${title}${total}${cut}${meaning}${counts}${fence}${stamp}`;
  const join = (part: keyof Section) => sections.map((section) => section[part]).join("");
  if (empty) return compose(join("whole"), "");
  const full = compose(join("whole"), renderDiff(diff));
  if (full.length <= SUMMARY_MAX) return full;
  const { text, leftOut } = shortenDiff(plan, diff);
  const fence = renderDiff(text, leftOut);
  for (const part of ["whole", "lines"] as const) {
    const short = compose(join(part), fence);
    if (short.length <= SUMMARY_MAX) return short;
  }
  const meaning =
    compose(join("lines"), renderDiff("", leftOut), CUT).length <= SUMMARY_MAX ? join("lines") : join("cut");
  const room = SUMMARY_MAX - compose(meaning, "", CUT).length;
  return compose(meaning, fitDiff(text, leftOut, room), CUT);
}

const CUT =
  "\n**This summary is cut and must not be approved from.** Read `diff.txt` and `plan.json` of the same plan.\n";

/** Text of a section: the whole of it, without what other sections tell too, and cut to SECTION_MAX characters. */
type Section = Record<"whole" | "lines" | "cut", string>;

function renderSection(title: string, lines: readonly string[]): Section {
  const render = (items: readonly string[]) =>
    items.length === 0 ? "" : `\n### ${title}\n\n${items.map((line) => `- ${line}\n`).join("")}`;
  let room = SECTION_MAX;
  const shown = lines.filter((line) => {
    room -= line.length;
    return room >= 0;
  });
  const rest = lines.length - shown.length;
  const whole = render(lines);
  return { whole, lines: whole, cut: render([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])]) };
}

/** The losses, and the flags that allow them where both fit: an apply that refuses them prints them too. */
function renderLosses(losses: readonly Loss[]): Section {
  const section = renderSection("Losses", explainLosses(losses));
  const flags = formatFence(listFlags(losses).join(" \\\n"), "sh");
  if (section.whole === "" || section.whole !== section.cut || section.whole.length + flags.length > SECTION_MAX)
    return section;
  const whole = `${section.whole}\n\`tf-apply\` refuses these unless you name each:\n\n${flags}`;
  return { whole, lines: whole, cut: whole };
}

/** What the lists below say, as a picture; they have what it leaves out. */
function renderPicture(plan: Plan): Section {
  const { mermaid, leftOut } = renderStructure(plan, PICTURE_MAX);
  if (mermaid === "") return { whole: "", lines: "", cut: "" };
  const rest = leftOut > 0 ? ` ${leftOut} more boxes and arrows are not shown.` : "";
  const key = `Green +: new or imported. Red −: removed, with all its access.${rest}`;
  return { whole: `\n### Structure\n\n${key}\n\n${formatFence(mermaid, "mermaid")}`, lines: "", cut: "" };
}

/** The diff, folded. What was left out of it stands in the sections, and whole in diff.txt. */
function renderDiff(diff: string, leftOut = 0): string {
  const without =
    leftOut === 0 ? "" : ` without ${leftOut} resources, which are told in full above; <code>diff.txt</code> has all`;
  return `\n<details><summary>Diff${without}</summary>\n\n${formatFence(diff, "diff")}\n</details>\n`;
}

/** The longest start of the diff, in whole lines, that fits. Escapes make text longer, so what counts is the result. */
function fitDiff(diff: string, leftOut: number, room: number): string {
  let take = Math.min(diff.length, Math.max(0, room));
  for (;;) {
    const end = diff.lastIndexOf("\n", take);
    const part = take >= diff.length ? diff : diff.slice(0, Math.max(0, end));
    const rendered = renderDiff(part, leftOut);
    const excess = rendered.length - room;
    if (excess <= 0 || part === "") return rendered;
    take = Math.max(0, part.length - Math.max(excess, 200));
  }
}
