import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { locateBlob } from "../../../ci/registry/layout.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY, setUpPush } from "./setup-push.js";

const TAG = "in-0123456789abcdef";
const PASSWORD = "correct-horse-battery-staple";
const getCredentials = async () => ({ username: "AWS", password: PASSWORD });

describe("a registry with tokens, as public ECR", () => {
  /** A token server on loopback that records its requests. */
  async function startTokens(answer: (count: number) => { status: number; body: string }) {
    const seen: { url: string; authorization: string | undefined }[] = [];
    const server = createServer((request, response) => {
      seen.push({ url: request.url ?? "", authorization: request.headers.authorization });
      const { status, body } = answer(seen.length);
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    const port = await listenOnLoopback(server);
    onTestFinished(() => void server.close());
    return { seen, url: `http://127.0.0.1:${port}/token/` };
  }

  const challenge = (realm: string) => ({
    kind: "answer" as const,
    status: 401,
    headers: { "www-authenticate": `Bearer realm="${realm}",service="public.ecr.aws",scope="aws"` },
    body: '{"errors":[{"code":"DENIED","message":"Not Authorized"}]}',
  });

  it("exchanges the credentials for one token and uses it for every request", async () => {
    const tokens = await startTokens(() => ({ status: 200, body: '{"token":"t1"}' }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    await pushLayout(client, REPOSITORY, await makeLayout(), [TAG]);
    expect(tokens.seen).toEqual([
      {
        url: "/token/?service=public.ecr.aws&scope=aws",
        authorization: `Basic ${Buffer.from(`AWS:${PASSWORD}`).toString("base64")}`,
      },
    ]);
    expect(new Set(proxy.seen.slice(1).map((each) => each.authorization))).toEqual(new Set(["Bearer t1"]));
  });

  it("sends no authorization to another host that the registry points an upload at", async () => {
    const tokens = await startTokens(() => ({ status: 200, body: '{"token":"t1"}' }));
    const storage = await startTokens(() => ({ status: 201, body: "" }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    const location = { location: `${storage.url}upload?id=1` };
    proxy.rules.push({ method: "POST", path: /./, times: 1, anonymous: true, fault: challenge(tokens.url) });
    proxy.rules.push({
      method: "POST",
      path: /./,
      times: 1,
      fault: { kind: "answer", status: 202, headers: location },
    });
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    const [blob] = layout.variants[0]?.blobs ?? [];
    if (blob === undefined) throw new Error("no blob");
    await client.putBlob(REPOSITORY, blob, locateBlob(layout.path, blob));
    expect(proxy.seen.at(-1)?.authorization).toBe("Bearer t1");
    expect(storage.seen).toEqual([
      { url: `/token/upload?id=1&digest=${encodeURIComponent(blob)}`, authorization: undefined },
    ]);
  });

  it("is refused once, however many requests start together", async () => {
    const tokens = await startTokens(() => ({ status: 200, body: '{"token":"t1"}' }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    proxy.rules.push({ method: "GET", path: /./, times: 1000, anonymous: true, fault: challenge(tokens.url) });
    const count = 20;
    const tags = Array.from({ length: count }, (_, index) => `in-${index}`);
    await Promise.all(tags.map((tag) => client.resolve(REPOSITORY, tag)));
    expect(proxy.seen.length + tokens.seen.length).toBe(count + 2);
  });

  it("reads without credentials by an anonymous token", async () => {
    const tokens = await startTokens(() => ({ status: 200, body: '{"access_token":"anonymous"}' }));
    const { client, proxy } = await setUpPush();
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    expect(await client.resolve(REPOSITORY, TAG)).toBeUndefined();
    expect(tokens.seen[0]?.authorization).toBeUndefined();
    expect(proxy.seen[1]?.authorization).toBe("Bearer anonymous");
  });

  it("gets a fresh token where the old one expired with a 400 and no challenge, as public ECR does it", async () => {
    const tokens = await startTokens((count) => ({ status: 200, body: `{"token":"t${count}"}` }));
    const { client, proxy } = await setUpPush({ credentials: getCredentials });
    const body =
      '{"errors":[{"code":"DENIED","message":"Your authorization token has expired. Reauthenticate and try again."}]}';
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: challenge(tokens.url) });
    proxy.rules.push({ method: "POST", path: /./, times: 1, fault: { kind: "answer", status: 400, body } });
    await pushLayout(client, REPOSITORY, await makeLayout({ platforms: ["linux/amd64"] }), [TAG]);
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
