import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { readData } from "../../../ci/terraform/data.js";
import { ROOT } from "../../tools/find-tool.js";
import { adoptOnce, readShipped } from "./adopt-fixture.js";
import { makeUsedSnapshot, seeAccount } from "./used-snapshot.js";

const TRICKY = [
  "Shop",
  "shop",
  "a/b",
  "a-b",
  "x:y",
  "root",
  "management",
  "*",
  "${a}",
  "sandbox",
  "Suspended",
  "suspended",
];
const name = fc.oneof(
  fc.constantFrom(...TRICKY, "Größe", "__proto__", "constructor", "a..b", " x", 'q"\\', "engineers", "public-ecr"),
  fc.stringMatching(/^[ -~]{1,12}$/),
);
const names = fc.uniqueArray(name, { maxLength: 6 });
const index = fc.nat({ max: 50 });

/** Something of a list, by a number that may be larger than it. */
const pick = <Item>(list: readonly Item[], at: number): Item | undefined => list[at % Math.max(1, list.length)];

/** An organization of any shape that AWS allows. */
const organizations = fc
  .record({
    ous: fc.array(fc.tuple(name, index), { maxLength: 8 }),
    accounts: fc.array(fc.tuple(name, index, fc.boolean(), fc.dictionary(name, name, { maxKeys: 2 })), {
      maxLength: 6,
    }),
    users: names,
    groups: names,
    sets: names,
    policies: fc.uniqueArray(fc.tuple(name, fc.constantFrom("SERVICE_CONTROL_POLICY", "TAG_POLICY")), {
      maxLength: 5,
      selector: (policy) => policy.join("\n"),
    }),
    links: fc.array(fc.tuple(index, index, index), { maxLength: 12 }),
  })
  .map(buildSnapshot);

interface Parts {
  ous: [string, number][];
  accounts: [string, number, boolean, Record<string, string>][];
  users: string[];
  groups: string[];
  sets: string[];
  policies: [string, string][];
  links: [number, number, number][];
}

function buildSnapshot({ ous, accounts, users, groups, sets, policies, links }: Parts): Snapshot {
  const used = makeUsedSnapshot();
  const { organization, identityCenter } = used;
  if (organization === undefined || identityCenter === undefined) throw new Error("the used organization has both");
  const tree = [{ id: "r-root", parentId: "", name: "", path: [] as string[] }];
  for (const [ouName, at] of ous) {
    const parent = pick(tree, at);
    if (parent === undefined || tree.some((each) => each.parentId === parent.id && each.name === ouName)) continue;
    tree.push({ id: `ou-${tree.length}`, parentId: parent.id, name: ouName, path: [...parent.path, ouName] });
  }
  const members = accounts.map(([accountName, at, isClosed, tags], number) =>
    seeAccount(accountName, `3000000000${10 + number}`, {
      email: `n${number}@used.test`,
      parentId: pick(tree, at)?.id ?? "r-root",
      state: isClosed ? "SUSPENDED" : "ACTIVE",
      tags,
    }),
  );
  const all = [...organization.accounts.slice(0, 1), ...members];
  const [known] = identityCenter.permissionSets;
  const unique = <Item>(list: readonly Item[], keyOf: (item: Item) => string) => [
    ...new Map(list.map((each) => [keyOf(each), each])).values(),
  ];
  return {
    ...used,
    organization: {
      ...organization,
      ous: tree.slice(1),
      accounts: all,
      policies: policies.map(([policyName, type], number) => ({
        id: `p-${number}`,
        name: policyName,
        description: "",
        type,
        content: JSON.stringify({ number }),
        targets: [...new Set(links.flatMap(([a, b]) => [pick(tree, a)?.id ?? "", pick(all, b)?.id ?? ""]))],
      })),
    },
    identityCenter: {
      ...identityCenter,
      users: users.map((userName, number) => ({
        id: `u-${number}`,
        userName,
        displayName: userName,
        givenName: number % 4 === 3 ? undefined : "G",
        familyName: "F",
        email: `u${number}@used.test`,
      })),
      groups: groups.map((groupName, number) => ({ id: `g-${number}`, name: groupName, description: "" })),
      permissionSets: sets.flatMap((setName, number) =>
        known === undefined ? [] : [{ ...known, name: setName, arn: `arn:set/${number}` }],
      ),
      memberships: unique(
        links.flatMap(([a, b], number) =>
          groups.length * users.length === 0
            ? []
            : [{ id: `m-${number}`, groupId: `g-${a % groups.length}`, userId: `u-${b % users.length}` }],
        ),
        ({ groupId, userId }) => `${groupId} ${userId}`,
      ),
      assignments: unique(
        links.flatMap(([a, b, c]) =>
          groups.length * sets.length === 0
            ? []
            : [
                {
                  principalType: "GROUP" as const,
                  principalId: `g-${a % groups.length}`,
                  account: pick(all, b)?.id ?? "",
                  permissionSet: `arn:set/${c % sets.length}`,
                },
              ],
        ),
        (each) => JSON.stringify(each),
      ),
    },
  };
}

it("adopt is done after one run, whatever the organization: the data is valid, and a second run changes nothing", async () => {
  const shipped = await readShipped();
  const variables = {
    path: "variables.tf",
    text: await readFile(join(ROOT, "terraform/variables.tf"), "utf8"),
    hash: "",
  };
  await fc.assert(
    fc.asyncProperty(organizations, async (snapshot) => {
      const { adoption, after } = await adoptOnce(snapshot, shipped);
      await readData({ files: [variables, { path: "organization.auto.tfvars", text: after.text, hash: "" }] });
      expect(new Set(adoption.imports.map(({ address }) => address)).size).toBe(adoption.imports.length);
      const again = await adoptOnce(snapshot, after);
      expect(again.adoption).toMatchObject({ edits: [], files: [], changes: [], imports: adoption.imports });
      const managed = new Set(adoption.imports.map(({ address }) => address));
      const applied = await adoptOnce({ ...snapshot, managed }, after);
      expect(applied.adoption).toMatchObject({ edits: [], files: [], changes: [], imports: [] });
    }),
    { numRuns: 25 },
  );
});
