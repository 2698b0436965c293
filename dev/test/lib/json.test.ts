import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseJsonWith } from "../../../ci/lib/json.js";
import { expectError, expectErrors } from "../fixtures/errors.js";

const schema = z.strictObject({ a: z.array(z.strictObject({ b: z.number() })) });

describe("parseJsonWith", () => {
  it("returns what fits", () => {
    expect(parseJsonWith('{"a":[{"b":1}]}', "f.json", schema)).toEqual({ a: [{ b: 1 }] });
  });

  it.each([
    ["a wrong type", '{"a":[{"b":"x"}]}', "f.json a[0].b", ""],
    ["an unknown field", '{"a":[],"c":1}', "f.json c", "unknown field c"],
  ])("names file and field of %s", async (_, text, subject, fact) => {
    const error = await expectError("field-invalid", () => parseJsonWith(text, "f.json", schema));
    expect(error.subject).toBe(subject);
    expect(error.message).toContain(fact);
  });

  it("reports all fields at once", () =>
    expectErrors(["field-invalid", "field-invalid"], () => parseJsonWith('{"a":1,"c":1}', "f.json", schema)));

  it("says where JSON breaks without repeating what stands there", async () => {
    const error = await expectError("json-invalid", () => parseJsonWith('{"key": hunter2 }', "f.json", schema));
    expect(error.message).not.toContain("hunter2");
  });
});
