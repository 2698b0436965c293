import { beforeAll, describe, expect, it } from "vitest";
import { formatLeft } from "../../../ci/bootstrap/adopt-draft.js";
import { type Adopted, adoptOnce, readShipped } from "./adopt-fixture.js";
import {
  BILLING,
  CISO,
  COST_TAGS,
  EU_ONLY,
  FOREIGN_STATEMENT,
  INLINE,
  INSTANCE,
  MANAGEMENT_ID,
  makeUsedSnapshot,
  STORE,
  setArn,
  withPart,
} from "./used-snapshot.js";

const fill = (text: string) => text.replace("aws+public-ecr@example.com", "aws+public-ecr@used.test");
let adopted: Adopted;
let data: Record<string, Record<string, unknown>>;

beforeAll(async () => {
  adopted = await adoptOnce(makeUsedSnapshot(), await readShipped(fill));
  data = adopted.data as typeof data;
});

const idOf = (address: string) => adopted.adoption.imports.find((each) => each.address === address)?.id;
const documentOf = (file: string) => adopted.after.facts.documents[file];

describe("an organization that people have used for years, in the data that is shipped", () => {
  it("keeps its trusted services and types of policies", () => {
    const { trusted_services, policy_types } = data.organization as Record<string, string[]>;
    const { organization } = makeUsedSnapshot();
    expect(trusted_services).toEqual(expect.arrayContaining([...(organization?.services ?? [])]));
    expect(trusted_services).toContain("cloudtrail.amazonaws.com");
    expect(policy_types).toEqual(["SERVICE_CONTROL_POLICY", "BACKUP_POLICY", "TAG_POLICY"]);
    expect(idOf("aws_organizations_organization.this")).toBe("o-used123456");
    expect(idOf("aws_iam_organizations_features.this")).toBe("o-used123456");
  });

  it("keeps its OUs: one with a slash gets a name, one that differs in case is ours", () => {
    expect(data.ous).toMatchObject({
      Production: {},
      "Production/Payments": {},
      "Production/Payments/r-d-eu": { name: "R&D/EU" },
      sandbox: { name: "Sandbox" },
      workloads: {},
    });
    const ou = "aws_organizations_organizational_unit";
    expect(idOf(`${ou}.this["sandbox"]`)).toBe("ou-root-sandbox");
    expect(idOf(`${ou}.second["Production/Payments"]`)).toBe("ou-root-payments");
    expect(idOf(`${ou}.third["Production/Payments/r-d-eu"]`)).toBe("ou-root-r");
  });

  it("keeps its accounts where they are, with names, tags and contacts", () => {
    expect(data.accounts).toEqual({
      "public-ecr": { email: "aws+public-ecr@used.test", ou: "sandbox", name: "ECR" },
      ledger: { email: "ledger@used.test", ou: "Production/Payments", name: "Ledger" },
      legacy: { email: "legacy@used.test", ou: "root", contacts: { security: { ...CISO, name: "Old CISO" } } },
      shop: { email: "shop@used.test", ou: "Production", tags: { CostCenter: "42" }, contacts: { billing: BILLING } },
    });
    expect(data.contacts).toEqual({ security: CISO });
    expect(data.public_ecr).toEqual({
      account: "public-ecr",
      account_id: "200000000004",
      repositories: ["base", "terraform", "tools"],
    });
    expect(idOf(`aws_organizations_account.this["shop"]`)).toBe("200000000001");
    const contact = "aws_account_alternate_contact";
    expect(idOf(`${contact}.this["management/security"]`)).toBe("SECURITY");
    expect(idOf(`${contact}.this["shop/security"]`)).toBe("200000000001/SECURITY");
    expect(idOf(`${contact}.this["shop/billing"]`)).toBe("200000000001/BILLING");
    expect(idOf(`${contact}.this["ledger/security"]`)).toBeUndefined();
  });

  it("keeps its people, groups and who is in them", () => {
    expect(data.people).toEqual({
      josalvatorre: { given_name: "Jo", family_name: "Salvatorre", email: "josalvatorre@used.test" },
      "mara@used.test": {
        given_name: "Mara",
        family_name: "Lind",
        email: "mara@used.test",
        display_name: "Mara L.",
      },
      "bo@used.test": { given_name: "Bo", family_name: "Berg", email: "BO@used.test" },
    });
    expect(data.groups?.engineers).toMatchObject({ members: ["josalvatorre", "mara@used.test"] });
    expect(data.groups?.finance).toMatchObject({ description: "Who pays", members: ["bo@used.test"] });
    expect(idOf(`aws_identitystore_user.this["mara@used.test"]`)).toBe(`${STORE}/u-mara`);
    expect(idOf(`aws_identitystore_group.this["engineers"]`)).toBe(`${STORE}/g-eng`);
    expect(idOf(`aws_identitystore_group_membership.this["engineers/josalvatorre"]`)).toBe(`${STORE}/m-1`);
  });

  it("keeps its permission sets and all that is attached to them", () => {
    expect(data.permission_sets).toMatchObject({
      AdministratorAccess: { managed_policies: ["AdministratorAccess"] },
      Billing: {
        managed_policies: ["job-function/Billing", "AWSBillingReadOnlyAccess"],
        inline_policy: "adopted/Billing.json",
        session_duration: "PT8H",
      },
      Payments: {
        managed_policies: [],
        customer_managed_policies: [{ name: "payments", path: "/team/" }],
        boundary: { customer_managed_policy: { name: "edge", path: "/" } },
      },
    });
    expect(documentOf("adopted/Billing.json")).toEqual(INLINE);
    const billing = `${setArn("Billing")},${INSTANCE}`;
    const payments = `${setArn("Payments")},${INSTANCE}`;
    expect(idOf(`aws_ssoadmin_permission_set.this["Billing"]`)).toBe(billing);
    expect(idOf(`aws_ssoadmin_managed_policy_attachment.this["Billing/job-function/Billing"]`)).toBe(
      `arn:aws:iam::aws:policy/job-function/Billing,${billing}`,
    );
    expect(idOf(`aws_ssoadmin_permission_set_inline_policy.this["Billing"]`)).toBe(billing);
    expect(idOf(`aws_ssoadmin_customer_managed_policy_attachment.this["Payments/payments"]`)).toBe(
      `payments,/team/,${payments}`,
    );
    expect(idOf(`aws_ssoadmin_permissions_boundary_attachment.this["Payments"]`)).toBe(payments);
  });

  it("keeps who may enter what, and gives nobody more", () => {
    expect(data.groups?.engineers).toMatchObject({
      access: [
        { permission_sets: ["AdministratorAccess", "Payments"], accounts: ["shop"] },
        { permission_sets: ["AdministratorAccess"], accounts: ["management", "ledger"] },
      ],
    });
    expect(data.groups?.finance).toMatchObject({
      access: [{ permission_sets: ["Billing"], accounts: ["management"] }],
    });
    expect(idOf(`aws_ssoadmin_account_assignment.this["shop/engineers/Payments"]`)).toBe(
      `g-eng,GROUP,200000000001,AWS_ACCOUNT,${setArn("Payments")},${INSTANCE}`,
    );
    expect(idOf(`aws_ssoadmin_account_assignment.this["management/finance/Billing"]`)).toBe(
      `g-fin,GROUP,${MANAGEMENT_ID},AWS_ACCOUNT,${setArn("Billing")},${INSTANCE}`,
    );
  });

  it("keeps its policies beside ours", () => {
    expect(data.policies).toMatchObject({
      "eu-only": { file: "adopted/eu-only.json", targets: ["ou:Production"] },
      "deny-leaving": { file: "adopted/deny-leaving.json", targets: ["root", "shop"] },
      "cost-tags": { type: "TAG_POLICY", file: "adopted/cost-tags.json", targets: ["root"] },
      "genesis-deny-leaving": { file: "deny-leaving.json" },
    });
    expect(documentOf("adopted/eu-only.json")).toEqual(EU_ONLY);
    expect(documentOf("adopted/cost-tags.json")).toEqual(COST_TAGS);
    expect(idOf(`aws_organizations_policy.this["deny-leaving"]`)).toBe("p-leaving");
    const attachment = "aws_organizations_policy_attachment.this";
    expect(idOf(`${attachment}["eu-only/ou:Production"]`)).toBe("ou-root-production:p-euonly");
    expect(idOf(`${attachment}["deny-leaving/root"]`)).toBe("r-root:p-leaving");
    expect(idOf(`${attachment}["deny-leaving/shop"]`)).toBe("200000000001:p-leaving");
  });

  it("keeps audiences, roles, repositories and the bucket's other statement", () => {
    expect(data.github).toEqual({
      owner: "used",
      owner_id: "4711",
      repository: "platform",
      repository_id: "4712",
      audiences: ["sts.amazonaws.com", "https://github.com/used"],
      approvers: { "your-login": "000000000000" },
    });
    const bucket = `genesis-state-${MANAGEMENT_ID}`;
    expect(data.state_bucket).toEqual({ name: bucket, statements: "adopted/state-bucket.json" });
    expect(documentOf("adopted/state-bucket.json")).toEqual([FOREIGN_STATEMENT]);
    expect(idOf("aws_iam_openid_connect_provider.github")).toContain(`${MANAGEMENT_ID}:oidc-provider/`);
    expect(idOf(`aws_iam_role.github["plan"]`)).toBe("genesis-plan");
    expect(idOf("aws_iam_role_policy.plan")).toBe("genesis-plan:read");
    expect(idOf(`aws_iam_role_policy_attachment.github["apply"]`)).toBeUndefined();
    expect(idOf(`aws_ecrpublic_repository.this["base"]`)).toBe("base");
  });

  it("says what is left alone, and asks for nothing that AWS, Git or GitHub can tell", () => {
    expect(adopted.adoption.left.map(formatLeft)).toEqual([
      "person robot: has no given name, no family name, no e-mail address",
      "person robert: has the e-mail address of another one, bo@used.test",
      "robot in group finance: the data does not have this member",
      "OU Production/Payments/R&D/EU/Deep: the data has three levels",
      "account closed (200000000005): it is SUSPENDED, and Terraform cannot import it",
      "account deep (200000000006): its OU is not in the data",
      "policy deny-leaving, at the management account: the data has no such target",
      "group engineers, AdministratorAccess in account closed: the data does not have this account",
      "person mara@used.test, Billing in account management: the data gives access to groups only",
      "policies of role genesis-plan: forgotten, arn:aws:iam::aws:policy/ReadOnlyAccess; the code has none of them",
    ]);
    expect(adopted.adoption.asked).toEqual(["github.approvers.your-login"]);
    expect(adopted.adoption.changes).toContain("accounts.shop is adopted");
    expect(adopted.adoption.changes).toContain(`accounts.public-ecr.ou: "infrastructure" → "sandbox"`);
  });

  it("has an account that only its name tells: the data gets AWS's address", async () => {
    const snapshot = withPart("organization", ({ accounts }) => ({
      accounts: accounts.map((each) => (each.name === "ECR" ? { ...each, name: "public-ecr" } : each)),
    }));
    const { adoption, data } = await adoptOnce(snapshot, await readShipped());
    expect((data.accounts as Record<string, unknown>)["public-ecr"]).toEqual({
      email: "aws+public-ecr@used.test",
      ou: "sandbox",
    });
    expect(adoption.asked).toEqual(["github.approvers.your-login"]);
  });

  it("is as it was after a second adopt, and has no imports once all of it is in the state", async () => {
    const again = await adoptOnce(makeUsedSnapshot(), adopted.after);
    expect(again.after.text).toBe(adopted.after.text);
    expect(again.adoption).toMatchObject({ edits: [], files: [], changes: [], imports: adopted.adoption.imports });
    const managed = new Set(adopted.adoption.imports.map(({ address }) => address));
    const applied = await adoptOnce({ ...makeUsedSnapshot(), managed }, adopted.after);
    expect(applied.adoption).toMatchObject({ edits: [], files: [], changes: [], imports: [] });
  });
});
