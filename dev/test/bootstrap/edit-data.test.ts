import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adopt, BootstrapData } from "../../../ci/bootstrap/data.js";
import { type Adoption, editData, formatAdopt } from "../../../ci/bootstrap/edit-data.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { expectError } from "../fixtures/errors.js";

const ID = "111122223333";
const ADOPT: Adopt = { organization: { this: "o-1" }, ous: { a: "ou-1", longer: "ou-2" } };
const EDITED = `adopt = {
  organization = {
    this = "o-1"
  }
  ous = {
    a      = "ou-1"
    longer = "ou-2"
  }
}`;
const parse = (text: string) => parseHcl({ path: "x.auto.tfvars", text, hash: "" });
const edit = (text: string, adopt: Adopt = ADOPT, dedicatedId?: string) => {
  const adoption: Adoption = { adopt, dedicatedId, changes: ["adopt.organization.this = o-1"] };
  return editData({ text } as BootstrapData, adoption);
};

describe("the data", () => {
  it.each([
    ["on one line", 'adopt = { state_bucket = { this = "b" } }'],
    ["empty", "adopt = {}"],
    ["over lines", 'adopt = {\n  state_bucket = { this = "b" }\n}'],
    ["with blocks in it", 'adopt = {\n  a = {\n    this = "b"\n  }\n\n  b = {\n  }\n}'],
  ])("is edited where adopt is %s, and keeps every other character", async (_, block) => {
    const before = '# Mine.\nregion = "x" # here\n\n';
    const after = '\n\naccounts = {\n  adopt = { email = "}" }\n}\n';
    expect(await edit(`${before}${block}${after}`)).toBe(`${before}${EDITED}${after}`);
  });

  it("gets adopt at its end where it has none", async () => {
    expect(await edit('region = "x"\n')).toBe(`region = "x"\n\n${EDITED}\n`);
  });

  it("gets the id of the dedicated account in place of the one to come, and nothing else of that form", async () => {
    const text = (id: string) =>
      `management = {\n  account_id = "000000000000"\n}\npublic_ecr = {\n  account_id   = "${id}" # to come\n  repositories = ["000000000001"]\n}\n`;
    expect(await edit(`${text("000000000001")}adopt = {}\n`, ADOPT, ID)).toBe(`${text(ID)}${EDITED}\n`);
  });

  it.each([
    ["a comment", 'adopt = {\n  # Why.\n  a = { this = "b" }\n}\n', "there is a comment in adopt"],
    ["another layout", 'adopt = {\n  a = { this = "b" } }\nregion = "x"\n', "its layout is another"],
    ["an indented end", 'adopt = {\n  a = { this = "b" }\n  }\n', "its layout is another"],
  ])("is not edited where that could lose something: %s", async (_, text, fact) => {
    const error = await expectError("data-unwritable", () => edit(text));
    expect(error.message).toContain(fact);
    expect(error.message).toMatch(/\n\nadopt\.organization\.this = o-1$/);
  });

  it("takes any name as a key: what is written is read as what was meant", async () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme-ascii" });
    const adopt = fc.dictionary(name, fc.dictionary(name, name, { minKeys: 1, noNullPrototype: true }), {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(adopt, async (value) => {
        expect(await parse(`${formatAdopt(value)}\n`)).toEqual({ adopt: escapeTemplates(value) });
      }),
      { numRuns: 60 },
    );
  });
});

/** hcl2json leaves the escape of a template's start as it is written. */
function escapeTemplates(value: Adopt): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/[$%](?=\{)/g, (char) => char + char));
}
