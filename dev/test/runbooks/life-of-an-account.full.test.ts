import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addAccount } from "../../../ci/rehearsal/data.js";
import type { ProgramResult } from "../fixtures/run-program.js";
import { forkOrganization } from "../terraform/fork-organization.js";
import type { TestOrganization } from "../terraform/start-organization.js";
import { readRunbook } from "./read-runbook.js";
import { editData, type Laptop, setUpLaptop } from "./set-up-runbook.js";

const NAME = "life-of-an-account";
/** The blocks of the page. */
const [PLAN, APPLY, FORGET, CLOSE, DRIFT, UNTAINT] = [0, 1, 2, 3, 4, 5];

/** One account from its creation, which ends half-way, to its end; each step goes on where the one before it ended. */
describe("the life of an account, by the commands of its page", () => {
  let organization: TestOrganization;
  let laptop: Laptop;
  let id: string;
  beforeAll(async () => {
    organization = await forkOrganization();
    laptop = await setUpLaptop({ emulator: organization.emulator, root: organization.root });
  });
  afterAll(async () => {
    await laptop?.close();
    await organization?.close();
  });
  beforeEach(() => laptop.emulator.clearRequests());

  /** The key of the account, for which the page has `shop`. */
  let key = "shop";
  const run = (block: number, more = "") =>
    laptop.run(
      NAME,
      block,
      block + 1,
      (text) => `${text.trimEnd().replace("shop", key).replace('"$account"', id)} ${more}`,
    );
  const edit = (change: (text: string) => string) => editData(laptop.root, change);
  const expectSuccess = ({ code, stdout, stderr }: ProgramResult) => {
    expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
    return stdout;
  };
  /** What a refused call says, which has changed nothing. */
  const refuse = async (codes: string[], block: number, more?: string) => {
    const { code, stderr } = await run(block, more);
    expect(code).not.toBe(0);
    expect([...stderr.matchAll(/\[([a-z]+(?:-[a-z]+)+)\] /g)].map(([, each]) => each)).toEqual(codes);
    expect(await countWrites()).toEqual({});
    return stderr;
  };
  /** What changed something in AWS, and how often; the state and its lock aside. */
  const countWrites = async () =>
    Object.fromEntries(
      (await laptop.emulator.requests())
        .filter(({ service, write, count, faulted }) => write && count > faulted && service !== "s3")
        .map(({ operation, count, faulted }) => [operation, count - faulted]),
    );
  /** Edits the state as the page says: looks first, then does what was shown. */
  const editState = async (block: number) => {
    const before = await organization.request("GET", "organization.tfstate");
    const shown = expectSuccess(await run(block));
    expect(await organization.request("GET", "organization.tfstate")).toEqual(before);
    const [more = ""] = /--expect=\w+/.exec(shown) ?? [];
    const done = expectSuccess(await run(block, more));
    expect(await countWrites()).toEqual({});
    await refuse([block === UNTAINT ? "state-edit-refused" : "address-unknown"], block, more);
    return { shown, done };
  };

  it("that AWS made and could not move is told by the apply, and by every plan until it is kept", async () => {
    await addAccount(laptop.root, "shop");
    expectSuccess(await run(PLAN));
    await laptop.emulator.setFault({ operation: "MoveAccount", code: "AccessDeniedException" });
    const failed = await run(APPLY);
    expect(failed.stderr).toContain("[aws-forbidden]");
    expect(failed.stderr).toContain("[resource-tainted]");
    expect(failed.stderr).toContain(`tf-untaint --address='aws_organizations_account.this["shop"]'`);
    expect(await countWrites()).toEqual({ CreateAccount: 1 });
    await laptop.emulator.clearFaults();
    await laptop.emulator.clearRequests();
    await refuse(["resource-tainted"], PLAN);
    const { shown } = await editState(UNTAINT);
    [, id = ""] = /\((\d{12})\)/.exec(shown) ?? [];

    expect(expectSuccess(await run(PLAN))).toContain("3 to create, 1 to update, 0 to destroy");
    expectSuccess(await run(APPLY));
    expect(await countWrites()).toEqual({ MoveAccount: 1, PutAlternateContact: 1, CreateAccountAssignment: 2 });
  });

  it("is renamed by the blocks of the refusal, and suspended: it moves, and nothing is made anew", async () => {
    await edit((text) =>
      text.replace("  shop = {", "  store = {").replace(/(store = \{[^}]*ou +=) "workloads"/, '$1 "suspended"'),
    );
    key = "store";
    const refused = await refuse(["key-renamed"], PLAN);
    const blocks = refused.match(/^moved \{\n[^}]*\}$/gm) ?? [];
    expect(blocks).toHaveLength(4);
    await writeFile(join(laptop.root, "terraform/moved.tf"), `${blocks.join("\n\n")}\n`);
    expect(expectSuccess(await run(PLAN))).toContain("0 to create, 1 to update, 2 to destroy");
    // Without a name the key is AWS's name for it too. No loss is to be named: its policies are those of the OU that it leaves.
    expectSuccess(await run(APPLY));
    expect(await countWrites()).toEqual({ MoveAccount: 1, PutAccountName: 1, DeleteAccountAssignment: 2 });
    await rm(join(laptop.root, "terraform/moved.tf"));
  });

  it("whose address changed in the console is told with both addresses", async () => {
    await laptop.emulator.configureAccount(id, { email: "new@platform.test" });
    const refused = await refuse(["replace-prevented"], PLAN);
    expect(refused).toContain('write email = "new@platform.test" into the data');
    expect(refused).toContain('email: AWS has "new@platform.test", the data "aws+shop@platform.test"');
    await edit((text) => text.replace("aws+shop@platform.test", "new@platform.test"));
  });

  it("that was closed in the console is told before an apply would make it again", async () => {
    await laptop.emulator.configureAccount(id, { state: "CLOSED" });
    const refused = await refuse(["account-gone"], PLAN);
    expect(refused).toContain(`tf-forget --address='aws_organizations_account.this["store"]'`);
    expect(refused).toContain(id);
    await laptop.emulator.configureAccount(id, { state: "ACTIVE" });
  });

  it("is let go once the data and the imports are without it, and closed; then nothing is left to do", async () => {
    const address = 'aws_organizations_account.this["store"]';
    await refuse(["state-edit-refused"], FORGET);
    await edit((text) => text.replace(/ {2}store = \{[^}]*\}\n/, ""));
    const imports = join(laptop.root, "terraform/imports.tf");
    await writeFile(imports, `# By adopt\n\nimport {\n  to = ${address}\n  id = "${id}"\n}\n`);
    expect(await refuse(["import-orphaned"], PLAN)).toContain("terraform/imports.tf:4");
    await writeFile(imports, "");
    const { shown, done } = await editState(FORGET);
    expect(shown).toContain('- aws_account_alternate_contact.this["store/security"]');
    expect(done).toContain("removed 2 resource instance(s)");
    expectSuccess(await run(CLOSE));
    expect(await countWrites()).toEqual({ CloseAccount: 1 });
    expect(expectSuccess(await run(DRIFT))).toContain("No drift");
  });

  it("is all of the page", async () => {
    expect(laptop.ran(NAME)).toEqual((await readRunbook(NAME)).map((_, index) => index));
  });
});
