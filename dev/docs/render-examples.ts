import { renderSummary } from "../../ci/terraform/summary/render-summary.js";
import { printPlan } from "../test/terraform/plans.js";
import { drawSummary } from "./draw-summary.js";
import { EXAMPLE_PLANS, type ExamplePlan } from "./example-plans.js";

/** Where the examples stand. */
export const EXAMPLES = "docs/examples";

const README = `# Ten plans, as an approver reads them

The plans are small and made by hand (\`dev/docs/example-plans.ts\`); the summaries are what \`tf-plan\` writes for them. \`npm run examples\` writes this
folder, and a test fails when it is not current.

| plan | first line |
| --- | --- |
`;

/** The files of docs/examples by their names: a page for each plan, their list, and the picture in README.md. */
export function renderExamples(): Map<string, string> {
  const pages = EXAMPLE_PLANS.map((example) => [example, render(example)] as const);
  const rows = pages.map(([{ file, title }, text]) => `| [${title}](${file}.md) | ${readHeadline(text)} |\n`);
  const [first] = pages;
  return new Map([
    ["README.md", README + rows.join("")],
    ["new-account.svg", drawSummary(first?.[1] ?? "")],
    ...pages.map(([{ file, title, edit }, text]): [string, string] => [
      `${file}.md`,
      `# ${title}\n\n${edit}\n\n${text}`,
    ]),
  ]);
}

const render = ({ plan }: ExamplePlan) =>
  renderSummary({ plan, fingerprint: printPlan(plan), notes: [], diff: "Terraform's own diff stands here." });

const readHeadline = (summary: string) => summary.split("\n")[0]?.replace(/^## Terraform plan: /, "") ?? "";
