import { describe, expect, it } from "vitest";
import { formatLeft } from "../../../ci/bootstrap/adopt-draft.js";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { GenesisError } from "../../../ci/lib/errors.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { adoptOnce, readShipped } from "./adopt-fixture.js";
import {
  CISO,
  MANAGEMENT_ID,
  makeEmptySnapshot,
  makeUsedSnapshot,
  seeAccount,
  setArn,
  withPart,
} from "./used-snapshot.js";

type Data = Record<string, Record<string, unknown>>;

/** All of it adopted and applied; then AWS is `later`. */
async function adoptLater(later: Snapshot, edit: (text: string) => string = (text) => text) {
  const first = await adoptOnce(makeUsedSnapshot(), await readShipped());
  const managed = new Set(first.adoption.imports.map(({ address }) => address));
  return adoptOnce({ ...later, managed }, { ...first.after, text: edit(first.after.text) });
}

describe("a nearly empty organization", () => {
  it("gets its ids into the data; the rest stays to be created, and people are asked for what only they know", async () => {
    const shipped = await readShipped();
    const { adoption, data } = await adoptOnce(makeEmptySnapshot(), shipped);
    const id = `genesis-state-${MANAGEMENT_ID}`;
    expect(adoption.imports).toEqual([
      { address: "aws_organizations_organization.this", id: "o-empty12345" },
      // A bootstrap makes it before a plan.
      ...["", "_policy", "_public_access_block", "_versioning"].map((type) => ({
        address: `aws_s3_bucket${type}.state`,
        id,
      })),
    ]);
    expect(adoption.left.map(formatLeft)).toEqual([]);
    expect(adoption.asked).toEqual([
      "accounts.public-ecr.email",
      "contacts.security.email",
      "contacts.security.phone",
      "github.approvers.your-login",
      "people.josalvatorre.email",
    ]);
    expect((data as Data).groups?.engineers).toMatchObject({ access: [{ accounts: ["management", "*"] }] });
    expect(data.management).toEqual({ account_id: MANAGEMENT_ID, email: "aws@used.test" });
  });

  it("gets GitHub's ids of approvers, and says why one is asked for", async () => {
    const { text, facts } = await readShipped();
    const { adoption, data } = await adoptOnce(makeEmptySnapshot(), {
      text: text.replace('your-login = "000000000000"', 'ada = ""\n    bo = ""\n    eve = "66"'),
      facts: { ...facts, approverIds: { ada: { id: "33" }, bo: { reason: "GitHub could not be reached" } } },
    });
    expect(data.github).toMatchObject({ approvers: { ada: "33", bo: "", eve: "66" } });
    expect(adoption.asked).toContain("github.approvers.bo: GitHub could not be reached");
  });

  it("says why GitHub's ids are asked for", async () => {
    const { text, facts } = await readShipped();
    const reason = "GitHub could not be reached";
    const { adoption } = await adoptOnce(makeEmptySnapshot(), { text, facts: { ...facts, repositoryIds: { reason } } });
    expect(adoption.asked).toEqual(
      expect.arrayContaining([`github.owner_id: ${reason}`, `github.repository_id: ${reason}`]),
    );
  });
});

describe("ids in the data that are others", () => {
  it("are all shown with those that were found, and nothing is planned", async () => {
    const shipped = await readShipped((text) =>
      text
        .replace('account_id = "000000000000"', 'account_id = "999900000001"')
        .replace("000000000001", "999900000002")
        .replace("aws+public-ecr@example.com", "aws+public-ecr@used.test")
        .replace('owner         = "josalvatorre"', 'owner         = "Used"')
        .replace('repository    = "genesis"', 'repository    = "platform"')
        .replace('repository_id = "000000000000"', 'repository_id = "99"'),
    );
    const differs = "adopt-differs";
    const errors = await expectErrors([differs, differs, differs], () => adoptOnce(makeUsedSnapshot(), shipped));
    const facts = errors.map(({ subject, parts }) => `${subject} ${parts.fact}`);
    expect(facts[0]).toMatch(/management\.account_id it is 999900000001, .* 111122223333:/);
    expect(facts[1]).toMatch(/github\.repository_id it is 99, .* 4712:/);
    expect(facts[2]).toMatch(/public_ecr\.account_id it is 999900000002, .* 200000000004:/);
  });

  it("of another repository stay: where adopt runs does not say who may deploy", async () => {
    const shipped = await readShipped((text) =>
      text
        .replaceAll('_id      = "000000000000"', '_id      = "1"')
        .replace('repository_id = "000000000000"', 'repository_id = "2"'),
    );
    const { adoption, data } = await adoptOnce(makeEmptySnapshot(), shipped);
    expect(data.github).toMatchObject({ owner: "josalvatorre", owner_id: "1", repository_id: "2" });
    expect(adoption.left.map(formatLeft)).toEqual([
      "github: the data names josalvatorre/genesis, and this is a clone of used/platform",
    ]);
  });
});

