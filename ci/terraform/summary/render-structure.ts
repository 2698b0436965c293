import { makeInert } from "../../lib/inert.js";
import type { Plan } from "../plan.js";
import { type Bundle, findStructure, type Mark, type StructureChange } from "./structure.js";

/** Boxes and arrows of a picture at most; more would not be read. */
const BUNDLES_MAX = 24;
const ARROWS_MAX = 48;
const NAMES_MAX = 8;
const LABEL_MAX = 48;
/** Also without colours a mark can be read. */
const SIGNS: Record<Mark, string> = { stays: "", added: "+ ", removed: "− ", changes: "± " };
const COLOURS = { added: "#1a7f37", removed: "#cf222e", changes: "#bf8700" } as const;

/** The picture of a plan's changes, and how many boxes and arrows it leaves out. Empty where the structure stays. */
export interface StructurePicture {
  mermaid: string;
  leftOut: number;
}

/** Draws what a plan changes of OUs, accounts and access as a Mermaid flowchart of at most `max` characters. */
export function renderStructure(plan: Plan, max: number): StructurePicture {
  const change = findStructure(plan);
  if (change.bundles.length + change.units.size === 0) return { mermaid: "", leftOut: 0 };
  for (let size = BUNDLES_MAX; ; size = Math.floor(size / 2)) {
    const picture = draw(change, size);
    if (picture.mermaid.length <= max || size === 0) return picture;
  }
}

function draw({ units, bundles }: StructureChange, max: number): StructurePicture {
  const shown = bundles.slice(0, max);
  const lines = ["flowchart LR"];
  const marks = new Map<string, Mark>();
  const box = (id: string, mark: Mark, text: string) => {
    marks.set(id, mark);
    lines.push(text);
  };
  const shownUnits = [...units].slice(0, max);
  for (const [index, [name, mark]] of shownUnits.entries()) {
    box(`unit${index}`, mark, `  subgraph unit${index} [${formatLabel([`${SIGNS[mark]}${name}`])}]`);
    const inside = shown.filter(({ unit }) => unit === name);
    for (const bundle of inside) box(idOf(shown, bundle), bundle.mark, `    ${drawBundle(shown, bundle)}`);
    if (inside.length === 0) lines.push(`    rest${index}["no account changes"]`);
    lines.push("  end");
  }
  for (const bundle of shown.filter(({ unit }) => unit === undefined)) lines.push(`  ${drawBundle(shown, bundle)}`);
  const arrows = listArrows(shown);
  const groups = [...new Set(arrows.map(({ group }) => group))];
  for (const [index, group] of groups.entries()) lines.push(`  group${index}([${formatLabel([group])}])`);
  const drawn = arrows.slice(0, ARROWS_MAX);
  for (const { group, bundle, label } of drawn) {
    lines.push(`  group${groups.indexOf(group)} -- "${label}" --> ${idOf(shown, bundle)}`);
  }
  lines.push(...drawMarks(marks, drawn));
  const leftOut = bundles.length - shown.length + (units.size - shownUnits.length) + (arrows.length - drawn.length);
  return { mermaid: `${lines.join("\n")}\n`, leftOut };
}

const idOf = (bundles: readonly Bundle[], bundle: Bundle) => `accounts${bundles.indexOf(bundle)}`;

function drawBundle(bundles: readonly Bundle[], bundle: Bundle): string {
  const { accounts, mark } = bundle;
  const names = accounts.slice(0, NAMES_MAX).map((name) => `${SIGNS[mark]}${name}`);
  const rest = accounts.length - names.length;
  return `${idOf(bundles, bundle)}[${formatLabel([...names, ...(rest > 0 ? [`and ${rest} more`] : [])])}]`;
}

interface Arrow {
  group: string;
  bundle: Bundle;
  label: string;
  mark: Mark;
}

/** One arrow for each group and bundle, with all permission sets that change. */
function listArrows(bundles: readonly Bundle[]): Arrow[] {
  return bundles.flatMap((bundle) =>
    [...new Set(bundle.access.map(({ group }) => group))].map((group) => {
      const changes = bundle.access.filter((change) => change.group === group);
      const [first] = changes;
      const same = first !== undefined && changes.every(({ mark }) => mark === first.mark);
      const label = changes.map(({ mark, permissionSet }) => `${SIGNS[mark]}${escapeLabel(permissionSet)}`).join(", ");
      return { group, bundle, label, mark: same ? first.mark : "changes" };
    }),
  );
}

function drawMarks(marks: ReadonlyMap<string, Mark>, arrows: readonly Arrow[]): string[] {
  const style = (mark: keyof typeof COLOURS) =>
    `stroke:${COLOURS[mark]}${mark === "removed" ? ",stroke-dasharray:5 3" : ""}`;
  return (["added", "removed", "changes"] as const).flatMap((mark) => {
    const ids = [...marks].filter(([, each]) => each === mark).map(([id]) => id);
    const links = arrows.flatMap((arrow, index) => (arrow.mark === mark ? [index] : []));
    const boxes = [`  classDef ${mark} ${style(mark)},stroke-width:2px`, `  class ${ids.join(",")} ${mark}`];
    return [
      ...(ids.length > 0 ? boxes : []),
      ...(links.length > 0 ? [`  linkStyle ${links.join(",")} ${style(mark)}`] : []),
    ];
  });
}

/**
 * Untrusted text in a label: everything but plain characters becomes an entity code (`#35;` is Mermaid's spelling), so that no quote, bracket,
 * backtick or tag ends a label or becomes Markdown or HTML: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function escapeLabel(text: string): string {
  // Surrogate pairs stay whole.
  const characters = [...makeInert(text).replaceAll(/\s+/g, " ").trim()];
  const shown = characters.length <= LABEL_MAX ? characters : [...characters.slice(0, LABEL_MAX - 1), "…"];
  const encode = (character: string) => `#${character.codePointAt(0)};`;
  return shown.join("").replaceAll(/[^A-Za-z0-9 ,._/+…·−-]/gu, encode);
}

/** A label of several lines, the first of which is the name. Only the line breaks are not from the data. */
function formatLabel(lines: readonly string[]): string {
  return `"${lines.map(escapeLabel).join("<br/>")}"`;
}
