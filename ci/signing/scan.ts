import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { Step } from "../lib/step.js";
import type { ToolEnvironment } from "./environment.js";
import { summarize } from "./failures.js";
import { SBOM_FILE } from "./sbom.js";

const RESULT_FILE = "scan.json";

/**
 * Looks up what an SBOM lists in the database of vulnerabilities, which is fetched where it is not there or old, from `database`
 * where that is a mirror (https://oss.anchore.com/docs/guides/vulnerability/vulnerability-database/).
 */
function makeScanStep(sbom: string, database: string | null): Step {
  return {
    argv: ["grype", `sbom:${SBOM_FILE}`, "--output", "json", "--file", RESULT_FILE],
    env: {
      GRYPE_CHECK_FOR_APP_UPDATE: "false",
      NO_COLOR: "1",
      // A database of which nobody knows whether it is the newest is still used, but not past its age of 5 days.
      GRYPE_DB_VALIDATE_AGE: "true",
      ...(database !== null && { GRYPE_DB_UPDATE_URL: database }),
    },
    files: { [SBOM_FILE]: sbom },
    output: RESULT_FILE,
  };
}

/** grype's severities; the first three are below any threshold. */
const SEVERITIES = ["unknown", "negligible", "none", "low", "medium", "high", "critical"] as const;

const severity = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(SEVERITIES));

/** The part of grype's JSON that a policy reads: https://github.com/anchore/grype/tree/main/schema/grype/db */
const resultSchema = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity,
        fix: z.object({ versions: z.array(z.string()).nullish(), state: z.string() }),
      }),
      relatedVulnerabilities: z.array(z.object({ id: z.string() })).nullish(),
      artifact: z.object({ name: z.string(), version: z.string() }),
    }),
  ),
});

/** A vulnerability in a package. */
export interface Finding {
  /** As the scanner names it. */
  id: string;
  /** Its other names, such as a CVE's for a GHSA. */
  aliases: readonly string[];
  severity: (typeof SEVERITIES)[number];
  package: string;
  version: string;
  /** The versions that mend it; none where there is no fix. */
  fixes: readonly string[];
}

/** Whether the first severity is at least the second. */
export function isAtLeast(one: Finding["severity"], other: Finding["severity"]): boolean {
  return SEVERITIES.indexOf(one) >= SEVERITIES.indexOf(other);
}

/** Parses grype's JSON, the worst first. Throws a ZodError or SyntaxError. */
export function parseFindings(text: string): Finding[] {
  const findings = resultSchema.parse(JSON.parse(text)).matches.map(
    ({ vulnerability: { id, severity, fix }, relatedVulnerabilities, artifact }): Finding => ({
      id,
      aliases: (relatedVulnerabilities ?? []).map((related) => related.id),
      severity,
      package: artifact.name,
      version: artifact.version,
      fixes: fix.state === "fixed" ? (fix.versions ?? []) : [],
    }),
  );
  return findings.sort(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || a.id.localeCompare(b.id),
  );
}

/** grype says so in words only; the exit code is 1 for everything. It warns of a database that it could not update, and goes on. */
const NO_DATABASE = /failed to load vulnerability db/i;

/**
 * What the database knows of the packages of an SBOM. Throws `scan-database-unavailable`, `scan-failed`, `tool-unavailable` or
 * `pin-missing`. `place` is the image as people know it.
 */
export async function scanSbom(
  environment: ToolEnvironment,
  sbom: string,
  place: string,
  database: string | null,
): Promise<Finding[]> {
  const result = await environment.run(makeScanStep(sbom, database));
  if (result.exitCode !== 0) {
    const missing = NO_DATABASE.test(result.stderr);
    throw refuseScan(missing, place, `grype ended with ${result.exitCode}: ${summarize(result)}`);
  }
  try {
    return parseFindings(result.stdout);
  } catch (cause) {
    throw refuseScan(false, place, "grype wrote what is not in its documented format", { cause });
  }
}

function refuseScan(noDatabase: boolean, subject: string, fact: string, options?: ErrorOptions): GenesisError {
  const code = noDatabase ? "scan-database-unavailable" : "scan-failed";
  return new GenesisError({ code, subject, fact }, options);
}
