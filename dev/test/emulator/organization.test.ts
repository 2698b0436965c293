import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, callQuery, createAccount } from "./raw-calls.js";

let emulator: Emulator;
const organizations = (operation: string, input?: unknown, accessKey = "test") =>
  callJson(emulator.url, "organizations", operation, input, { accessKey });
const iam = (Action: string, accessKey = "test") => callQuery(emulator.url, "iam", { Action }, { accessKey });
beforeAll(async () => {
  emulator = await startEmulator({ createAccountPolls: 2 });
});
afterAll(() => emulator.close());

it("refuses root features until there is an organization that trusts IAM", async () => {
  expect((await iam("EnableOrganizationsRootSessions")).text).toContain("OrganizationNotFoundException");
  expect((await organizations("EnableAWSServiceAccess", { ServicePrincipal: "iam.amazonaws.com" })).status).toBe(400);
  expect((await organizations("CreateAccount", { AccountName: "x", Email: "x@platform.test" })).status).toBe(400);

  await organizations("CreateOrganization", { FeatureSet: "ALL" });
  expect((await iam("ListOrganizationsFeatures")).text).toContain("ServiceAccessNotEnabledException");
  for (const ServicePrincipal of ["iam.amazonaws.com", "sso.amazonaws.com"]) {
    expect((await organizations("EnableAWSServiceAccess", { ServicePrincipal })).status).toBe(200);
  }
  const listed = await organizations("ListAWSServiceAccessForOrganization");
  const principals = listed.json.EnabledServicePrincipals.map(
    (each: { ServicePrincipal: string }) => each.ServicePrincipal,
  );
  expect(principals.sort()).toEqual(["iam.amazonaws.com", "sso.amazonaws.com"]);

  await iam("EnableOrganizationsRootSessions");
  const both = await iam("EnableOrganizationsRootCredentialsManagement");
  expect(both.text).toContain("<member>RootSessions</member><member>RootCredentialsManagement</member>");
  await iam("DisableOrganizationsRootSessions");
  const one = await iam("ListOrganizationsFeatures");
  expect(one.text).not.toContain("RootSessions");
  expect(one.text).toContain("<member>RootCredentialsManagement</member>");

  await organizations("DisableAWSServiceAccess", { ServicePrincipal: "iam.amazonaws.com" });
  expect((await iam("ListOrganizationsFeatures")).text).toContain("ServiceAccessNotEnabledException");
});

it("adds an audience to an OIDC provider and removes it, twice as well as once", async () => {
  const OpenIDConnectProviderArn = "arn:aws:iam::123456789012:oidc-provider/tokens.platform.test";
  const call = async (Action: string, input: Record<string, string>) =>
    (await callQuery(emulator.url, "iam", { Action, ...input })).text;
  await call("CreateOpenIDConnectProvider", { Url: "https://tokens.platform.test", "ClientIDList.member.1": "one" });
  const change = { OpenIDConnectProviderArn, ClientID: "two" };
  for (const [Action, present] of [
    ["AddClientIDToOpenIDConnectProvider", true],
    ["RemoveClientIDFromOpenIDConnectProvider", false],
  ] as const) {
    for (const _ of [1, 2]) expect(await call(Action, change)).toContain("RequestId");
    const seen = await call("GetOpenIDConnectProvider", { OpenIDConnectProviderArn });
    expect(seen.match(/<member>\w+<\/member>/g)).toEqual(
      ["one", ...(present ? ["two"] : [])].map((id) => `<member>${id}</member>`),
    );
    const unknown = await call(Action, { ...change, OpenIDConnectProviderArn: `${OpenIDConnectProviderArn}.x` });
    expect(unknown).toContain("NoSuchEntity");
  }
});

it("creates one account for an address, in any case of letters, of two requests at once too", async () => {
  const names = async () => {
    const { json } = await organizations("ListAccounts");
    return json.Accounts.map(({ Name }: { Name: string }) => Name).sort();
  };
  const before = await names();
  const requests = ["two@platform.test", "TWO@Platform.test"].map((email) => createAccount(emulator.url, "two", email));
  const ends = (await Promise.allSettled(requests)).map((end) =>
    end.status === "fulfilled" ? "SUCCEEDED" : end.reason.message,
  );
  expect(ends.sort()).toEqual(["EMAIL_ALREADY_EXISTS", "SUCCEEDED"]);
  expect(await names()).toEqual([...before, "two"].sort());
  const failed = await organizations("ListCreateAccountStatus", { States: ["FAILED"] });
  expect(failed.json.CreateAccountStatuses).toMatchObject([{ FailureReason: "EMAIL_ALREADY_EXISTS" }]);
});
