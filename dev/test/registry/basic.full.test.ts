import { describe, expect, it } from "vitest";
import { pushLayout } from "../../../ci/registry/push.js";
import { expectNoSecret } from "../fixtures/canary.js";
import { expectError } from "../fixtures/errors.js";
import { HTPASSWD, makeLayout, PASSWORD, REPOSITORY, setUpPush, TAG } from "./setup-push.js";

/** Counts how often credentials were asked for; each time the next of `passwords`, then the last again. */
function makeSource(passwords: readonly string[]) {
  const source = {
    asked: 0,
    get: async () => ({ username: "AWS", password: passwords[Math.min(source.asked++, passwords.length - 1)] ?? "" }),
  };
  return source;
}

describe("a registry with Basic authentication", () => {
  it("is asked for credentials once for a whole push", async () => {
    const source = makeSource([PASSWORD]);
    const { push, proxy } = await setUpPush({ credentials: source.get, htpasswd: HTPASSWD });
    await push();
    expect(proxy.seen.filter((each) => each.authorization === undefined)).toHaveLength(1);
  });

  it("gets one fresh token after a 401, and the push succeeds", async () => {
    const source = makeSource(["expired", PASSWORD]);
    const { client, proxy } = await setUpPush({ credentials: source.get, htpasswd: HTPASSWD });
    await pushLayout(client, REPOSITORY, await makeLayout({ platforms: ["linux/amd64"] }), [TAG]);
    expect(source.asked).toBe(2);
    expect(proxy.count("PUT", new RegExp(TAG))).toBe(1);
  });

  it("fails when the fresh token is refused too, and says no secret", async () => {
    const source = makeSource(["wrong-secret-1", "wrong-secret-2"]);
    const { client, proxy, slept } = await setUpPush({ credentials: source.get, htpasswd: HTPASSWD });
    const layout = await makeLayout();
    const error = await expectError("registry-unauthorized", () => pushLayout(client, REPOSITORY, layout, [TAG]));
    expect(source.asked).toBe(2);
    expect(proxy.seen).toHaveLength(3);
    expect(slept).toEqual([]);
    expectNoSecret([error.message, error.stack ?? "", JSON.stringify(error)], ["wrong-secret-1", "wrong-secret-2"]);
  });

  it("refuses an anonymous push without a loop", async () => {
    const { client, proxy } = await setUpPush({ htpasswd: HTPASSWD });
    const layout = await makeLayout();
    await expectError("registry-unauthorized", () => pushLayout(client, REPOSITORY, layout, [TAG]));
    expect(proxy.seen).toHaveLength(1);
  });
});
