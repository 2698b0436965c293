import { describe, expect, it } from "vitest";
import type { Deployment } from "../../../ci/terraform/deployment.js";
import { editState, type StateEdit } from "../../../ci/terraform/edit-state.js";
import { expectError } from "../fixtures/errors.js";
import { formatState, scriptRun, type TestInstance } from "./states.js";

const ID = "111122223333";
const INSTANCES: readonly TestInstance[] = [
  ["aws_organizations_account", "shop", { id: ID }, "tainted"],
  ["aws_organizations_account", "ledger", { id: "444455556666" }],
  ["aws_account_alternate_contact", "shop/security", { account_id: ID }],
  ["aws_ssoadmin_account_assignment", "shop/engineers/read", { target_id: ID }],
  ["aws_organizations_policy_attachment", "eu-only/shop", { target_id: ID }],
  ["aws_organizations_policy_attachment", "eu-only/ledger", { target_id: "444455556666" }],
  ["aws_organizations_organization", "x", { id: "o-1" }],
  ["aws_iam_openid_connect_provider", "x", { id: "arn" }],
  ["aws_s3_bucket", "x", { id: "state" }],
];
const DEPLOYMENT: Deployment = {
  code: {
    files: [{ path: "a.auto.tfvars", text: "accounts = { ledger = {} }\n", hash: "" }],
    lock: "",
  },
  state: { bucket: "b", key: "k", region: "us-east-1" },
  ...{ backendSettings: [], bootstrap: true, readOnly: false },
};
const account = (key: string) => `aws_organizations_account.this["${key}"]`;

/** Edits a state, and says with which commands: none but an edit changes something. */
async function edit(
  given: Partial<StateEdit>,
  { answers = {}, ...state }: Parameters<typeof formatState>[1] & { answers?: object } = {},
) {
  const pull = { stdout: formatState(INSTANCES, state) };
  const { run, steps } = scriptRun({ "terraform state pull": pull, ...answers });
  const asked: StateEdit = { kind: "forget", address: account("shop"), expect: undefined, ...given };
  const result = editState(run, DEPLOYMENT, asked);
  const edits = async () => {
    await result.catch(() => {});
    return steps.map(({ argv }) => argv).filter(([, name, verb]) => name === "untaint" || verb === "rm");
  };
  return { result, edits };
}
const show = async (given: Partial<StateEdit>) => {
  const { result, edits } = await edit(given);
  const text = await result;
  expect(await edits()).toEqual([]);
  return { text, expect: /--expect=(\w+)$/m.exec(text)?.[1] };
};

describe("an edit of the state", () => {
  it("is shown first, and then done as it was shown", async () => {
    const untaint = await show({ kind: "untaint" });
    expect(untaint.text).toContain(`${account("shop")} (${ID}) was created only in part`);
    const kept = await edit({ kind: "untaint", expect: untaint.expect });
    await kept.result;
    expect(await kept.edits()).toEqual([["terraform", "untaint", "-no-color", account("shop")]]);
  });

  it("that lets an account go takes along all that it has, by name, and nothing of another", async () => {
    const parts = [
      'aws_account_alternate_contact.this["shop/security"]',
      'aws_ssoadmin_account_assignment.this["shop/engineers/read"]',
      'aws_organizations_policy_attachment.this["eu-only/shop"]',
    ];
    const forget = await show({});
    for (const part of parts) expect(forget.text).toContain(`\n- ${part}\n`);
    const done = await edit({ expect: forget.expect });
    await done.result;
    expect(await done.edits()).toEqual([["terraform", "state", "rm", "-no-color", account("shop"), ...parts]]);
  });

  it("is done for no other address, kind or state than it was shown for", async () => {
    const { expect: shown } = await show({});
    const others: Parameters<typeof edit>[] = [
      [{ expect: shown }, { serial: 8 }],
      [{ expect: shown }, { lineage: "y" }],
      [{ expect: shown, kind: "untaint" }],
      [{ expect: shown, address: 'aws_account_alternate_contact.this["shop/security"]' }],
      [{ expect: "" }],
    ];
    for (const other of others) {
      const { result, edits } = await edit(...other);
      await expectError("approval-stale", () => result);
      expect(await edits()).toEqual([]);
    }
  });

  it.each([
    ["address-unknown", { address: account("shap") }, `did you mean ${account("shop")}?`],
    ["address-unknown", { address: "aws_iam_role.x" }, "the state has nothing of this address."],
    ["state-edit-refused", { kind: "untaint", address: account("ledger") }, "it is not tainted"],
    ["state-edit-refused", { address: account("ledger") }, "the data still has it"],
    ["state-edit-refused", { address: 'aws_organizations_organization.this["x"]' }, "it stays in the state"],
    ["state-edit-refused", { address: 'aws_iam_openid_connect_provider.this["x"]' }, "it stays in the state"],
    ["state-edit-refused", { address: 'aws_s3_bucket.this["x"]' }, "it stays in the state"],
  ] as const)("is refused as %s: %j", async (code, given, text) => {
    const { result, edits } = await edit(given);
    const error = await expectError(code, () => result);
    expect(error.message).toContain(text);
    expect(await edits()).toEqual([]);
  });

  it("waits for a state that an apply could not save, and tells a lock", async () => {
    const kept = await edit({}, { answers: { "test -f": { exitCode: 0 } } });
    await expectError("state-unsaved", () => kept.result);
    const { expect: shown } = await show({});
    const stderr = "Error: Error acquiring the state lock\n\nLock Info:\n  ID:  x\n  Who:  mara\n";
    const locked = await edit({ expect: shown }, { answers: { "terraform state rm": { exitCode: 1, stderr } } });
    const error = await expectError("state-locked", () => locked.result);
    expect(error.message).toContain("mara has locked the state");
    expect(error.message).toContain("Nothing was changed");
  });
});
