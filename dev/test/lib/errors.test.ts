import { describe, expect, it } from "vitest";
import { collectErrors, GenesisError, GenesisErrors, throwErrors } from "../../../ci/lib/errors.js";

const parts = { code: "image-unknown", subject: "image x", fact: "f", effect: "e", next: "n" } as const;

describe("GenesisError", () => {
  it("reads as code, subject, fact, effect and next step", () => {
    expect(new GenesisError(parts).message).toBe("[image-unknown] image x: f. e. Run: n");
  });
});

describe("collecting", () => {
  it("throws nothing, the one error, or all of them", () => {
    const error = new GenesisError(parts);
    expect(() => throwErrors([])).not.toThrow();
    expect(() => throwErrors([error])).toThrow(error);
    expect(() => throwErrors([error, error])).toThrow(GenesisErrors);
  });

  it("collects errors of this module, also several, and lets a bug through", async () => {
    const errors: GenesisError[] = [];
    expect(await collectErrors(errors, () => 1)).toBe(1);
    await collectErrors(errors, () => throwErrors([new GenesisError(parts), new GenesisError(parts)]));
    expect(errors).toHaveLength(2);
    await expect(collectErrors(errors, () => Promise.reject(new TypeError("bug")))).rejects.toThrow("bug");
  });
});
