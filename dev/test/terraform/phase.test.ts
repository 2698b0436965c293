import { describe, expect, it } from "vitest";
import type { Code } from "../../../ci/terraform/code.js";
import { choosePhase, findAwaitedId } from "../../../ci/terraform/phase.js";
import { parseState, type State } from "../../../ci/terraform/state.js";
import { expectError } from "../fixtures/errors.js";

const ID = "111122223333";
const codeOf = (id: string): Code => ({
  files: [{ path: "a.auto.tfvars", text: `public_ecr = { account = "images", account_id = "${id}" }\n`, hash: "" }],
  lock: "",
});
const stateOf = (account: string, id: string): State => {
  const instances = [{ index_key: account, attributes: { id } }];
  const resources = [{ mode: "managed", type: "aws_organizations_account", name: "this", instances }];
  return parseState(JSON.stringify({ version: 4, serial: 1, lineage: "x", resources }));
};
const empty = parseState("");

describe("the phase of a plan", () => {
  it("is none for an empty state, unless it is a bootstrap", async () => {
    await expectError("state-empty", () => choosePhase(codeOf(ID), empty, false));
    const onlyRead = parseState(
      '{"version":4,"serial":0,"lineage":"","resources":[{"mode":"data","type":"a","name":"b","instances":[{}]}]}',
    );
    await expectError("state-empty", () => choosePhase(codeOf(ID), onlyRead, false));
  });

  it("is the organization and its accounts first, then everything, once the dedicated account is there", async () => {
    const first = await choosePhase(codeOf("000000000001"), empty, true);
    expect(first.targets).toEqual(["aws_organizations_account.this"]);
    expect(first.notes[0]).toContain("phase 1 of 2");
    expect((await choosePhase(codeOf(ID), stateOf("other", "444455556666"), true)).targets).toHaveLength(1);
    expect(await choosePhase(codeOf(ID), stateOf("images", ID), true)).toEqual({ targets: [], notes: [] });
  });

  it("is everything at once where imports.tf has the dedicated account, by the same id", async () => {
    const imported = (to: string, id: string): Code => {
      const text = `import {\n  to = aws_organizations_account.this["${to}"]\n  id = "${id}"\n}\n`;
      const { files, lock } = codeOf(ID);
      return {
        files: [...files, { path: "imports.tf", text: `# x\n${text}${text.replace(to, "x")}`, hash: "" }],
        lock,
      };
    };
    expect(await choosePhase(imported("images", ID), empty, true)).toEqual({ targets: [], notes: [] });
    expect((await choosePhase(imported("images", "444455556666"), empty, true)).targets).toHaveLength(1);
    expect((await choosePhase(imported("other", ID), empty, true)).targets).toHaveLength(1);
    await expectError("state-empty", () => choosePhase(imported("images", ID), empty, false));
  });

  it("is everything without a bootstrap", async () => {
    const everything = { targets: [], notes: [] };
    expect(await choosePhase(codeOf(ID), stateOf("other", "444455556666"), false)).toEqual(everything);
  });

  it("is none where the data names another id than the account has", async () => {
    for (const bootstrap of [false, true]) {
      const error = await expectError("account-id-differs", () =>
        choosePhase(codeOf("000000000001"), stateOf("images", ID), bootstrap),
      );
      expect(error.message).toContain(`write ${ID} there`);
    }
  });

  it("awaits an id only where the data does", async () => {
    expect(await findAwaitedId(codeOf("000000000001"), stateOf("images", ID))).toBe(ID);
    expect(await findAwaitedId(codeOf(ID), stateOf("images", ID))).toBeUndefined();
    expect(await findAwaitedId(codeOf("000000000001"), empty)).toBeUndefined();
  });
});

describe("a state", () => {
  it("is refused in another format, without a value of it in the message", async () => {
    for (const text of ["secret-value", '{"version":3,"lineage":"secret-value"}', '{"version":4}']) {
      const error = await expectError("state-unreadable", () => parseState(text));
      expect(error.message).not.toContain("secret-value");
    }
  });
});
