import type { ErrorTexts } from "./find-errors.js";
import type { Proof } from "./find-proofs.js";

/** Everything that is known of a code. */
export interface Fault extends ErrorTexts {
  code: string;
  meaning: string;
  proofs: readonly Proof[];
}

const HEADER = `# Error codes

Every error reads \`[code] subject: fact. effect. Run: next step\`. The codes are stable. This table is made of the code by \`npm run faults\`,
and a test compares them: what an error says of what did not happen and of the next step, and a test that fails without it. \`…\`
stands for what the place fills in. Where a cell is empty, the step that failed says it.

| code | meaning | what it says did not happen, or is kept | next step | proved by |
| --- | --- | --- | --- | --- |
`;

/** docs/errors.md. */
export function renderTable(faults: readonly Fault[]): string {
  return `${HEADER}${faults.map(renderRow).join("\n")}\n`;
}

function renderRow({ code, meaning, effects, nexts, proofs }: Fault): string {
  // The nearest one: what `npm test` runs, rather than what needs an engine. The number of the others would change with every test.
  const [proof] = [...proofs].sort((a, b) => Number(isEndToEnd(a)) - Number(isEndToEnd(b)));
  const proved = proof === undefined ? "" : linkTo(proof);
  const cells = [`\`${code}\``, meaning, join(effects), join(nexts)].map(escapeCell);
  return `| ${cells.join(" | ")} | ${proved} |`;
}

const isEndToEnd = ({ path }: Proof) => path.includes(".e2e.");

/** A link to a test, from a document in docs/. */
export function linkTo({ path, title }: Proof): string {
  return `[${escapeCell(title).replaceAll(/[[\]]/g, "\\$&")}](../${path})`;
}

const join = (texts: ReadonlySet<string>) => [...texts].join("<br>");

/** Makes a text one cell of a table. */
export function escapeCell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll(/(?<!`)<(?!br>)/g, "&lt;")
    .replaceAll("\n", " ");
}
