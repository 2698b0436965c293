import fc from "fast-check";
import { expect, it } from "vitest";
import { formatAddress, listAddresses, parseAddress } from "../../../ci/terraform/address.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { parseState } from "../../../ci/terraform/state.js";

it.each([
  ['a"b', String.raw`t.n["a\"b"]`],
  ["a\\b\n", String.raw`t.n["a\\b\n"]`],
  ["${x} %{y} $ %", 't.n["$${x} %%{y} $ %"]'],
  ["é\u0000\u{e0001}", String.raw`t.n["é\u0000\U000e0001"]`],
  [0, "t.n[0]"],
  [undefined, "t.n"],
])("writes the key %j as Terraform does", (key, address) => {
  expect(formatAddress("t", "n", key)).toBe(address);
});

/** Keys as Terraform has them: in the composed form of Unicode. */
const key = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom('"', "\\", "$", "%", "{", "}", "\n", "\t", "a", "/") }),
  )
  .map((text) => text.normalize("NFC"));

it("is read back by HashiCorp's own parser as the key that it was", async () => {
  await fc.assert(
    fc.asyncProperty(key, async (text) => {
      const address = formatAddress("t", "n", text);
      const { k } = await parseHcl({ path: "key.tf", hash: "", text: `k = ${address.slice("t.n[".length, -1)}\n` });
      // The parser leaves the markers of templates as they are written.
      expect(String(k).replaceAll("$${", "${").replaceAll("%%{", "%{")).toBe(text);
      expect(parseAddress(address)).toEqual({ type: "t", key: text });
    }),
  );
});

it("lists each instance that the root module manages once, and no other", () => {
  const instance = fc.record({
    index_key: fc.option(fc.oneof(key, fc.nat())),
    deposed: fc.constantFrom(undefined, "4a"),
  });
  const resource = fc.record({
    mode: fc.constantFrom("managed", "data"),
    module: fc.constantFrom(undefined, "module.other"),
    type: fc.constantFrom("aws_a", "aws_b"),
    name: fc.constantFrom("this", "second"),
    instances: fc.array(instance, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 6 }), (resources) => {
      const state = parseState(JSON.stringify({ version: 4, serial: 1, lineage: "l", resources }));
      const expected = resources
        .filter(({ mode, module }) => mode === "managed" && module === undefined)
        .flatMap(({ type, name, instances }) =>
          instances
            .filter(({ deposed }) => deposed === undefined)
            .map(({ index_key }) => JSON.stringify([type, name, index_key])),
        );
      expect(listAddresses(state).size).toBe(new Set(expected).size);
    }),
  );
});
