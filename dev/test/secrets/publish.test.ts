import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { inspect } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { publishImages } from "../../../ci/images/publish.js";
import { concludeReport, formatReport } from "../../../ci/images/report.js";
import { RegistryClient } from "../../../ci/registry/client.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { imageFiles, makeCatalog } from "../fixtures/repositories.js";
import { makeBuilder } from "../images/setup-publish.js";
import { setUpPush } from "../registry/setup-push.js";

/** What a publish may tell to the token server and the registry alone. */
const PASSWORD = "canary/password+0123456789abcdef0123456789==";
const TOKEN = "canary.token-0123456789abcdef.0123456789abcdef";
const SECRETS = [PASSWORD, TOKEN];

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => answer(request, response));
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${await listenOnLoopback(server)}`;
}

/** Publishes, and gives everything that people or machines see of it. */
async function publishAndTell(client: RegistryClient): Promise<{ statuses: string[]; outputs: string[] }> {
  const told: string[] = [];
  const builder = await makeBuilder();
  const catalog = await makeCatalog({ ...imageFiles("one"), ...imageFiles("two") });
  const results = await publishImages(catalog, {
    registry: client,
    build: builder.build,
    onResult: (each) => void told.push(inspect(each)),
  });
  const outputs = [JSON.stringify(builder.requests), ...told];
  for (const format of ["table", "json", "markdown"] as const) {
    const report = formatReport(results, "Somewhere", format);
    outputs.push(report);
    try {
      outputs.push(concludeReport(results, report));
    } catch (error) {
      outputs.push(String((error as Error).stack), JSON.stringify(error), (error as Error).message);
    }
  }
  return { statuses: results.map(({ status }) => status), outputs };
}

const credentials = async () => ({ username: "AWS", password: PASSWORD });

it("of a registry is in no report, message, log or address of a publish that works", async () => {
  const tokens = await serve((_, response) => void response.end(JSON.stringify({ token: TOKEN })));
  const { client, proxy } = await setUpPush({ credentials });
  const header = { "www-authenticate": `Bearer realm="${tokens}/token",service="x",scope="aws"` };
  for (const method of ["GET", "HEAD", "POST", "PUT"]) {
    const fault = { kind: "answer", status: 401, headers: header } as const;
    proxy.rules.push({ method, path: /./, times: 1000, anonymous: true, fault });
  }
  const { statuses, outputs } = await publishAndTell(client);
  expect(statuses).toEqual(["built", "built"]);
  expectNoSecret([...outputs, ...proxy.seen.map(({ path }) => path)], SECRETS);
  // It did go where it belongs: the test looks for what was there.
  expect(proxy.seen.some(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
});

it.each([400, 401, 403, 404, 429, 500])("is not shown where a registry repeats it in an answer %i", async (status) => {
  const url = await serve((request, response) => {
    if (request.url?.startsWith("/token")) return void response.end(JSON.stringify({ token: TOKEN }));
    const { authorization, host } = request.headers;
    if (authorization === undefined) {
      return void response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end();
    }
    const basic = Buffer.from(`AWS:${PASSWORD}`).toString("base64");
    const message = `refused ${authorization} of ${basic} and ${encodeURIComponent(PASSWORD)}`;
    response.writeHead(status).end(JSON.stringify({ errors: [{ code: authorization, message }] }));
  });
  const clock = { random: () => 0, sleep: async () => {} };
  const { statuses, outputs } = await publishAndTell(
    new RegistryClient({ url, prefix: "localhost:5000", clock, credentials }),
  );
  expect(statuses).toEqual(["failed", "failed"]);
  expectNoSecret(outputs, SECRETS);
  expect(outputs.join()).toContain("refused");
});

it("is not shown where the token server fails, or answers something else", async () => {
  for (const answer of [
    (response: ServerResponse) => response.writeHead(403).end(PASSWORD),
    (response: ServerResponse) => response.end(`{"token":${PASSWORD}`),
    (response: ServerResponse) => response.end(JSON.stringify({ tokens: [TOKEN] })),
    (response: ServerResponse) => response.destroy(),
  ]) {
    const url = await serve((request, response) => {
      if (request.url?.startsWith("/token")) return void answer(response);
      const realm = `http://${request.headers.host}/token`;
      response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}"` }).end();
    });
    const clock = { random: () => 0, sleep: async () => {} };
    const { outputs } = await publishAndTell(new RegistryClient({ url, prefix: "localhost:5000", clock, credentials }));
    expectNoSecret(outputs, SECRETS);
  }
});
