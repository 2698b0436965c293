import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../ci/lib/settings.js";
import { expectError } from "../fixtures/errors.js";

const base = { source: "https://github.com/o/r", registry: { alias: null } };
const state = { bucket: "genesis-state-123456789012", key: "organization.tfstate", region: "us-east-1" };
const parse = (value: unknown) => parseSettings(JSON.stringify(value));

const sso = { startUrl: "https://d-1.awsapps.com/start", region: "eu-west-1", account: "my shop", role: "read-only" };
const publicKey = "-----BEGIN PUBLIC KEY-----\nMFkw/+=\n-----END PUBLIC KEY-----\n";
const PRIVATE_KEY =
  "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n";
const identity = "https://github.com/o/r/.github/workflows/main.yml@refs/heads/main";
const issuer = "https://token.actions.githubusercontent.com";
const own = { identity, issuer: "https://issuer.example" };
const allowance = { id: "CVE-2026-1234", expires: "2026-12-31", reason: "not reachable from here" };
const scan = { failAt: "high", allow: [allowance], database: "https://mirror.example/v6/latest.json" };

describe("genesis.json", () => {
  it("names no place, no sign-in and no signer until somebody writes them, and scans for what is critical", () => {
    const nothing = { state: null, sso: null, signing: null };
    expect(parse(base)).toMatchObject({ ...nothing, scan: { failAt: "critical", allow: [], database: null } });
    expect(parse({ ...base, ...nothing })).toMatchObject(nothing);
    expect(parse(base).registry.alias).toBeNull();
  });

  it.each<[field: string, given: unknown, read?: unknown]>([
    ["registry", { alias: "a1b2c3d4" }],
    ["state", state],
    ["sso", sso],
    // A placeholder is refused by plans, which show its line.
    ["sso", { ...sso, account: "000000000000" }],
    ["signing", { publicKey }, { kind: "key", publicKey }],
    ["signing", { identity }, { kind: "keyless", identity, issuer }],
    ["signing", own, { kind: "keyless", ...own }],
    ["scan", scan],
  ])("takes %s %j", (field, given, read = given) => {
    expect(parse({ ...base, [field]: given })).toHaveProperty(field, read);
  });

  it.each<[subject: string, settings: Record<string, unknown>]>([
    ["registry.alias", { registry: { alias: "No/Alias" } }],
    ["registry.alias", { registry: {} }],
    ["registry.x", { registry: { alias: null, x: 1 } }],
    ["source", { source: "git@github.com:o/r" }],
    // The state's place becomes part of an argument.
    ["state.bucket", { state: { ...state, bucket: "Upper" } }],
    ["state.bucket", { state: { ...state, bucket: "a.dotted.name" } }],
    ["state.bucket", { state: { ...state, bucket: "x -backend-config=endpoint=evil" } }],
    ["state.key", { state: { ...state, key: "/absolute" } }],
    ["state.key", { state: { ...state, key: "with space" } }],
    ["state.region", { state: { ...state, region: "nowhere" } }],
    ["sso.startUrl", { sso: { ...sso, startUrl: "http://d-1.awsapps.com/start" } }],
    ["sso.startUrl", { sso: { ...sso, startUrl: "d-1.awsapps.com/start" } }],
    ["sso.region", { sso: { ...sso, region: "nowhere" } }],
    ["sso.account", { sso: { ...sso, account: "" } }],
    ["sso.account", { sso: { ...sso, account: 123456789012 } }],
    ["sso.role", { sso: { ...sso, role: "two words" } }],
    ["sso.role", { sso: { ...sso, role: undefined } }],
    ["sso.token", { sso: { ...sso, token: "x" } }],
    ["signing.publicKey", { signing: { publicKey: "cosign.pub" } }],
    ["signing.publicKey", { signing: { publicKey: PRIVATE_KEY } }],
    ["signing.identity", { signing: { publicKey, identity } }],
    ["signing.identity", { signing: {} }],
    ["signing.identity", { signing: { identity: "http://github.com/o/r" } }],
    ["signing.issuer", { signing: { identity, issuer: "nobody" } }],
    ["signing", { signing: "yes" }],
    ["scan.failAt", { scan: { failAt: "negligible" } }],
    ["scan.allow[0].id", { scan: { allow: [{ ...allowance, id: "" }] } }],
    ["scan.allow[0].expires", { scan: { allow: [{ ...allowance, expires: "never" }] } }],
    ["scan.allow[0].expires", { scan: { allow: [{ ...allowance, expires: "2026-02-30" }] } }],
    ["scan.allow[0].reason", { scan: { allow: [{ ...allowance, reason: "because" }] } }],
    ["scan.allow[0].until", { scan: { allow: [{ ...allowance, until: "x" }] } }],
    ["scan.database", { scan: { database: "file:///tmp" } }],
  ])("refuses %s in %j", async (subject, settings) => {
    const error = await expectError("field-invalid", () => parse({ ...base, ...settings }));
    expect(error.subject).toBe(`genesis.json ${subject}`);
  });
});
