import type { FailureCase } from "./cases.js";
import { escapeCell, linkTo } from "./render-table.js";

const HEADER = `# Failure cases

What can go wrong, what then happens, and the tests that fail where it does not. Made of \`ci/faults/cases.ts\` by \`npm run faults\`; a test finds each
proof by its file and title. [errors.md](errors.md) explains the codes. \`%s\` in a title stands for the rows of its table.
`;

/** docs/failure-cases.md. */
export function renderCases(cases: Readonly<Record<string, readonly FailureCase[]>>): string {
  const sections = Object.entries(cases).map(([area, rows]) => {
    const head = "| what goes wrong | says | what happens | proved by |\n| --- | --- | --- | --- |";
    return `\n## ${area}\n\n${[head, ...rows.map(renderRow)].join("\n")}\n`;
  });
  return HEADER + sections.join("");
}

function renderRow({ what, codes, outcome, proofs }: FailureCase): string {
  const said = codes.map((code) => `\`${code}\``).join(", ");
  return `| ${escapeCell(what)} | ${said} | ${escapeCell(outcome)} | ${proofs.map(linkTo).join("<br>")} |`;
}
