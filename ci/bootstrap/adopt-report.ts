import { makeInert } from "../lib/inert.js";
import type { Settings } from "../lib/settings.js";
import { type Adoption, formatLeft } from "./adopt-draft.js";
import { hintPortal } from "./identity-center.js";
import { IMPORTS_PATH } from "./imports.js";
import type { Snapshot } from "./snapshot.js";

/** What adopt says: what changes, what stays as it is, what a person must tell, what could not be read; and what comes next. */
export function formatReport(
  { changes, left, asked, imports }: Adoption,
  { unread, identityCenter, managed }: Pick<Snapshot, "unread" | "identityCenter" | "managed">,
  { files, sso }: { files: readonly { path: string }[]; sso: Settings["sso"] },
): string {
  const failures = unread.map(({ code, subject, parts }) => `[${code}] ${subject}: ${parts.fact}`);
  const sections = [
    formatSection("Changes of the data", changes),
    imports.length === 0 ? "" : `Imports: ${imports.length}, in ${IMPORTS_PATH}`,
    formatSection("Left alone, as the data cannot express it", left.map(formatLeft)),
    formatSection("To be filled in: no API tells it", asked),
    formatSection("Not read, and so not adopted", failures),
    identityCenter !== undefined && sso === null ? hintPortal(identityCenter.storeId) : "",
    files.length === 0 ? "Nothing is to be written." : `Written: ${files.map(({ path }) => path).join(", ")}`,
    `Next: ${chooseNext(asked, failures, managed?.size === 0)}`,
  ];
  return makeInert(sections.filter((each) => each !== "").join("\n\n"));
}

function formatSection(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function chooseNext(asked: readonly string[], failures: readonly string[], isFirst: boolean): string {
  if (failures.length > 0) return "let these credentials read that, or leave it out of the data; then run adopt again";
  if (asked.length > 0) return "write what is asked for, then dagger call bootstrap";
  return isFirst
    ? "dagger call bootstrap, then dagger call tf-plan --bootstrap -o plan"
    : "dagger call tf-plan -o plan";
}
