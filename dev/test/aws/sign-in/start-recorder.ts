import { expect } from "vitest";
import { expectNoSecret } from "../../fixtures/canary.js";
import { startProxy } from "../../registry/start-proxy.js";

/** The members of a sign-in's answers that nobody may see. */
const SECRETS = new Set(["clientSecret", "deviceCode", "accessToken", "secretAccessKey", "sessionToken"]);

/** A proxy before an emulator that remembers the secrets it handed out, and which access keys signed requests. */
export type Recorder = Awaited<ReturnType<typeof startRecorder>>;

export async function startRecorder(target: string) {
  /** Member → its values, in the order they were handed out. */
  const secrets = new Map<string, string[]>();
  const accessKeys = new Set<string>();
  const { url, stop } = await startProxy(target, (body, authorization = "") => {
    const [, key] = /Credential=([^/]+)\//.exec(authorization) ?? [];
    if (key !== undefined) accessKeys.add(key);
    for (const [, name = "", value = ""] of body.toString("utf8").matchAll(/"(\w+)":\s*"([^"]+)"/g)) {
      if (SECRETS.has(name)) secrets.set(name, [...(secrets.get(name) ?? []), value]);
    }
  });
  return {
    ...{ url, secrets, accessKeys, stop },
    /** Fails where a text holds a secret that was handed out. */
    expectSilence: (texts: readonly string[]) => {
      const all = [...secrets.values()].flat();
      expect(all.length).toBeGreaterThan(1);
      expectNoSecret([texts.join("\n")], all);
    },
  };
}
