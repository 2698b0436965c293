import { inspect } from "node:util";
import { expect, it } from "vitest";
import { publishImages } from "../../../ci/images/publish.js";
import { concludeReport, formatReport } from "../../../ci/images/report.js";
import { RegistryClient } from "../../../ci/registry/client.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { imageFiles, makeCatalog } from "../fixtures/repositories.js";
import { serve } from "../fixtures/serve.js";
import { makeBuilder } from "../images/setup-publish.js";
import { setUpPush } from "../registry/setup-push.js";

/** What a publish may tell to the token server and the registry alone. */
const PASSWORD = "canary/password+0123456789abcdef0123456789==";
const TOKEN = "canary.token-0123456789abcdef.0123456789abcdef";
const SECRETS = [PASSWORD, TOKEN];

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
  const tokens = await serve((response) => response.end(JSON.stringify({ token: TOKEN })));
  const { client, proxy } = await setUpPush({ credentials });
  const header = { "www-authenticate": `Bearer realm="${tokens.url}/token",service="x",scope="aws"` };
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
  const { url } = await serve((response, request) => {
    if (request.url?.startsWith("/token")) return response.end(JSON.stringify({ token: TOKEN }));
    const { authorization, host } = request.headers;
    if (authorization === undefined) {
      return response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end();
    }
    const basic = Buffer.from(`AWS:${PASSWORD}`).toString("base64");
    const message = `refused ${authorization} of ${basic} and ${encodeURIComponent(PASSWORD)}`;
    return response.writeHead(status).end(JSON.stringify({ errors: [{ code: authorization, message }] }));
  });
  const clock = { random: () => 0, sleep: async () => {} };
  const { statuses, outputs } = await publishAndTell(
    new RegistryClient({ url, prefix: "localhost:5000", clock, credentials }),
  );
  expect(statuses).toEqual(["failed", "failed"]);
  expectNoSecret(outputs, SECRETS);
  expect(outputs.join()).toContain("refused");
});
