import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEPTH_MAX, readJson } from "../../../ci/lib/read-json.js";
import { parseSettings } from "../../../ci/lib/settings.js";
import { expectError, expectErrors } from "../fixtures/errors.js";

const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const values = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));

describe("readJson", () => {
  it("reads what JSON.parse reads, where no field is given twice", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJson(text)).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it.each([
    ["a field given twice", '{"a":1,"b":{"a":1},"a":2}', "it gives a field twice, the second time at character 19"],
    ["one spelled in two ways", '{"a":1,"\\u0061":2}', "it gives a field twice, the second time at character 7"],
    ["a prototype", '{"a":[{"__proto__":{"x":1}}]}', "it has a field __proto__ at character 7"],
    ["a prototype in other letters", '{"\\u005f_proto__":1}', "it has a field __proto__ at character 1"],
    ["a million lists", nest(1_000_000), `it is nested deeper than ${DEPTH_MAX} at character ${DEPTH_MAX}`],
    ["what is not JSON", "{", "it is not JSON"],
  ])("refuses %s", (_, text, problem) => {
    expect(readJson(text).problem).toContain(problem);
  });

  it.each([
    '["a","a"]',
    '{"a":{"b":1},"c":{"b":1}}',
    '{"a":"\\"b\\":1,\\"a\\":"}',
    '{"constructor":1}',
    nest(DEPTH_MAX),
  ])("takes %s", (text) => {
    expect(readJson(text)).toEqual({ value: JSON.parse(text) });
  });
});

describe("a settings file that is a bomb", () => {
  const settings = (registry: string) => `{"source":"https://github.com/o/r","registry":${registry}}`;

  it.each([
    ["huge", settings(`{"alias":"${"a".repeat(2 << 20)}"}`)],
    ["with a prototype", settings('{"alias":null,"__proto__":{"alias":"evil"}}')],
  ])("is refused: %s", async (_, text) => {
    const error = await expectError("json-invalid", () => parseSettings(text));
    expect(error.message.length).toBeLessThan(500);
  });

  it("of thousands of mistakes tells some of them, and how many there are", async () => {
    const fields = Array.from({ length: 5000 }, (_, index) => `"x${index}":1`);
    const error = await expectErrors(["field-invalid", "field-invalid"], () => parseSettings(settings(`{${fields}}`)));
    expect(error.map(({ message }) => message).join().length).toBeLessThan(1000);
  });
});
