import { describe, expect, it } from "vitest";
import { parseAwsCredentials, requireLifetime } from "../../../ci/aws/credentials.js";
import { expectError } from "../fixtures/errors.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const valid = {
  Version: 1,
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: SECRET,
  SessionToken: "token",
  Expiration: "2026-01-01T01:00:00+00:00",
};
const { SessionToken: _, Expiration: __, ...user } = valid;
const parse = (value: unknown) => parseAwsCredentials(JSON.stringify(value), NOW);

describe("parseAwsCredentials", () => {
  it("takes what the AWS CLI prints, for a session and for a user", () => {
    expect(parse(valid)).toEqual({
      accessKeyId: valid.AccessKeyId,
      secretAccessKey: SECRET,
      sessionToken: "token",
      expiration: new Date("2026-01-01T01:00:00Z"),
    });
    expect(parse(user)).toEqual({ accessKeyId: valid.AccessKeyId, secretAccessKey: SECRET });
  });

  it("refuses expired ones", async () => {
    const error = await expectError("credentials-expired", () =>
      parse({ ...valid, Expiration: "2026-01-01T00:00:00Z" }),
    );
    expect(error.message).toContain("AWS was not called");
  });

  it.each([
    ["", "it is not JSON"],
    [SECRET, "it is not JSON"],
    ["null", "it is not an object"],
    [JSON.stringify({ ...valid, Version: 2 }), "field Version"],
    [JSON.stringify({ ...valid, SecretAccessKey: undefined, Other: SECRET }), "field SecretAccessKey"],
    [JSON.stringify({ ...valid, AccessKeyId: SECRET.slice(0, 5) }), "field AccessKeyId"],
    [JSON.stringify({ ...valid, Expiration: SECRET }), "field Expiration"],
  ])("says what is malformed without a value of it", async (text, fact) => {
    const error = await expectError("credentials-malformed", () => parseAwsCredentials(text, NOW));
    expect(error.message).toContain(fact);
    for (const part of [SECRET, SECRET.slice(0, 5), Buffer.from(SECRET).toString("base64")]) {
      expect(error.message).not.toContain(part);
    }
  });
});

describe("requireLifetime", () => {
  it("refuses credentials that could expire during an apply, and takes those that never do", async () => {
    const lasting = parse(user);
    const until = (minutes: number) => ({ ...lasting, expiration: new Date(NOW + minutes * 60_000) });
    const error = await expectError("credentials-expiring", () => requireLifetime(until(14), NOW));
    expect(error.message).toContain("AWS was not called");
    expect(error.message).not.toContain(SECRET);
    requireLifetime(until(15), NOW);
    requireLifetime(lasting, NOW);
  });
});
