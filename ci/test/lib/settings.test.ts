import { describe, expect, it } from "vitest";
import { parseSettings } from "../../lib/settings.js";
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
