import { expect, it } from "vitest";
import { chooseAccount, chooseRole } from "../../../../ci/aws/sign-in/choose.js";
import { expectError } from "../../fixtures/errors.js";

const shop = { id: "111111111111", name: "shop" };
const accounts = [
  shop,
  { id: "222222222222", name: "twin" },
  { id: "333333333333", name: "twin" },
  // Named like another's id: the id decides.
  { id: "444444444444", name: "111111111111" },
];

it("finds an account by its id and by its name", async () => {
  expect(await chooseAccount(accounts, "shop")).toEqual(shop);
  expect(await chooseAccount(accounts, "111111111111")).toEqual(shop);
  expect(await chooseAccount(accounts, "333333333333")).toEqual(accounts[2]);
});

it.each([
  ["shpo", 'the nearest is "shop"'],
  ["111111111112", 'the nearest is "111111111111"'],
  ["something else", 'there are "shop", "111111111111"'],
  ["twin", "2 accounts have this name: 222222222222, 333333333333"],
])("refuses the account %s, and says which there are", async (wanted, fact) => {
  const error = await expectError("account-unknown", () => chooseAccount(accounts, wanted));
  expect(error.message).toContain(fact);
});

it("says when the person may enter nothing, and cuts a long list", async () => {
  const none = await expectError("account-unknown", () => chooseAccount([], "shop"));
  expect(none.message).toContain("there is none");
  const many = Array.from({ length: 30 }, (_, index) => `role-number-${index}`);
  const error = await expectError("role-not-assigned", () => chooseRole(shop, many, "x"));
  expect(error.message).toContain("and 20 more");
});

it("takes a role by its exact name only", async () => {
  expect(await chooseRole(shop, ["read-only", "administrator"], "administrator")).toBe("administrator");
  const error = await expectError("role-not-assigned", () => chooseRole(shop, ["administrator"], "Administrator"));
  expect(error.message).toContain('account 111111111111 ("shop"); the nearest is "administrator"');
});

it("shows a name from outside quoted and escaped", async () => {
  const odd = [{ id: "555555555555", name: "\u001b[31mshop\n" }];
  const error = await expectError("account-unknown", () => chooseAccount(odd, "nothing like it at all"));
  for (const raw of ["\u001b", "\n"]) expect(error.message).not.toContain(raw);
});
