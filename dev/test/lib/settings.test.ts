import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../ci/lib/settings.js";
import { expectError } from "../fixtures/errors.js";

const base = { source: "https://github.com/o/r", registry: { alias: null } };
const state = { bucket: "genesis-state-123456789012", key: "organization.tfstate", region: "us-east-1" };
const parse = (value: unknown) => parseSettings(JSON.stringify(value));

describe("the state's place", () => {
  it("is a bucket, a key and a region, or nowhere yet", () => {
    expect(parse({ ...base, state }).state).toEqual(state);
    expect(parse({ ...base, state: null }).state).toBeNull();
    expect(parse(base).state).toBeNull();
  });

  it.each([
    ["bucket", "Upper"],
    ["bucket", "a.dotted.name"],
    ["bucket", "x -backend-config=endpoint=evil"],
    ["key", "/absolute"],
    ["key", "with space"],
    ["region", "nowhere"],
  ])("refuses a %s of %j: it becomes part of an argument", async (field, value) => {
    const error = await expectError("field-invalid", () => parse({ ...base, state: { ...state, [field]: value } }));
    expect(error.subject).toBe(`genesis.json state.${field}`);
  });
});

describe("where to sign in", () => {
  const sso = { startUrl: "https://d-1.awsapps.com/start", region: "eu-west-1", account: "my shop", role: "read-only" };

  it("is a start URL, a region, an account and a role, or nowhere yet", () => {
    expect(parse({ ...base, sso }).sso).toEqual(sso);
    expect(parse({ ...base, sso: null }).sso).toBeNull();
    expect(parse(base).sso).toBeNull();
    // A placeholder is refused by plans, which show its line.
    expect(parse({ ...base, sso: { ...sso, account: "000000000000" } }).sso?.account).toBe("000000000000");
  });

  it.each([
    ["startUrl", "http://d-1.awsapps.com/start"],
    ["startUrl", "d-1.awsapps.com/start"],
    ["region", "nowhere"],
    ["account", ""],
    ["account", 123456789012],
    ["role", "two words"],
    ["role", undefined],
    ["token", "x"],
  ])("refuses a %s of %j", async (field, value) => {
    const error = await expectError("field-invalid", () => parse({ ...base, sso: { ...sso, [field]: value } }));
    expect(error.subject).toBe(`genesis.json sso.${field}`);
  });
});

describe("whose signatures count", () => {
  const publicKey = "-----BEGIN PUBLIC KEY-----\nMFkw/+=\n-----END PUBLIC KEY-----\n";
  const identity = "https://github.com/o/r/.github/workflows/main.yml@refs/heads/main";

  it("is a key's, or an identity's by an issuer, or nobody's yet", () => {
    expect(parse(base).signing).toBeNull();
    expect(parse({ ...base, signing: { publicKey } }).signing).toEqual({ kind: "key", publicKey });
    const issuer = "https://token.actions.githubusercontent.com";
    expect(parse({ ...base, signing: { identity } }).signing).toEqual({ kind: "keyless", identity, issuer });
    const own = { identity, issuer: "https://issuer.example" };
    expect(parse({ ...base, signing: own }).signing).toEqual({ kind: "keyless", ...own });
  });

  it.each<[field: string, signing: unknown]>([
    [".publicKey", { publicKey: "cosign.pub" }],
    [
      ".publicKey",
      {
        publicKey:
          "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
      },
    ],
    [".identity", { publicKey, identity }],
    [".identity", {}],
    [".identity", { identity: "http://github.com/o/r" }],
    [".issuer", { identity, issuer: "nobody" }],
    ["", "yes"],
  ])("refuses %s in %j", async (field, signing) => {
    const error = await expectError("field-invalid", () => parse({ ...base, signing }));
    expect(error.subject).toBe(`genesis.json signing${field}`);
  });
});

describe("what a scan may find", () => {
  const allow = [{ id: "CVE-2026-1234", expires: "2026-12-31", reason: "not reachable from here" }];

  it("is nothing critical with a fix, unless it says otherwise", () => {
    expect(parse(base).scan).toEqual({ failAt: "critical", allow: [], database: null });
    const scan = { failAt: "high", allow, database: "https://mirror.example/v6/latest.json" };
    expect(parse({ ...base, scan }).scan).toEqual(scan);
  });

  it.each<[field: string, scan: unknown]>([
    ["failAt", { failAt: "negligible" }],
    ["allow[0].id", { allow: [{ ...allow[0], id: "" }] }],
    ["allow[0].expires", { allow: [{ ...allow[0], expires: "never" }] }],
    ["allow[0].expires", { allow: [{ ...allow[0], expires: "2026-02-30" }] }],
    ["allow[0].reason", { allow: [{ ...allow[0], reason: "because" }] }],
    ["allow[0].until", { allow: [{ ...allow[0], until: "x" }] }],
    ["database", { database: "file:///tmp" }],
  ])("refuses %s in %j", async (field, scan) => {
    const error = await expectError("field-invalid", () => parse({ ...base, scan }));
    expect(error.subject).toBe(`genesis.json scan.${field}`);
  });
});
