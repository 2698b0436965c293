import { ERROR_CODES } from "../../ci/lib/errors.js";

const HEAD = `# Error codes

Every error reads \`[code] subject: fact. effect. Next: step\`, with a report, a tool's output or a list below. Several errors of one kind are one
message with a list. Codes are stable: scripts may read them. A message's own effect and next step are often more precise than here.
\`npm run errors\` writes this table from \`ci/lib/errors.ts\`.

code | meaning | effect | next step
--- | --- | --- | ---
`;

/** docs/errors.md: a row for each code, as the table in ci/lib/errors.ts has it. */
export function renderErrors(): string {
  return (
    HEAD +
    Object.entries(ERROR_CODES)
      .map(([code, cells]) => `\`${code}\` | ${cells.join(" | ")}\n`)
      .join("")
  );
}
