import { GenesisError } from "../lib/errors.js";
import type { ScanPolicy } from "../lib/settings.js";
import type { ToolEnvironment } from "./environment.js";
import { formatFinding, type Judgement, judgeFindings } from "./policy.js";
import { scanSbom } from "./scan.js";

/** How an SBOM is judged. */
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
  if (judgement === undefined) return [`${place}: not scanned, as the database of vulnerabilities could not be had.`];
  return judgement.allowed.map((finding) => `${place}: ${formatFinding(finding)}, which genesis.json allows.`);
}
