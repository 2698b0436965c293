import { describe, expect, it } from "vitest";
import { getEcrPublicToken } from "../../../ci/registry/ecr-public.js";
import { expectError } from "../fixtures/errors.js";
import { serve } from "../fixtures/serve.js";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const CREDENTIALS = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: SECRET, sessionToken: "session" };

const startAws = (status: number, body: unknown) =>
  serve((response) =>
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body)),
  );

const token = (text: string) => ({
  authorizationData: { authorizationToken: Buffer.from(text).toString("base64"), expiresAt: 1_800_000_000 },
});

describe("getEcrPublicToken", () => {
  it("signs GetAuthorizationToken for us-east-1 and splits the token", async () => {
    const aws = await startAws(200, token("AWS:pass:word"));
    expect(await getEcrPublicToken(CREDENTIALS, aws.url)).toEqual({ username: "AWS", password: "pass:word" });
    expect(aws.seen).toHaveLength(1);
    const { headers } = aws.seen[0] ?? {};
    expect(headers?.["x-amz-target"]).toBe("SpencerFrontendService.GetAuthorizationToken");
    expect(headers?.authorization).toContain("/us-east-1/ecr-public/aws4_request");
    expect(headers?.["x-amz-security-token"]).toBe("session");
  });

  it("names AWS's error and the permissions, and no secret or account", async () => {
    const message = `User: arn:aws:sts::123456789012:assumed-role/x is not authorized ${SECRET}`;
    const aws = await startAws(400, { __type: "AccessDeniedException", message });
    const error = await expectError("credentials-refused", () => getEcrPublicToken(CREDENTIALS, aws.url));
    expect(error.message).toContain("AccessDeniedException");
    expect(error.message).toContain("sts:GetServiceBearerToken");
    for (const text of [SECRET, "123456789012", "assumed-role"]) expect(error.message).not.toContain(text);
    expect(aws.seen).toHaveLength(1);
  });

  it.each([{}, token(""), token("no-colon")])("refuses an answer without a token: %j", async (body) => {
    const aws = await startAws(200, body);
    await expectError("credentials-refused", () => getEcrPublicToken(CREDENTIALS, aws.url));
  });
});
