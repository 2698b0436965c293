import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatAwsCredentials, parseAwsCredentials } from "../../../ci/aws/credentials.js";
import { recordIdentity } from "../../../ci/aws/sign-in/identity.js";
import { signIn } from "../../../ci/aws/sign-in/sign-in.js";
import { parseImageSettings, parsePlatforms } from "../../../ci/images/catalog.js";
import { checkDockerfile } from "../../../ci/images/dockerfile/check.js";
import { formatLock, parseLock } from "../../../ci/images/lock.js";
import { replacePulls } from "../../../ci/images/module-bazel.js";
import { parsePins } from "../../../ci/images/pins.js";
import { GenesisError, GenesisErrors } from "../../../ci/lib/errors.js";
import { hashBytes } from "../../../ci/lib/hash.js";
import {
  parseDigest,
  parseImageName,
  parsePlatform,
  parseRepositoryName,
  parseRevision,
} from "../../../ci/lib/names.js";
import { parseSettings } from "../../../ci/lib/settings.js";
import { parseChallenge, RegistryAuth } from "../../../ci/registry/auth.js";
import { digestBytes } from "../../../ci/registry/client.js";
import { describeProblem, readProblem } from "../../../ci/registry/failures.js";
import { locateBlob, readLayout } from "../../../ci/registry/layout.js";
import {
  imageConfigSchema,
  imageManifestSchema,
  listIndexPlatforms,
  parseBytes,
} from "../../../ci/registry/manifest.js";
import { TransientError } from "../../../ci/registry/retry.js";
import { checkCode } from "../../../ci/terraform/check-code.js";
import { checkPolicies } from "../../../ci/terraform/check-policies.js";
import { explainFailure } from "../../../ci/terraform/failures.js";
import { computeFingerprint, formatFingerprint, parseFingerprint } from "../../../ci/terraform/fingerprint.js";
import { checkGate } from "../../../ci/terraform/gate.js";
import { choosePhase, findAwaitedId } from "../../../ci/terraform/phase.js";
import { checkPlaceholders } from "../../../ci/terraform/placeholders.js";
import { parsePlan } from "../../../ci/terraform/plan.js";
import { formatPlan, redactPlan } from "../../../ci/terraform/redact.js";
import { isEmptyState, parseState } from "../../../ci/terraform/state.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { makeApi, makeClock, SETTINGS } from "../aws/sign-in/place.js";

/** What reads a text from outside, with all that is done with what it read. Throws only errors that have a code. */
export type Parser = (text: string, scratch: string) => unknown;

const INDEX = "application/vnd.oci.image.index.v1+json";
const subject = "a file";
const equal = (a: string, b: string) => {
  if (a !== b) throw new Error(`read back as ${b}`);
};
const codeFile = (path: string, text: string) => ({ files: [{ path, text, hash: hashBytes(text) }], lock: "" });
/** Runs everything; throws the first crash, or the first refusal where all of them refuse. */
const any = async (...runs: (() => unknown)[]) => {
  const ends = await Promise.allSettled(runs.map(async (run) => run()));
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  const crash = errors.find((error) => !(error instanceof GenesisError || error instanceof GenesisErrors));
  if (crash !== undefined) throw crash;
  if (errors.length === runs.length) throw errors[0];
};

/** Those that only say what went wrong: what they make of a text is an error, always. */
export const EXPLAINERS: ReadonlySet<string> = new Set(["registry-problem", "terraform-output"]);