describe("what the state has", () => {
  it("is not known where the state could not be read: nothing is planned", async () => {
    const unread = [new GenesisError({ code: "aws-forbidden", subject: "s3:GetObject", fact: "denied" })];
    const shipped = await readShipped();
    await expectError("aws-forbidden", () => adoptOnce({ ...makeUsedSnapshot(), managed: undefined, unread }, shipped));
  });

  it("stays as the data has it, whatever AWS says", async () => {
    const { adoption } = await adoptLater(makeUsedSnapshot(), (text) =>
      text
        .replace('"Our CISO"', '"Another"')
        .replace("Who pays", "Who paid")
        .replace('"AdministratorAccess", "Payments"', '"Payments"'),
    );
    expect(adoption).toMatchObject({ edits: [], imports: [] });
  });

  it("is on its way out where the data no longer has it, and does not come back", async () => {
    const { adoption } = await adoptLater(makeUsedSnapshot(), (text) =>
      text.replace(/ {2}eu-only = \{[^}]*\}\n/, "").replace(/ {2}legacy = \{[\s\S]*?\n {2}\}\n/, ""),
    );
    expect(adoption).toMatchObject({ edits: [], imports: [] });
  });

  it("takes in what somebody gave by hand since, and nothing else", async () => {
    const later = withPart("identityCenter", (old) => ({
      memberships: [...old.memberships, { id: "m-9", groupId: "g-fin", userId: "u-mara" }],
      assignments: [
        ...old.assignments,
        {
          principalType: "GROUP" as const,
          principalId: "g-fin",
          account: "200000000001",
          permissionSet: setArn("Billing"),
        },
      ],
    }));
    const { adoption } = await adoptLater(later);
    expect(adoption.edits.map(({ path }) => path.join("."))).toEqual([
      "groups.finance.members",
      "groups.finance.access",
    ]);
    expect(adoption.imports.map(({ address }) => address)).toEqual([
      `aws_identitystore_group_membership.this["finance/mara@used.test"]`,
      `aws_ssoadmin_account_assignment.this["shop/finance/Billing"]`,
    ]);
  });

  it("is not imported a second time where its name became another one", async () => {
    const later = withPart("organization", ({ accounts }) => ({
      accounts: accounts.map((each) =>
        each.name === "shop" ? { ...each, name: "store", email: "store@used.test" } : each,
      ),
    }));
    const { adoption } = await adoptLater(later);
    expect(adoption).toMatchObject({ edits: [], imports: [] });
    expect(adoption.left.map(formatLeft).join("\n")).toContain(
      "account store: it may be one that the state has under another name",
    );
  });
});

describe("names", () => {
  it("of accounts become slugs, with numbers where they are taken, and never a word of the data", async () => {
    const names = ["Shop", "shop", "root", "Größe/EU", "???", "management"];
    const snapshot = withPart("organization", ({ accounts }) => ({
      accounts: [
        ...accounts.filter(({ id }) => id === MANAGEMENT_ID),
        ...names.map((name, index) => seeAccount(name, `30000000000${index}`, { email: `n${index}@used.test` })),
      ],
    }));
    const { data } = await adoptOnce(snapshot, await readShipped());
    const accounts = Object.entries((data as Data).accounts ?? {});
    expect(Object.fromEntries(accounts.map(([key, entry]) => [key, (entry as { name?: string }).name]))).toEqual({
      "public-ecr": undefined,
      unnamed: "???",
      "gro-e-eu": "Größe/EU",
      shop: "Shop",
      "management-2": "management",
      "root-2": "root",
      "shop-2": "shop",
    });
  });

  it("that hold separators become slugs, and those that differ in case only are left", async () => {
    const snapshot = withPart("identityCenter", (old) => ({
      groups: [
        ...old.groups,
        { id: "g-1", name: "a/b: c", description: "" },
        { id: "g-2", name: "FINANCE", description: "" },
      ],
    }));
    const { adoption, data } = await adoptOnce(snapshot, await readShipped());
    expect((data as Data).groups).toMatchObject({ "a-b-c": { name: "a/b: c" }, FINANCE: { members: [] } });
    expect(adoption.left.map(formatLeft)).toContain("group finance: its name differs from another one's in case only");
  });

  it("fit in another case where the data has an entry: it gets AWS's name", async () => {
    const snapshot = withPart("identityCenter", ({ groups }) => ({
      groups: groups.map((each) => (each.id === "g-eng" ? { ...each, name: "Engineers" } : each)),
    }));
    const { data } = await adoptOnce(snapshot, await readShipped());
    expect((data as Data).groups?.engineers).toMatchObject({ name: "Engineers" });
  });
});

