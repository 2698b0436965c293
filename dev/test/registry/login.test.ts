import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { locateBlob } from "../../../ci/registry/layout.js";
import { expectError } from "../fixtures/errors.js";
import { serve } from "../fixtures/serve.js";
import { makeLayout, PASSWORD, REPOSITORY, setUpPush, TAG } from "./setup-push.js";

const getCredentials = async () => ({ username: "AWS", password: PASSWORD });
const tell = ({ url, headers }: IncomingMessage) => [url, headers.authorization];

describe("a registry with tokens, as public ECR", () => {
  /** A token server, or one for uploads. */
  const startTokens = async (answer: (count: number) => { status?: number; body: string }) => {
    const tokens = await serve((response) => {
      const { status = 200, body } = answer(tokens.seen.length);
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    return { seen: tokens.seen, url: `${tokens.url}/token/` };
  };
  const challenge = (realm: string) => ({
    kind: "answer" as const,
    status: 401,
    headers: { "www-authenticate": `Bearer realm="${realm}",service="public.ecr.aws",scope="aws"` },
    body: '{"errors":[{"code":"DENIED","message":"Not Authorized"}]}',
  });

  it("exchanges the credentials for one token and uses it for every request", async () => {
    const tokens = await startTokens(() => ({ body: '{"token":"t1"}' }));
    const { push, proxy } = await setUpPush({ credentials: getCredentials });
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    await push();
    const authorization = `Basic ${Buffer.from(`AWS:${PASSWORD}`).toString("base64")}`;
    expect(tokens.seen.map(tell)).toEqual([["/token/?service=public.ecr.aws&scope=aws", authorization]]);
    expect(new Set(proxy.seen.slice(1).map((each) => each.authorization))).toEqual(new Set(["Bearer t1"]));
  });

  it("sends no authorization to another host that the registry points an upload at", async () => {
    const tokens = await startTokens(() => ({ body: '{"token":"t1"}' }));
    const storage = await startTokens(() => ({ status: 201, body: "" }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    const elsewhere = { kind: "answer", status: 202, headers: { location: `${storage.url}upload?id=1` } } as const;
    proxy.rules.push({ method: "POST", path: /./, times: 1, anonymous: true, fault: challenge(tokens.url) });
    proxy.rules.push({ method: "POST", path: /./, times: 1, fault: elsewhere });
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    const [blob = layout.top.digest] = layout.variants[0]?.blobs ?? [];
    await client.putBlob(REPOSITORY, blob, locateBlob(layout.path, blob));
    expect(proxy.seen.at(-1)?.authorization).toBe("Bearer t1");
    expect(storage.seen.map(tell)).toEqual([[`/token/upload?id=1&digest=${encodeURIComponent(blob)}`, undefined]]);
  });

  it("is refused once, however many requests start together", async () => {
    const tokens = await startTokens(() => ({ body: '{"token":"t1"}' }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    proxy.rules.push({ method: "GET", path: /./, times: 1000, anonymous: true, fault: challenge(tokens.url) });
    const count = 20;
    const tags = Array.from({ length: count }, (_, index) => `in-${index}`);
    await Promise.all(tags.map((tag) => client.resolve(REPOSITORY, tag)));
    expect(proxy.seen.length + tokens.seen.length).toBe(count + 2);
  });

  it("reads without credentials by an anonymous token", async () => {
    const tokens = await startTokens(() => ({ body: '{"access_token":"anonymous"}' }));
    const { client, proxy } = await setUpPush();
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    expect(await client.resolve(REPOSITORY, TAG)).toBeUndefined();
    expect(tokens.seen[0]?.headers.authorization).toBeUndefined();
    expect(proxy.seen[1]?.authorization).toBe("Bearer anonymous");
  });

  it("gets a fresh token where the old one expired with a 400 and no challenge, as public ECR does it", async () => {
    const tokens = await startTokens((count) => ({ body: `{"token":"t${count}"}` }));
    const { push, proxy } = await setUpPush({ credentials: getCredentials });
    const body =
      '{"errors":[{"code":"DENIED","message":"Your authorization token has expired. Reauthenticate and try again."}]}';
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    proxy.rules.push({ method: "POST", path: /./, times: 1, fault: { kind: "answer", status: 400, body } });
    await push(await makeLayout({ platforms: ["linux/amd64"] }));
    expect(tokens.seen).toHaveLength(2);
    expect(proxy.seen.at(-1)?.authorization).toBe("Bearer t2");
  });

  it("names the permission when the token server refuses", async () => {
    const tokens = await startTokens(() => ({ status: 403, body: "{}" }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    const error = await expectError("registry-forbidden", () => client.resolve(REPOSITORY, TAG));
    expect(error.message).toContain("ecr-public:GetAuthorizationToken");
    expect(error.message).not.toContain(PASSWORD);
  });
});
