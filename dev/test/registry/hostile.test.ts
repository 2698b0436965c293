import { truncate, unlink } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { listPublished } from "../../../ci/images/published.js";
import { RegistryAuth } from "../../../ci/registry/auth.js";
import { BODY_MAX } from "../../../ci/registry/body.js";
import { digestBytes, RegistryClient } from "../../../ci/registry/client.js";
import { type Layout, locateBlob, readLayout } from "../../../ci/registry/layout.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { ATTEMPTS } from "../../../ci/registry/retry.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { serve } from "../fixtures/serve.js";
import { makeLayout, REPOSITORY, setUpPush, TAG } from "./setup-push.js";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const SECRET = "hunter2-hunter2-hunter2";

/** A registry that answers as a test wants it, and a client of it that waits for nothing. */
async function startHostile(answer: Parameters<typeof serve>[0]) {
  const { url, seen } = await serve(answer);
  const clock = { random: () => 0, sleep: async () => {} };
  const credentials = async () => ({ username: "AWS", password: SECRET });
  return { seen, client: new RegistryClient({ url, prefix: "localhost:5000", clock, credentials }) };
}

describe("a registry that lies", () => {
  it("about the bytes of a digest is not believed, whatever its headers say", async () => {
    const { client } = await startHostile((response) => {
      const body = Buffer.from('{"evil":true}');
      response.writeHead(200, { "content-type": MANIFEST, "docker-content-digest": digestBytes(body) }).end(body);
    });
    const asked = `sha256:${"1".repeat(64)}`;
    const error = await expectError("digest-mismatch", () => client.resolve(REPOSITORY, asked));
    expect(error.message).toContain(asked);
  });

  it("and says that it stored what it did not is found out before the publish is called done", async () => {
    const { client } = await startHostile((response, { method }) => {
      if (method === "GET") response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      else response.writeHead(201, { location: "/v2/upload" }).end();
    });
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    const error = await expectError("tag-exists", () => pushLayout(client, REPOSITORY, layout, [TAG]));
    expect(error.message).toContain("it now names nothing");
  });

  it("and has an answer for every tag is not asked for ever", async () => {
    const { client, seen } = await startHostile((response) => {
      response.writeHead(200, { "content-type": MANIFEST }).end("{}");
    });
    await expectError("registry-refused", () => listPublished(client, REPOSITORY, "a".repeat(64)));
    expect(seen).toHaveLength(1000);
  });

  it.each([
    ["a type that is none of an image", { "content-type": "text/html" }, "{}"],
    ["no type", {}, "{}"],
    ["more than a manifest may have", { "content-type": MANIFEST }, " ".repeat(BODY_MAX + 1)],
  ])("is refused where it sends %s", async (_, headers, body) => {
    const { client } = await startHostile((response) => response.writeHead(200, headers).end(body));
    await expectError("registry-refused", () => client.resolve(REPOSITORY, TAG));
  });

  it("and has an answer without end is not read for ever", async () => {
    const { client } = await startHostile((response) => {
      response.writeHead(200, { "content-type": MANIFEST });
      const write = () => {
        if (!response.destroyed) response.write(" ".repeat(1 << 16), () => setTimeout(write, 1));
      };
      write();
    });
    await expectError("registry-refused", () => client.resolve(REPOSITORY, TAG));
  });

  it("is refused where it names no place for an upload", async () => {
    const { client, seen } = await startHostile((response) => response.writeHead(202, { location: "http://[" }).end());
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    const [digest = layout.top.digest] = layout.variants[0]?.blobs ?? [];
    const put = () => client.putBlob(REPOSITORY, digest, locateBlob(layout.path, digest));
    await expectError("registry-refused", put);
    expect(seen).toHaveLength(1);
  });
});

describe("a token server that lies", () => {
  const challenge = (realm: string) => ({ "www-authenticate": `Bearer realm="${realm}",service="x"` });

  it.each([
    ["no address", "http://["],
    ["no address of the web", "file:///etc/passwd"],
  ])("at %s is not asked", async (_, realm) => {
    const { client, seen } = await startHostile((response) => response.writeHead(401, challenge(realm)).end());
    await expectError("registry-refused", () => client.resolve(REPOSITORY, TAG));
    expect(seen).toHaveLength(1);
  });

  it.each<[code: string, answer: (response: ServerResponse) => unknown]>([
    ["registry-refused", (response) => response.end(`{"token": ${SECRET}`)],
    ["registry-refused", (response) => response.end(JSON.stringify({ tokens: [SECRET] }))],
    ["registry-forbidden", (response) => response.writeHead(403).end(SECRET)],
    ["registry-unavailable", (response) => response.destroy()],
  ])("and gives no token is %s, and nothing of its answer is shown: %s", async (code, answer) => {
    const { client } = await startHostile((response, { url, headers }) => {
      if (url?.startsWith("/token")) answer(response);
      else response.writeHead(401, challenge(`http://${headers.host}/token`)).end();
    });
    const error = await expectError(code, () => client.resolve(REPOSITORY, TAG));
    expectNoSecret([error.message, String(error.stack), JSON.stringify(error)], [SECRET]);
  });

  it("is not sent the credentials of a registry with TLS where it has none itself", async () => {
    const asked: string[] = [];
    const login = new RegistryAuth(
      async () => ({ username: "AWS", password: SECRET }),
      async (url) => {
        asked.push(url.href);
        return { token: "x" };
      },
      "https://registry.example",
    );
    const ask = (realm: string) => login.answer({ scheme: "bearer", realm }, "base");
    const error = await expectError("registry-refused", () => ask("http://registry.example/token"));
    expect(error.message).toContain("without TLS");
    expect(asked).toEqual([]);
    expect(await ask("https://registry.example/token")).toBe("Bearer x");
  });
});

describe("what is cut off on its way", () => {
  const locateLayer = ({ path, top, variants }: Layout) => locateBlob(path, variants[0]?.blobs.at(-1) ?? top.digest);

  it("down is asked for again, and given up after a fixed number of attempts", async () => {
    const { client, seen } = await startHostile((response) => {
      response.writeHead(200, { "content-type": MANIFEST, "content-length": "100" });
      response.write("{", () => response.destroy());
    });
    await expectError("registry-unavailable", () => client.resolve(REPOSITORY, TAG));
    expect(seen).toHaveLength(ATTEMPTS);
  });

  it.each([
    ["cut off", (path: string) => truncate(path, 10)],
    ["missing", (path: string) => unlink(path)],
  ])("from a disk that was full is found before anything is pushed: a blob is %s", async (_, spoil) => {
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    await spoil(locateLayer(layout));
    await expectError("layout-invalid", () => readLayout(layout.path));
  });

  it("up is not stored: a registry refuses bytes that are not those of their digest, tag unwritten", async () => {
    const { refuse } = await setUpPush();
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    await truncate(locateLayer(layout), 10);
    expect((await refuse("registry-refused", layout)).message).toContain("DIGEST_INVALID");
  });
});
