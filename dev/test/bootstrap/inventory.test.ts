import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { compareInventory } from "../../../ci/bootstrap/take-inventory.js";
import { GenesisError } from "../../../ci/lib/errors.js";
import type { OrganizationData } from "../../../ci/terraform/data.js";
import { renderInventory } from "../../../ci/terraform/inventory.js";
import { adoptOnce, parseData, readShipped } from "./adopt-fixture.js";
import { makeUsedSnapshot, seeAccount, setArn, withPart } from "./used-snapshot.js";

let first: ReturnType<typeof adoptOnce> | undefined;

/** The used organization once it is adopted and applied, and what somebody made since. */
async function compareLater(
  later: Partial<Snapshot>,
  exceptions: OrganizationData["exceptions"] = {},
  snapshot = makeUsedSnapshot(),
) {
  first ??= readShipped().then((shipped) => adoptOnce(makeUsedSnapshot(), shipped));
  const { adoption, after } = await first;
  const managed = new Set(adoption.imports.map(({ address }) => address));
  const look = { snapshot: { ...snapshot, managed, ...later }, facts: after.facts };
  const { found, ...rest } = compareInventory(
    look,
    { body: await parseData(after.text), data: { exceptions } },
    "2026-12-01",
  );
  return { ...rest, found: found.map(({ what, reason }) => `${what}: ${reason}`), all: found };
}

/** What the data cannot say of it from the start; a closed account lets nobody do anything. */
const LEFT = [
  "person robot: has no given name, no family name, no e-mail address",
  "person robert: has the e-mail address of another one, bo@used.test",
  "robot in group finance: the data does not have this member",
  "OU Production/Payments/R&D/EU/Deep: the data has three levels",
  "account deep (200000000006): its OU is not in the data",
  "policy deny-leaving, at the management account: the data has no such target",
  "person mara@used.test, Billing in account management: the data gives access to groups only",
];
const MADE = "somebody made it, and adopt has not taken it in";

describe("an inventory", () => {
  it("finds what the data cannot say, closed accounts aside", async () => {
    expect((await compareLater({})).found).toEqual(LEFT);
  });

  const shop = "200000000001";
  const center = (change: Parameters<typeof withPart<"identityCenter">>[1]) => withPart("identityCenter", change);
  const whole = (change: Parameters<typeof withPart<"organization">>[1]) => withPart("organization", change);
  const assignment = {
    principalType: "GROUP" as const,
    principalId: "g-fin",
    account: shop,
    permissionSet: setArn("Billing"),
  };
  const user = {
    id: "u-9",
    userName: "eve",
    displayName: "Eve X",
    givenName: "Eve",
    familyName: "X",
    email: "eve@used.test",
  };
  const policy = {
    id: "p-9",
    name: "new",
    description: "",
    type: "SERVICE_CONTROL_POLICY",
    content: "{}",
    targets: [shop],
  };
  const contact = { name: "Ops", title: "Ops", email: "ops@used.test", phone: "+1" };
  it.each<[snapshot: Snapshot, found: string[]]>([
    [center(({ users }) => ({ users: [...users, user] })), ["person eve"]],
    [
      center(({ groups }) => ({ groups: [...groups, { id: "g-9", name: "night shift", description: "" }] })),
      ["group night shift"],
    ],
    [
      center(({ memberships }) => ({
        memberships: [...memberships, { id: "m-9", groupId: "g-fin", userId: "u-mara" }],
      })),
      ["mara@used.test in group finance"],
    ],
    [
      center(({ assignments }) => ({ assignments: [...assignments, assignment] })),
      ["group finance, Billing in account shop"],
    ],
    [
      center(({ permissionSets: [first, ...sets] }) => ({
        permissionSets: [
          {
            ...first,
            managedPolicies: [...(first?.managedPolicies ?? []), "arn:aws:iam::aws:policy/ReadOnlyAccess"],
          } as (typeof sets)[number],
          ...sets,
        ],
      })),
      ["policy ReadOnlyAccess of permission set AdministratorAccess"],
    ],
    [whole(({ policies = [] }) => ({ policies: [...policies, policy] })), ["policy new", "policy new, at shop"]],
    [whole(({ accounts }) => ({ accounts: [...accounts, seeAccount("new", "200000000009")] })), ["account new"]],
    [
      whole(({ accounts }) => ({
        accounts: accounts.map((it) =>
          it.id === shop ? { ...it, contacts: { ...it.contacts, operations: contact } } : it,
        ),
      })),
      ["operations contact of account shop"],
    ],
    [
      whole(({ ous }) => ({ ous: [...ous, { id: "ou-9", parentId: "r-root", name: "Lab", path: ["Lab"] }] })),
      ["OU Lab"],
    ],
  ])("finds what is new %#", async (snapshot, found) => {
    const seen = (await compareLater({}, {}, snapshot)).found;
    expect(seen.filter((line) => !LEFT.includes(line)).sort()).toEqual(found.map((what) => `${what}: ${MADE}`).sort());
  });

  it("finds users of IAM with their keys", async () => {
    const { found } = await compareLater({ iamUsers: [{ name: "ci", activeKeys: 1 }] });
    expect(found.filter((line) => !LEFT.includes(line))).toEqual([
      "IAM user ci: has 1 active access key; the data gives access to people of the Identity Center only",
    ]);
  });

  it("lets stay what the data says, access until its last day only, and tells an exception that nothing needs", async () => {
    const { found, notes } = await compareLater(
      {},
      {
        "OU Production/Payments/R&D/EU/Deep": { reason: "archived" },
        "person robot": { reason: "no date" },
        "person robert": { reason: "over", expires: "2026-11-30" },
        "robot in group finance": { reason: "today", expires: "2026-12-01" },
        "person gone": { reason: "left", expires: "2027-01-01" },
      },
    );
    expect(notes).toEqual([
      "robot in group finance may stay until 2026-12-01: today",
      "OU Production/Payments/R&D/EU/Deep may stay: archived",
      "exceptions: person gone is no longer there; remove the line",
    ]);
    expect(found.slice(0, 2)).toEqual([
      `${LEFT[0]}; its exception needs expires, a last day, as this is access`,
      `${LEFT[1]}; its exception ended on 2026-11-30: over`,
    ]);
    expect(found.slice(2)).toEqual(LEFT.slice(4));
  });

  it("says what it could not see, and finds nothing without the state", async () => {
    const denied = new GenesisError({ code: "aws-forbidden", subject: "s3:GetObject", fact: "denied" });
    const blind = await compareLater({ managed: undefined, unread: [denied] });
    expect(blind).toMatchObject({ found: [], unseen: [denied] });
    expect(renderInventory({ found: [], notes: [], unseen: [denied] })).toContain("Not read, so nobody knows");
  });

  it("is told in lines that somebody can copy into the data, and no name breaks out of its line", async () => {
    const { all } = await compareLater({ iamUsers: [{ name: "a`b\n# <img> @all", activeKeys: 0 }] });
    const text = renderInventory({ found: all.slice(-1), notes: [], unseen: [] });
    expect(text).toContain("- `` IAM user a`b\\n# <img> @all ``: ");
    expect(text.split("\n").filter((line) => line.startsWith("#"))).toEqual(["### In AWS, and not in the data"]);
    expect(text).toContain('  "IAM user a`b\\n# <img> @all" = { reason = "…", expires = "YYYY-MM-DD" }');
  });
});
