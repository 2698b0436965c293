import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Adoption } from "../../../ci/bootstrap/adopt-draft.js";
import type { Facts } from "../../../ci/bootstrap/adopt-facts.js";
import { planAdoption } from "../../../ci/bootstrap/plan-adoption.js";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { editHcl } from "../../../ci/terraform/edit-hcl.js";
import { unescapeValue } from "../../../ci/terraform/format-hcl.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { ROOT } from "../../tools/find-tool.js";
import { MANAGEMENT_ID } from "./used-snapshot.js";

/** Data as a clone has it, and the documents beside it. */
export interface Repository {
  text: string;
  facts: Facts;
}

/** The repository as it is shipped; `change` edits its data. */
export async function readShipped(change: (text: string) => string = (text) => text): Promise<Repository> {
  const folder = join(ROOT, "terraform/policies");
  const documents: Record<string, unknown> = {};
  for (const file of (await readdir(folder)).filter((each) => each.endsWith(".json"))) {
    documents[file] = JSON.parse(await readFile(join(folder, file), "utf8"));
  }
  const before = await readFile(join(ROOT, DATA_PATH), "utf8");
  const facts: Facts = {
    repository: { owner: "used", repository: "platform" },
    repositoryIds: { ownerId: "4711", repositoryId: "4712" },
    managementId: MANAGEMENT_ID,
    managementEmail: "aws@used.test",
    region: "eu-central-1",
    bucket: `genesis-state-${MANAGEMENT_ID}`,
    documents,
  };
  return { text: change(before), facts };
}

/** What the data says. */
export async function parseData(text: string): Promise<Record<string, unknown>> {
  const body = await parseHcl({ path: "organization.auto.tfvars", text, hash: "" });
  return unescapeValue(body) as Record<string, unknown>;
}

/** An adoption, and the repository after it. */
export interface Adopted {
  adoption: Adoption;
  after: Repository;
  data: Record<string, unknown>;
}

/** Plans an adoption, and edits the data as it says. */
export async function adoptOnce(snapshot: Snapshot, { text, facts }: Repository): Promise<Adopted> {
  const adoption = planAdoption(snapshot, await parseData(text), facts);
  const edited = await editHcl(text, adoption.edits, "organization.auto.tfvars");
  const added = adoption.files.map(({ path, text }) => [path.replace(/^policies\//, ""), JSON.parse(text)]);
  const documents = { ...facts.documents, ...Object.fromEntries(added) };
  return { adoption, after: { text: edited, facts: { ...facts, documents } }, data: await parseData(edited) };
}
