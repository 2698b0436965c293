import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readBootstrapData } from "../../../ci/bootstrap/data.js";
import { parseSettings, SETTINGS_PATH } from "../../../ci/lib/settings.js";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

type Change = (text: string) => string;

/** Reads this repository's own data, filled in, after a change to it or to the settings. */
async function read(changes: { data?: Change; settings?: Change }) {
  const keep: Change = (text) => text;
  const { data = keep, settings = keep } = changes;
  const root = await makeTemporaryFolder();
  await mkdir(join(root, "terraform"));
  await cp(join(ROOT, "terraform", ".terraform.lock.hcl"), join(root, "terraform", ".terraform.lock.hcl"));
  const load = async (path: string) => fillPlaceholders(await readFile(join(ROOT, path), "utf8"));
  await writeFile(join(root, DATA_PATH), data(await load(DATA_PATH)));
  const text = settings(await load(SETTINGS_PATH));
  return readBootstrapData(root, { text, parsed: parseSettings(text) });
}

it("is what the repository says, and an account to come is none", async () => {
  const data = await read({});
  expect(data).toMatchObject({
    region: "us-east-1",
    managementId: "123456789012",
    accounts: { "public-ecr": { email: "aws+public-ecr@platform.test", ou: "infrastructure" } },
    dedicated: { account: "public-ecr", id: undefined, repositories: ["base", "terraform"] },
    ous: ["infrastructure", "sandbox", "suspended", "workloads"],
    enabled: {
      services: ["account.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"],
      policyTypes: ["SERVICE_CONTROL_POLICY"],
    },
  });
  const known = await read({ data: (text) => text.replace("000000000001", "111122223333") });
  expect(known.dedicated.id).toBe("111122223333");
});

it("is refused with a placeholder, in both files at once", async () => {
  const error = await expectError("placeholder-left", () =>
    read({
      data: (text) => text.replace("aws@platform.test", "aws@example.com"),
      settings: (text) => text.replace("github.com/josalvatorre", "example.com"),
    }),
  );
  expect(error.message).toMatch(/\n\ngenesis\.json:\d+: .*\nterraform\/organization\.auto\.tfvars:\d+: .*$/);
});

it("is refused where the settings name another bucket or region, each by its field", async () => {
  const errors = await expectErrors(["settings-disagree", "settings-disagree"], () =>
    read({ settings: (text) => text.replace('"us-east-1"', '"eu-west-1"').replace("genesis-state-", "other-state-") }),
  );
  expect(errors.map(({ subject }) => subject)).toEqual(["genesis.json state.bucket", "genesis.json state.region"]);
  expect(errors[0]?.message).toContain("AWS was not called");
  const sso = { startUrl: "https://d-1.awsapps.com/start", region: "eu-west-1", account: "x", role: "y" };
  const error = await expectError("settings-disagree", () =>
    read({ settings: (text) => JSON.stringify({ ...JSON.parse(text), sso }) }),
  );
  expect(error.subject).toBe("genesis.json sso.region");
});

it.each<[what: string, subject: string, change: Parameters<typeof read>[0]]>([
  [
    "an id that is none",
    `${DATA_PATH} management.account_id`,
    { data: (text) => text.replace('"123456789012"', '"12345"') },
  ],
  [
    "services that are none",
    `${DATA_PATH} organization.policy_types`,
    { data: (text) => text.replace(/policy_types = .*/, "policy_types = 1") },
  ],
])("is refused with %s", async (_, subject, change) => {
  const error = await expectError("data-invalid", () => read(change));
  expect(error.subject).toBe(subject);
  expect(error.message).toContain("AWS was not called");
});

it("is refused where there is none, and where it is of the first edition", async () => {
  const failure = await read({ data: () => "" }).then(String, (error: Error) => error.message);
  expect(failure).toContain("[data-invalid]");
  expect(failure).toContain(`${DATA_PATH} region: `);
  await expectError("data-outdated", () => read({ data: (text) => `${text}\nadopt = {}\n` }));
});

it("is refused without a place for the state", async () => {
  await expectError("state-unset", () =>
    read({ settings: (text) => JSON.stringify({ ...JSON.parse(text), state: null }) }),
  );
});