/** Every parser, by the name of its folder in `corpus/`. */
export const PARSERS: Readonly<Record<string, Parser>> = {
  "aws-credentials": (text) => {
    const written = formatAwsCredentials(parseAwsCredentials(text, 0));
    equal(written, formatAwsCredentials(parseAwsCredentials(written, 0)));
  },
  "device-login": async (text) => {
    const api = makeApi({ ...(readAnswers(text) as object | null) });
    const signedIn = await signIn(SETTINGS, { api, show: () => {}, clock: makeClock(), time: () => 0 });
    recordIdentity(signedIn);
    parseAwsCredentials(formatAwsCredentials(signedIn.credentials), 0);
  },
  dockerfile: (text) => throwFirst(checkDockerfile(text, FACTS)),
  fingerprint: (text) => equal(formatFingerprint(parseFingerprint(text)), text.trim()),
  "genesis-json": (text) => parseSettings(text),
  hcl: (text) => checkCode(codeFile("main.tf", text)),
  "image-json": (text) => {
    const { platforms, repository } = parseImageSettings(text, subject);
    if (platforms !== undefined) parsePlatforms(platforms, subject);
    if (repository !== undefined) parseRepositoryName(repository, subject);
  },
  "lock-json": (text) => {
    const written = formatLock(parseLock(text));
    equal(written, formatLock(parseLock(written)));
    replacePulls(EMPTY_BLOCK, parseLock(text));
  },
  "module-bazel": (text) => {
    const written = replacePulls(text, new Map());
    equal(written, replacePulls(written, new Map()));
  },
  names: (text) =>
    any(
      () => parseImageName(text),
      () => parseRepositoryName(text, subject),
      () => parseDigest(text, subject),
      () => parsePlatform(text, subject),
      () => parseRevision(text),
    ),
  "oci-layout": async (text, scratch) => {
    const { index, blobs } = (readAnswers(text) ?? {}) as { index?: unknown; blobs?: unknown };
    try {
      await writeLayoutFiles(scratch, index, Array.isArray(blobs) ? blobs : []);
    } catch (error) {
      // Deeper than JSON.stringify can write: "oci-manifest" is given such documents as they are.
      if (error instanceof RangeError) return;
      throw error;
    }
    await readLayout(scratch);
  },
  "oci-manifest": (text) => {
    const bytes = Buffer.from(text);
    return any(
      () => parseBytes(bytes, subject, imageManifestSchema),
      () => parseBytes(bytes, subject, imageConfigSchema),
      () => listIndexPlatforms(INDEX, bytes),
    );
  },
  pins: (text) => parsePins(text),
  placeholders: (text) => checkPlaceholders([{ path: subject, text }]),
  plan: async (text) => {
    const parsed = parsePlan(text);
    const fingerprint = computeFingerprint(parsed, { code: "", lock: "", lineage: "" });
    const plan = redactPlan(parsed);
    parsePlan(formatPlan(plan));
    renderSummary({ plan, fingerprint, diff: text, notes: [] });
    await checkGate(plan, []);
  },
  policy: (text) => checkPolicies({ files: [{ path: "policies/x.json", text, hash: "" }] }),
  "registry-challenge": async (text) => {
    const challenge = parseChallenge(text);
    const auth = new RegistryAuth(
      async () => ({ username: "AWS", password: "x" }),
      async () => ({ token: "x" }),
      "http://localhost:5000",
    );
    await auth.answer(challenge, "base");
  },
  "registry-problem": async (text) => {
    const problem = await readProblem(new Response(text, { status: 400 }));
    for (const status of [400, 401, 403, 404, 429, 500]) {
      const place = { operation: "put a manifest", subject } as const;
      const error = describeProblem(place, { ...problem, status }, text);
      if (!(error instanceof TransientError) && status === 403) throw error;
    }
  },
  "registry-token": async (text) => {
    const auth = new RegistryAuth(undefined, async () => readAnswers(text), "https://registry.example");
    await auth.answer({ scheme: "bearer", realm: "https://registry.example/token" }, "base");
  },
  state: async (text) => {
    const state = parseState(text);
    isEmptyState(state);
    const code = codeFile("data.auto.tfvars", 'public_ecr = { account = "images", account_id = "000000000001" }');
    await choosePhase(code, state, true);
  },
  "terraform-output": (text) => {
    const error = explainFailure({ exitCode: 1, stdout: "", stderr: text }, { code: "plan-failed", subject });
    if (error.message.length > 10_000) throw new Error(`a message of ${error.message.length} characters`);
    throw error;
  },
  tfvars: async (text) => {
    await findAwaitedId(codeFile("data.auto.tfvars", text), parseState(""));
  },
};

const FACTS = { subject, args: {}, images: new Set<string>(), platforms: [parsePlatform("linux/amd64", subject)] };
const EMPTY_BLOCK = "# BEGIN images: written by `dagger call lock` from images/lock.json\n# END images\n";

function throwFirst(errors: readonly Error[]): void {
  if (errors[0] !== undefined) throw errors[0];
}

/** What a client gives for a body: whatever it is, or nothing. */
function readAnswers(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Writes a layout whose blobs stand under the digests of their texts, and under those that the index names. */
async function writeLayoutFiles(path: string, index: unknown, blobs: readonly unknown[]): Promise<void> {
  const texts = blobs.map((blob) => JSON.stringify(blob));
  // `blob:0` stands for the digest of the first blob: a mutation of it is then still found.
  const link = (text: string): string =>
    text.replaceAll(/"blob:(\d+)"/g, (_, at: string) => {
      const blob = texts[Number(at)];
      return JSON.stringify(blob === undefined ? "none" : digestBytes(Buffer.from(link(blob))));
    });
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "index.json"), link(JSON.stringify(index) ?? ""));
  for (const text of texts) {
    const linked = link(text);
    const file = locateBlob(path, digestBytes(Buffer.from(linked)));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, linked);
  }
}
