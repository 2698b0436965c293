import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { checkData, readData } from "../../../ci/terraform/data.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeCode } from "../organization/organizations.js";

/** Reads this repository's data with other values of some variables. */
const readWith = async (text: string) => readData(await makeCode(text));
const makeFile = (path: string, text: string) => ({ path, text, hash: "" });

describe("the data", () => {
  it("of the repository is read, with what it leaves out", async () => {
    const data = await readWith("");
    expect(data.identity_source).toBe("identity-center");
    expect(data.github.audiences).toEqual(["sts.amazonaws.com"]);
    expect(data.accounts["public-ecr"]).toEqual({
      email: "aws+public-ecr@example.com",
      ou: "infrastructure",
      tags: {},
      contacts: {},
    });
    expect(data.policies["genesis-deny-all"]).toMatchObject({
      type: "SERVICE_CONTROL_POLICY",
      targets: ["ou:suspended"],
    });
    expect(data.permission_sets.administrator).toMatchObject({
      session_duration: "PT4H",
      customer_managed_policies: [],
    });
  });

  it("may give null for a field that it could leave out, and escapes of expressions", async () => {
    const data = await readWith(
      `people = { "a.b" = { given_name = "$\${x}", family_name = "%%{y}", email = "a@b.test", name = null } }
accounts = { a = { email = "x@platform.test", ou = "root", tags = null, contacts = { billing = null } } }\n`,
    );
    expect(data.people["a.b"]).toMatchObject({ given_name: "${x}", family_name: "%{y}", name: null });
    expect(data.accounts.a).toMatchObject({ tags: {}, contacts: { billing: null } });
  });

  it.each([
    ["organisation = {}", "organisation: there is no such field; did you mean organization?"],
    ['management = { account = "1", email = "x" }', "management.account_id: Invalid input"],
    [
      'accounts = { shop = { email = "x", ou = "root", tag = {} } }',
      "accounts.shop.tag: there is no such field; did you mean tags?",
    ],
    [
      'accounts = { "dev/a" = { email = "x", ou = "root" } }',
      "accounts.dev/a: a key holds no / or :; write another, and this one as its name",
    ],
    [
      'accounts = { a = { email = "x", ou = "root", contacts = { secruity = null } } }',
      "accounts.a.contacts.secruity: there is no such field; did you mean security?",
    ],
    [
      'groups = { a = { description = "x", members = [], access = [{ permission_set = [], accounts = [] }] } }',
      "groups.a.access.0.permission_set: there is no such field; did you mean permission_sets?",
    ],
    ['identity_source = "okta"', 'identity_source: Invalid option: expected one of "identity-center"|"external"'],
    [
      'policies = { a = { description = "x", file = "../../x.json", targets = [] } }',
      "policies.a.file: expected a file of policies/, such as deny-all.json",
    ],
    [
      'public_ecr = { account = "a", account_id = "1", repositories = [] }',
      "public_ecr.account_id: expected the 12 digits of an account",
    ],
    ["guard_rails = { alarms = true }", "guard_rails.alarms: there is no such field; did you mean alarm?"],
    ["groups = 1", "groups: Invalid input: expected record, received number"],
  ])("%s is refused", async (text, says) => {
    const failure = await readWith(text).then(String, (error: Error) => error.message);
    expect(failure).toContain("[data-invalid]");
    expect(failure).toContain(says);
    expect(failure).toContain("AWS was not called");
  });

  it("is refused with each place at once", async () => {
    const errors = await expectErrors(["data-invalid", "data-invalid"], () =>
      readWith(
        'groups = "x"\ngithub = { owner = "o", owner_id = "1", repository = "r", repository_id = "2", approvers = {}, x = 1 }\n',
      ),
    );
    expect(errors.map(({ subject }) => subject).sort()).toEqual([`${DATA_PATH} github.x`, `${DATA_PATH} groups`]);
  });

  it("may have variables that the code declares beside ours, and none that it does not", async () => {
    const { files } = await makeCode("budget = { limit = 5 }\n");
    await expectError("data-invalid", () => readData({ files }));
    const declared = makeFile("budget.tf", 'variable "budget" {\n  type = any\n}\n');
    await readData({ files: [...files, declared] });
  });

  it("of other code than an organization's is not looked at", async () => {
    await checkData({ files: [makeFile("main.tf", 'variable "x" {}\n'), makeFile("a.auto.tfvars", 'x = "y"\n')] });
    const code = await makeCode("x = 1\n");
    await expectError("data-invalid", () => checkData(code));
  });

  it("that ships holds every field that the code declares, or its default", async () => {
    const code = await makeCode("");
    const text = await readFile(join(ROOT, DATA_PATH), "utf8");
    const variables = code.files.find(({ path }) => path === "variables.tf")?.text ?? "";
    const blocks = variables.split(/^(?=variable ")/m);
    const required = blocks.filter((block) => !/^ {2}default /m.test(block)).map((block) => /"(\w+)"/.exec(block)?.[1]);
    expect(required.filter((name) => !new RegExp(`^${name} *=`, "m").test(text))).toEqual([]);
    const others = blocks.map((block) => /"(\w+)"/.exec(block)?.[1] ?? "").filter((name) => !required.includes(name));
    expect(others).toEqual(["runs_as", "identity_source", "guard_rails", "exceptions", "scp_limits"]);
    expect(Object.keys(await readData(code)).sort()).toEqual(
      [...required, "exceptions", "guard_rails", "identity_source"].sort(),
    );
  });
});
