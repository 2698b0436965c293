import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseJsonWith } from "../../../ci/lib/json.js";
import { parseSettings } from "../../../ci/lib/settings.js";
import { expectError, expectErrors } from "../fixtures/errors.js";

const schema = z.strictObject({ a: z.array(z.strictObject({ b: z.number() })) });

describe("parseJsonWith", () => {
  it("returns what fits", () => {
    expect(parseJsonWith('{"a":[{"b":1}]}', "f.json", schema)).toEqual({ a: [{ b: 1 }] });
  });

  it("names file and field of a wrong type", async () => {
    const error = await expectError("field-invalid", () => parseJsonWith('{"a":[{"b":"x"}]}', "f.json", schema));
    expect(error.subject).toBe("f.json a[0].b");
  });

  it("names an unknown field", async () => {
    const error = await expectError("field-invalid", () => parseJsonWith('{"a":[],"c":1}', "f.json", schema));
    expect(error.subject).toBe("f.json c");
    expect(error.message).toContain("unknown field c");
  });

  it("reports all fields at once", () =>
    expectErrors(["field-invalid", "field-invalid"], () => parseJsonWith('{"a":1,"c":1}', "f.json", schema)));

  it("says where JSON breaks without repeating what stands there", async () => {
    const error = await expectError("json-invalid", () => parseJsonWith('{"key": hunter2 }', "f.json", schema));
    expect(error.message).not.toContain("hunter2");
  });
});

describe("genesis.json", () => {
  const settings = (registry: unknown, source = "https://github.com/o/r") => JSON.stringify({ source, registry });

  it("takes an alias and the lack of one", () => {
    expect(parseSettings(settings({ alias: null })).registry.alias).toBeNull();
    expect(parseSettings(settings({ alias: "a1b2c3d4" })).registry.alias).toBe("a1b2c3d4");
  });

  it.each([
    ["genesis.json registry.alias", settings({ alias: "No/Alias" })],
    ["genesis.json registry.alias", settings({})],
    ["genesis.json registry.x", settings({ alias: null, x: 1 })],
    ["genesis.json source", settings({ alias: null }, "git@github.com:o/r")],
  ])("names %s", async (subject, text) => {
    const error = await expectError("field-invalid", () => parseSettings(text));
    expect(error.subject).toBe(subject);
  });
});
