import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aboutRepository, openRepository } from "../../../ci/bootstrap/repository.js";
import { parseSettings, SETTINGS_PATH } from "../../../ci/lib/settings.js";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

type Change = (text: string) => string;
const CALLER = "123456789012";

/** Opens this repository, filled in or as it is shipped, after a change to its data or its settings. */
async function open({ data, settings, shipped }: { data?: Change; settings?: Change; shipped?: boolean }) {
  const root = await makeTemporaryFolder();
  await copyRepository(ROOT, root);
  for (const path of shipped ? [DATA_PATH, SETTINGS_PATH] : []) await cp(join(ROOT, path), join(root, path));
  const path = join(root, DATA_PATH);
  if (data !== undefined) await writeFile(path, data(await readFile(path, "utf8")));
  const text = (settings ?? ((each) => each))(await readFile(join(root, SETTINGS_PATH), "utf8"));
  return openRepository(root, { text, parsed: parseSettings(text) });
}

it("is read as it is shipped: what placeholders stand for is to be found out", async () => {
  expect(aboutRepository(await open({ shipped: true }), CALLER)).toEqual({
    managementId: undefined,
    region: undefined,
    dedicated: { id: undefined, email: "aws+public-ecr@example.com" },
    state: { bucket: `genesis-state-${CALLER}`, key: "organization.tfstate", region: "us-east-1" },
  });
});

it("is read as somebody filled it in", async () => {
  const repository = await open({ data: (text) => text.replace("000000000001", "111122223333") });
  expect(aboutRepository(repository, CALLER)).toMatchObject({
    managementId: CALLER,
    region: "us-east-1",
    dedicated: { id: "111122223333", email: "aws+public-ecr@platform.test" },
  });
  expect(repository.documents["deny-all.json"]).toMatchObject({ Version: "2012-10-17" });
});

it("is refused where the settings name another bucket or region, each by its field", async () => {
  const errors = await expectErrors(["settings-disagree", "settings-disagree"], () =>
    open({ settings: (text) => text.replace('"us-east-1"', '"eu-west-1"').replace("genesis-state-", "other-state-") }),
  );
  expect(errors.map(({ subject }) => subject)).toEqual(["genesis.json state.bucket", "genesis.json state.region"]);
  expect(errors[0]?.message).toContain("AWS was not called");
});

it.each<[code: string, said: string, change: Parameters<typeof open>[0]]>([
  ["data-invalid", "did you mean ous?", { data: (text) => text.replace("\nous = {", "\nouz = {}\nous = {") }],
  ["data-invalid", "12 digits", { data: (text) => text.replace(`"${CALLER}"`, '"12345"') }],
  ["state-unset", "docs/settings.md", { settings: (text) => JSON.stringify({ ...JSON.parse(text), state: null }) }],
])("is refused as %s, which says %s", async (code, said, change) => {
  expect((await expectError(code, () => open(change))).message).toContain(said);
});
