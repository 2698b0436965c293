import { expect, it } from "vitest";
import { checkSigner, signImage } from "../../../ci/signing/sign-image.js";
import { verifyImage } from "../../../ci/signing/verify-image.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { HTPASSWD, PASSWORD } from "../registry/setup-push.js";
import { makeKeyPair, setUpSupplyChain } from "./setup-supply-chain.js";

it("says what cosign said where it cannot sign, and writes no attestation", async () => {
  const setup = await setUpSupplyChain();
  const { environment, keys, evidence } = setup;
  const before = setup.countWrites();
  const signer = { ...keys.signer, password: "wrong" };
  const error = await expectError("signing-failed", () => signImage(environment, signer, evidence));
  expect(error.message).toContain("cosign sign ended with 1");
  expect(setup.countWrites()).toBe(before);
  expectNoSecret([error.message], [keys.signer.privateKey, "wrong-password"]);
});

it("compares the key that signs with the one that is trusted, before anything is written", async () => {
  const setup = await setUpSupplyChain();
  const { environment, keys } = setup;
  const before = setup.proxy.seen.length;
  await checkSigner(environment, keys.signer, keys.trust);
  const other = await makeKeyPair();
  await expectError("signing-key-differs", () => checkSigner(environment, other.signer, keys.trust));
  await expectError("signing-key-differs", () =>
    checkSigner(environment, { ...keys.signer, password: "" }, keys.trust),
  );
  expect(setup.proxy.seen.length).toBe(before);
});

it("hands keys and passwords to cosign in its environment only", async () => {
  const setup = await setUpSupplyChain();
  const { environment, keys, evidence, started } = setup;
  await signImage(environment, keys.signer, evidence);
  await verifyImage(setup.subject, setup.options);
  const shown = started.flatMap(({ argv, env = {} }) => [...argv, ...Object.values(env)]);
  expectNoSecret(shown, [keys.signer.privateKey, keys.signer.password]);
  const signing = started.filter(({ secrets }) => secrets?.COSIGN_PRIVATE_KEY !== undefined);
  // Signing and attesting have the key, and verifying has not.
  expect(signing.map(({ argv }) => argv[1])).toEqual(["sign", "attest", "attest", "attest"]);
});

it("hands the registry's credentials to cosign in a file only, to sign and to verify", async () => {
  const credentials = async () => ({ username: "AWS", password: PASSWORD });
  const setup = await setUpSupplyChain({ credentials, htpasswd: HTPASSWD });
  const { environment, keys, evidence, started, proxy } = setup;
  proxy.seen.length = 0;
  await signImage(environment, keys.signer, evidence);
  // A registry that lets nobody read without a login.
  await verifyImage(setup.subject, setup.options);
  const shown = started.flatMap(({ argv, env, secrets }) => [...argv, ...Object.values({ ...env, ...secrets })]);
  expectNoSecret(shown, [PASSWORD]);
  const repository = proxy.seen.filter(({ path }) => path !== "/v2/");
  expect(repository.filter(({ method }) => method === "PUT").length).toBeGreaterThan(4);
  // What made the requests was authorized by that file, all but the module's own first, which learns that it has to be.
  expect(repository.filter(({ authorization }) => !authorization?.startsWith("Basic "))).toHaveLength(1);
});
