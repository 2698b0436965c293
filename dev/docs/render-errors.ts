import { ERROR_CODES } from "../../ci/lib/errors.js";

const HEAD = `# Error codes

Every error reads \`[code] subject: fact. effect. Next: step\`, with a report, a tool's output or a list below. The effect says what did not happen.
Several errors of one kind are one message with a list. Codes are stable: scripts may read them. \`npm run errors\` writes this table from
\`ci/lib/errors.ts\`; a message's own next step is often more precise.

code | meaning | next step
--- | --- | ---
`;

/** docs/errors.md: a row for each code, as the table in ci/lib/errors.ts has it. Its effect stands in the message at hand. */
export function renderErrors(): string {
  return (
    HEAD +
    Object.entries(ERROR_CODES)
      .map(([code, [meaning, , next]]) => `\`${code}\` | ${meaning} | ${next}\n`)
      .join("")
  );
}
