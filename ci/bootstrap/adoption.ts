import { GenesisError, throwErrors } from "../lib/errors.js";
import { DATA_PATH } from "../terraform/code.js";
import type { BootstrapApi } from "./api.js";
import { findBucket } from "./bucket.js";
import type { Adopt, BootstrapData } from "./data.js";
import { type Adoption, editData } from "./edit-data.js";
import { checkCaller } from "./organization.js";
import { type Survey, surveyOrganization } from "./survey.js";

/**
 * Reads what exists of what the code defines, and returns the data with the ids to adopt; changes nothing in AWS. Throws whatever keeps it
 * from being sure, and `adopt-differs` for each id that the data has and that is another one.
 */
export async function adoptExisting(
  api: BootstrapApi,
  data: BootstrapData,
): Promise<{ text: string; adoption: Adoption }> {
  await checkCaller(api, data);
  const survey = await surveyOrganization(api, data);
  throwErrors(survey.errors);
  const hasBucket = (await findBucket(api, data.state)) !== undefined;
  if (!hasBucket) throw refuseBucket(data.state.bucket);
  const adoption = planAdoption(data, survey, hasBucket);
  return { text: adoption.changes.length === 0 ? data.text : await editData(data, adoption), adoption };
}

/** Joins what was found with what the data says already. Throws `adopt-differs`, showing both ids, for each that is another one. */
export function planAdoption(data: BootstrapData, { found, dedicatedId }: Survey, hasBucket: boolean): Adoption {
  const all: Adopt = { ...found, ...(hasBucket && { state_bucket: { this: data.state.bucket } }) };
  const errors: GenesisError[] = [];
  const changes: string[] = [];
  const adopt: Record<string, Record<string, string>> = {};
  for (const [kind, ids] of Object.entries(data.adopt)) adopt[kind] = { ...ids };
  for (const [kind, ids] of Object.entries(all)) {
    for (const [name, id] of Object.entries(ids)) {
      const known = adopt[kind]?.[name];
      if (known !== undefined && known !== id) errors.push(refuseOther(`adopt.${kind}.${name}`, known, id));
      if (known !== undefined) continue;
      adopt[kind] = { ...adopt[kind], [name]: id };
      changes.push(`adopt.${kind}.${name} = ${id}`);
    }
  }
  const { id } = data.dedicated;
  if (dedicatedId !== undefined && id !== undefined && id !== dedicatedId) {
    errors.push(refuseOther("public_ecr.account_id", id, dedicatedId));
  }
  throwErrors(errors);
  const awaited = id === undefined ? dedicatedId : undefined;
  if (awaited !== undefined) changes.push(`public_ecr.account_id = ${awaited}`);
  return { adopt, dedicatedId: awaited, changes };
}

function refuseOther(field: string, known: string, id: string): GenesisError {
  return new GenesisError({
    code: "adopt-differs",
    subject: `${DATA_PATH} ${field}`,
    fact: `it is ${known}, and what AWS has under that name is ${id}: one of them is not yours, or is gone`,
    next: `find out which is right; write ${id} there, or remove the entry and run adopt again`,
  });
}

function refuseBucket(bucket: string): GenesisError {
  return new GenesisError({
    code: "state-bucket-missing",
    subject: `bucket ${bucket}`,
    fact: "it is not in this account",
    effect: "Nothing was written",
  });
}
