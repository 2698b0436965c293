import { expect, it } from "vitest";
import type { Step } from "../../../ci/lib/step.js";
import { certifyImage, scanLayout } from "../../../ci/signing/certify-image.js";
import type { Signer } from "../../../ci/signing/trust.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY, setUpPush } from "../registry/setup-push.js";

/** Tools that answer at once: syft with an SBOM of so many bytes, grype with what it found; cosign fails. */
async function setUp(bytes: number, matches: unknown[] = []) {
  const { client } = await setUpPush();
  const layout = await makeLayout({ platforms: ["linux/amd64", "linux/arm64"] });
  const sbom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { component: { type: "container" } },
    filler: "",
  };
  sbom.filler = "x".repeat(bytes - JSON.stringify(sbom).length);
  const answers: Record<string, string> = { syft: JSON.stringify(sbom), grype: JSON.stringify({ matches }) };
  const steps: Step[] = [];
  const environment = {
    registry: {
      prefix: "registry/alias",
      plainHttp: false,
      credentials: async () => ({ username: "AWS", password: "token" }),
    },
    run: async (step: Step) => {
      steps.push(step);
      const stdout = answers[step.argv[0] ?? ""];
      return { exitCode: stdout === undefined ? 1 : 0, stdout: stdout ?? "", stderr: "" };
    },
  };
  const policy = { failAt: "critical" as const, allow: [], database: null };
  const options = { environment, registry: client, policy, allowUnscanned: false };
  return { request: { repository: REPOSITORY, layout, provenance: "{}" }, options, steps };
}

const list = (steps: readonly Step[]) => steps.map(({ argv }) => argv[0]);

it.each<[signer: Signer, bytes: number, code: "sbom-too-large" | "signing-failed", last: string]>([
  [{ kind: "keyless", getToken: async () => "token" }, 3_000_001, "sbom-too-large", "grype"],
  [{ kind: "keyless", getToken: async () => "token" }, 3_000_000, "signing-failed", "cosign"],
  [{ kind: "key", privateKey: "key", password: "" }, 3_000_001, "signing-failed", "cosign"],
])("signs nothing where an SBOM is too large for the log that a %o writes to, at %i bytes: %s", async (...row) => {
  const [signer, bytes, code, last] = row;
  const { request, options, steps } = await setUp(bytes);
  const trust = { kind: "key" as const, publicKey: "" };
  const error = await expectError(code, () => certifyImage(request, { ...options, signer, trust, source: "" }));
  expect(list(steps)).toEqual(["syft", "grype", "syft", "grype", ...(last === "cosign" ? ["cosign"] : [])]);
  expect(error.message.match(/sha256:[0-9a-f]{64}: 3000001 bytes/g)?.length ?? 0).toBe(last === "grype" ? 2 : 0);
});

it("scans without a signer, refuses what the policy does, and reads with the registry's login", async () => {
  const vulnerability = { id: "CVE-2026-1", severity: "Critical", fix: { versions: ["2"], state: "fixed" } };
  const { request, options, steps } = await setUp(1000, [{ vulnerability, artifact: { name: "zlib", version: "1" } }]);
  await expectError("vulnerability-found", () => scanLayout(request, options));
  expect(list(steps)).toEqual(["syft", "grype"]);
  expect(steps[0]?.env?.DOCKER_CONFIG).toBe("registry-login");
  expect(steps[0]?.secretFiles?.["registry-login/config.json"]).toContain('"registry":{"auth":');
  expect(steps[1]?.secretFiles).toBeUndefined();
});
