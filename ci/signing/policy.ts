import { GenesisError, throwErrors } from "../lib/errors.js";
import { type ScanPolicy, SETTINGS_PATH } from "../lib/settings.js";
import type { ToolEnvironment } from "./environment.js";
import { type Finding, isAtLeast, scanSbom } from "./scan.js";

/** What a policy makes of findings. */
export interface Judgement {
  /** How many there are of any severity, with or without a fix. */
  found: number;
  /** Too much: of the severity, with a fix, not allowed. */
  refused: readonly Finding[];
  /** Would be too much, and an entry of the allow-list lets it pass. */
  allowed: readonly Finding[];
}

/** Throws `allowance-expired` for each entry of the allow-list whose last day is over, whether or not something matches it. */
export function checkAllowances({ allow }: ScanPolicy, now: Date): void {
  const today = now.toISOString().slice(0, 10);
  throwErrors(
    allow.flatMap(({ id, expires, reason }, index) => {
      if (expires >= today) return [];
      return new GenesisError({
        code: "allowance-expired",
        subject: `${SETTINGS_PATH} scan.allow[${index}] ${id}`,
        fact: `it expired on ${expires}; its reason was ${JSON.stringify(reason)}`,
      });
    }),
  );
}

/** Judges findings. A vulnerability goes by any of its names. */
export function judgeFindings(findings: readonly Finding[], { failAt, allow }: ScanPolicy): Judgement {
  const names = new Set(allow.map(({ id }) => id));
  const severe = findings.filter(({ severity, fixes }) => isAtLeast(severity, failAt) && fixes.length > 0);
  const allowed = severe.filter(({ id, aliases }) => [id, ...aliases].some((name) => names.has(name)));
  return { found: findings.length, allowed, refused: severe.filter((finding) => !allowed.includes(finding)) };
}

const SHOWN = 10;

/** Throws `vulnerability-found` where findings are too much, with the report where there is one, or else a list. `place` is the image as people know it. */
export function requireClean(
  { refused }: Pick<Judgement, "refused">,
  place: string,
  { failAt }: ScanPolicy,
  report?: string,
): void {
  if (refused.length === 0) return;
  const shown = refused.slice(0, SHOWN).map(formatFinding);
  const more = refused.length > SHOWN ? [`and ${refused.length - SHOWN} more`] : [];
  throw new GenesisError({
    code: "vulnerability-found",
    subject: place,
    fact: `${refused.length} of severity ${failAt} or worse with a fix`,
    details: report ?? [...shown, ...more],
  });
}

/** `CVE-2026-1 critical in zlib 1.2, fixed in 1.3`. */
export function formatFinding({ id, severity, package: name, version, fixes }: Finding): string {
  return `${id} ${severity} in ${name} ${version}${fixes.length === 0 ? "" : `, fixed in ${fixes.join(" or ")}`}`;
}

export interface JudgeOptions {
  policy: ScanPolicy;
  /** Whether what could not be scanned, as there was no database, is passed over: undefined then, which must be said. */
  allowUnscanned: boolean;
}

/** Scans an SBOM and judges what is found; undefined where it was not scanned. Throws as `scanSbom` does. */
export async function judgeSbom(
  environment: ToolEnvironment,
  { sbom, place }: { sbom: string; place: string },
  { policy, allowUnscanned }: JudgeOptions,
): Promise<Judgement | undefined> {
  try {
    return judgeFindings(await scanSbom(environment, sbom, place, policy.database), policy);
  } catch (error) {
    const noDatabase = error instanceof GenesisError && error.code === "scan-database-unavailable";
    if (!noDatabase || !allowUnscanned) throw error;
    return undefined;
  }
}

/** What a report says of a judgement that refused nothing. */
export function describeJudgement(judgement: Judgement | undefined, place: string): string[] {
  if (judgement === undefined) return [`${place}: not scanned, as the vulnerability database is not available.`];
  return judgement.allowed.map((finding) => `${place}: ${formatFinding(finding)}, which genesis.json allows.`);
}