describe("a policy of ours by name", () => {
  const withText = (content: unknown) =>
    withPart("organization", ({ policies = [] }) => ({
      policies: [
        ...policies,
        {
          id: "p-ours",
          name: "genesis-deny-all",
          description: "x",
          type: "SERVICE_CONTROL_POLICY",
          content: JSON.stringify(content),
          targets: [],
        },
      ],
    }));

  it("with another text is neither imported nor overwritten", async () => {
    const { adoption, data } = await adoptOnce(withText({ Statement: [] }), await readShipped());
    expect((data as Data).policies?.["genesis-deny-all"]).toMatchObject({
      file: "deny-all.json",
      targets: ["ou:suspended"],
    });
    expect(adoption.imports.map(({ id }) => id)).not.toContain("p-ours");
    expect(adoption.left.map(formatLeft)).toContain(
      "policy genesis-deny-all (p-ours): the data has one of this name with another text",
    );
    expect(adoption.asked).toContain(
      "policies.genesis-deny-all.name: another name than genesis-deny-all, which a policy of AWS has",
    );
  });

  it("with the same text is imported as it is", async () => {
    const shipped = await readShipped();
    const { adoption } = await adoptOnce(withText(shipped.facts.documents["deny-all.json"]), shipped);
    expect(adoption.imports).toContainEqual({
      address: `aws_organizations_policy.this["genesis-deny-all"]`,
      id: "p-ours",
    });
    expect(adoption.changes).toContain(`policies.genesis-deny-all.targets: ["ou:suspended"] → []`);
  });

  it("that was adopted, and was changed by hand before the apply, is written again", async () => {
    const first = await adoptOnce(makeUsedSnapshot(), await readShipped());
    const changed = withPart("organization", ({ policies = [] }) => ({
      policies: policies.map((each) => (each.id === "p-euonly" ? { ...each, content: '{"Statement":[]}' } : each)),
    }));
    const { adoption } = await adoptOnce(changed, first.after);
    expect(adoption.edits).toEqual([]);
    expect(adoption.files.map(({ path }) => path)).toEqual(["policies/adopted/eu-only.json"]);
  });
});

describe("people from elsewhere", () => {
  it("are not imported; groups that may enter an account are written, so that they are looked up", async () => {
    const external = await readShipped((text) => `${text}\nidentity_source = "external"\n`);
    const snapshot = withPart("identityCenter", (old) => ({
      groups: [...old.groups, { id: "g-idle", name: "idle", description: "" }],
    }));
    const { adoption, after, data } = await adoptOnce(snapshot, external);
    expect(adoption.imports.filter(({ address }) => address.startsWith("aws_identitystore"))).toEqual([]);
    expect(Object.keys((data as Data).people ?? {})).toEqual(["josalvatorre"]);
    expect(Object.keys((data as Data).groups ?? {})).toEqual(["engineers", "finance"]);
    expect(adoption.imports.map(({ address }) => address)).toContain(
      `aws_ssoadmin_account_assignment.this["management/finance/Billing"]`,
    );
    expect((await adoptOnce(snapshot, after)).adoption).toMatchObject({ edits: [], changes: [] });
  });
});

describe("what could not be read", () => {
  it("is not adopted, and the rest is", async () => {
    const snapshot = { ...makeUsedSnapshot(), organization: undefined, bucket: undefined };
    const { adoption, data } = await adoptOnce(snapshot, await readShipped());
    expect((data as Data).groups?.engineers).toMatchObject({ access: [{ accounts: ["management", "*"] }] });
    expect(adoption.imports.some(({ address }) => address.startsWith("aws_organizations"))).toBe(false);
    expect(adoption.imports.some(({ address }) => address.startsWith("aws_identitystore_user"))).toBe(true);
  });

  it("of an account keeps its tags in the data as they are", async () => {
    const first = await adoptOnce(makeUsedSnapshot(), await readShipped());
    const snapshot = withPart("organization", ({ accounts }) => ({
      accounts: accounts.map((each) => ({ ...each, tags: undefined, contacts: undefined })),
    }));
    expect((await adoptOnce(snapshot, first.after)).adoption.edits).toEqual([]);
  });
});

describe("contacts", () => {
  it("of the management account stay its own where the state has those of others", async () => {
    const later = withPart("organization", ({ accounts }) => ({
      accounts: accounts.map((each) =>
        each.id === MANAGEMENT_ID ? { ...each, contacts: { security: CISO, billing: CISO } } : each,
      ),
    }));
    const { adoption } = await adoptLater(later);
    expect(adoption.edits.map(({ path }) => path.join("."))).toEqual(["contacts.billing"]);
    expect(adoption.imports).toEqual([
      { address: `aws_account_alternate_contact.this["management/billing"]`, id: "BILLING" },
    ]);
  });
});
