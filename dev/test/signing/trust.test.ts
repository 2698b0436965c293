import { describe, expect, it } from "vitest";
import { requestIdentityToken } from "../../../ci/signing/identity-token.js";
import { chooseSigner, type SigningInput, type Trust } from "../../../ci/signing/trust.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { serve } from "../fixtures/serve.js";

const KEY: Trust = { kind: "key", publicKey: "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n" };
const IDENTITY = "https://github.com/o/r/w.yml@refs/heads/main";
const KEYLESS: Trust = { kind: "keyless", identity: IDENTITY, issuer: "https://i" };
const NOTHING: SigningInput = { privateKey: undefined, password: undefined, identity: undefined };
const WITH_KEY = { ...NOTHING, privateKey: "private", password: "password" };
const WITH_IDENTITY = { ...NOTHING, identity: { url: "http://127.0.0.1:9/?a=b", token: "request" } };

describe("what signs", () => {
  it("is the key, or the identity, that genesis.json trusts", () => {
    expect(chooseSigner(KEY, WITH_KEY, true)).toEqual({ kind: "key", privateKey: "private", password: "password" });
    expect(chooseSigner(KEYLESS, WITH_IDENTITY, true)?.kind).toBe("keyless");
  });

  it("is nothing where genesis.json names nobody, also in a job that has an identity", () => {
    expect(chooseSigner(null, NOTHING, true)).toBeUndefined();
    expect(chooseSigner(null, WITH_IDENTITY, true)).toBeUndefined();
  });

  it("is no empty key, which a workflow without the secret gives", async () => {
    const empty = { privateKey: "", password: "" };
    expect(chooseSigner(KEYLESS, { ...WITH_IDENTITY, ...empty }, true)?.kind).toBe("keyless");
    expect(chooseSigner(null, { ...WITH_IDENTITY, ...empty }, true)).toBeUndefined();
    const error = await expectError("signing-key-missing", () =>
      chooseSigner(KEY, { ...WITH_IDENTITY, ...empty }, true),
    );
    expect(error.message).toContain("COSIGN_PRIVATE_KEY and COSIGN_PASSWORD");
  });

  it("may be nothing in the embedded registry, and must not be in a public one", async () => {
    for (const trust of [KEY, KEYLESS]) {
      expect(chooseSigner(trust, NOTHING, false)).toBeUndefined();
      await expectError("signing-key-missing", () => chooseSigner(trust, NOTHING, true));
    }
    await expectError("signing-key-missing", () => chooseSigner(KEY, WITH_IDENTITY, true));
  });

  it("is no key that nobody could verify", async () => {
    await expectError("signing-unconfigured", () => chooseSigner(null, WITH_KEY, false));
    await expectError("signing-key-differs", () => chooseSigner(KEYLESS, WITH_KEY, false));
  });
});

async function startIssuer(status: number, body: string) {
  const { seen, url } = await serve((response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body),
  );
  return { seen, url: `${url}/token?api-version=2.0` };
}

describe("an identity token", () => {
  it("is asked for Sigstore alone, anew for each signature", async () => {
    const { seen, url } = await startIssuer(200, '{"value":"a.b.c"}');
    const signer = chooseSigner(KEYLESS, { ...NOTHING, identity: { url, token: "request" } }, true);
    if (signer?.kind !== "keyless") throw new Error("not keyless");
    expect([await signer.getToken(), await signer.getToken()]).toEqual(["a.b.c", "a.b.c"]);
    const request = ["/token?api-version=2.0&audience=sigstore", "bearer request"];
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([request, request]);
  });

  it.each<[answer: string, status: number, body: string]>([
    ["a refusal", 403, "{}"],
    ["nothing", 200, "{}"],
    ["something else", 200, "<html>"],
  ])("is no %s, and no error shows what it is asked for with", async (_, status, body) => {
    const token = "gh-request-token-1234567890";
    const { url } = await startIssuer(status, body);
    const error = await expectError("signing-failed", () => requestIdentityToken({ url, token }));
    expectNoSecret([error.message], [token, url]);
  });

  it("fails where nobody answers", async () => {
    await expectError("signing-failed", () => requestIdentityToken({ url: "http://127.0.0.1:9/", token: "t" }));
  });
});
