import { collectErrors, type GenesisError } from "../lib/errors.js";
import { findAccounts, listOthers } from "./accounts.js";
import type { BootstrapApi } from "./api.js";
import { type Check, failCheck } from "./checklist.js";
import type { Adopt, BootstrapData } from "./data.js";
import { findGithubProvider, findRepositories, openDedicated } from "./dedicated.js";
import { findOrganization, type Organization } from "./organization.js";

/** What is there already, of what the Terraform code defines. */
export interface Survey {
  checks: Check[];
  errors: GenesisError[];
  /** Everything that is to be imported, the state's bucket aside. */
  found: Adopt;
  /** The id of the dedicated account, where it exists. */
  dedicatedId: string | undefined;
}

/**
 * Looks at the organization, its accounts and the dedicated account; changes nothing. What cannot be looked at is an error of its own, and
 * the rest is looked at all the same. Throws `account-wrong`.
 */
export async function surveyOrganization(api: BootstrapApi, data: BootstrapData): Promise<Survey> {
  const errors: GenesisError[] = [];
  const checks: Check[] = [];
  const found: Record<string, Record<string, string>> = {};
  const look = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    const before = errors.length;
    const value = await collectErrors(errors, run);
    checks.push(...errors.slice(before).map(failCheck));
    return value;
  };
  const survey = { checks, errors, found, dedicatedId: undefined as string | undefined };

  const organization = await look(() => findOrganization(api, data));
  const wrong = errors.find(({ code }) => code === "account-wrong");
  if (wrong !== undefined) throw wrong;
  const management = await look(() => findGithubProvider(api));
  if (organization === undefined) return survey;

  found.organization = { this: organization.id };
  checks.push({ mark: "✓", text: `organization ${organization.id}: all features` });
  surveyEnabled(data, organization, checks);
  Object.assign(found, surveyOus(data, organization, checks));
  survey.dedicatedId = surveyAccounts(data, organization, survey);
  const { dedicatedId } = survey;
  if (management !== undefined) found.github = { this: management };
  if (dedicatedId !== undefined) {
    await look(async () => {
      const account = await openDedicated(api, dedicatedId);
      const names = await findRepositories(account);
      Object.assign(found, listRepositories(data, names, checks));
      const provider = await findGithubProvider(account);
      if (provider !== undefined) found.public_ecr_github = { this: provider };
    });
  } else {
    listRepositories(data, [], checks);
  }
  for (const { this: arn } of [found.github, found.public_ecr_github].filter((each) => each !== undefined)) {
    checks.push({ mark: "✓", text: `GitHub's OIDC provider is there already: ${arn}` });
  }
  return survey;
}

/** What an apply would switch off: to be seen before somebody misses it. */
function surveyEnabled({ enabled }: BootstrapData, organization: Organization, checks: Check[]): void {
  const losses = [
    ...organization.enabled.services.filter((name) => !enabled.services.includes(name)),
    ...organization.enabled.policyTypes.filter((name) => !enabled.policyTypes.includes(name)),
  ];
  if (losses.length === 0) return;
  checks.push({
    mark: "+",
    text: `the first apply switches off what terraform/organization.tf does not name, unless you add it there: ${losses.join(", ")}`,
  });
}

function surveyOus({ ous }: BootstrapData, organization: Organization, checks: Check[]): Adopt {
  const there = ous.filter((name) => organization.ous.has(name));
  const missing = ous.filter((name) => !organization.ous.has(name));
  if (there.length > 0) checks.push({ mark: "✓", text: `OUs: ${there.join(", ")}` });
  if (missing.length > 0) checks.push({ mark: "+", text: `OUs that the first apply creates: ${missing.join(", ")}` });
  if (there.length === 0) return {};
  return { ous: Object.fromEntries(there.map((name) => [name, organization.ous.get(name) ?? ""])) };
}

/** Notes every account; the id of the dedicated one where it is found. */
function surveyAccounts(data: BootstrapData, organization: Organization, { checks, errors, ...survey }: Survey) {
  const accounts = findAccounts(data, organization);
  const ids: Record<string, string> = {};
  for (const account of accounts) {
    if (account.kind === "found") {
      ids[account.name] = account.id;
      checks.push({ mark: "✓", text: `account ${account.name}: ${account.id}` });
    } else if (account.kind === "to-come") {
      checks.push({ mark: "+", text: `account ${account.name}: the first apply creates it` });
    } else {
      errors.push(account.error);
      checks.push(failCheck(account.error));
    }
  }
  if (Object.keys(ids).length > 0) Object.assign(survey.found, { accounts: ids });
  const others = listOthers(data, organization, accounts);
  if (others.length > 0) {
    const names = others.map(({ id, name }) => `${id} (${JSON.stringify(name)})`).join(", ");
    checks.push({ mark: "✓", text: `accounts that the data does not have, which are left alone: ${names}` });
  }
  return ids[data.dedicated.account];
}

function listRepositories({ dedicated }: BootstrapData, names: readonly string[], checks: Check[]): Adopt {
  const there = dedicated.repositories.filter((name) => names.includes(name));
  const missing = dedicated.repositories.filter((name) => !names.includes(name));
  const others = names.filter((name) => !dedicated.repositories.includes(name));
  if (there.length > 0) checks.push({ mark: "✓", text: `repositories: ${there.join(", ")}` });
  if (missing.length > 0) {
    checks.push({ mark: "+", text: `repositories that the first apply creates: ${missing.join(", ")}` });
  }
  if (others.length > 0) {
    checks.push({
      mark: "✓",
      text: `repositories that the data does not have, which are left alone: ${others.join(", ")}`,
    });
  }
  return there.length === 0 ? {} : { repositories: Object.fromEntries(there.map((name) => [name, name])) };
}
