import type { Organization } from "../../../ci/organization/organization.js";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { type Code, readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";

/** Names that would end a label, a tag or a string, start Markdown, HTML or a command, or cross the reading order. */
export const NASTY_NAMES = [
  '"] --> x["',
  "`**bold**`",
  "<script>alert(1)</script>",
  "a]b)c}d|e",
  "%%{init: {}}%%",
  "#quot;#35;",
  "&amp; ' end",
  "@everyone ::set-output name=a::b",
  "]]> --> <!--",
  "\u202egnp.exe\u2066",
  "\u0000\u001b[31m\ufffe\ud800",
  "名前 🦀 é",
  "x".repeat(300),
];

/** This repository's code with the data of `text`, HCL that replaces variables whole. */
export async function makeCode(text: string): Promise<Code> {
  const code = await readCode(ROOT);
  return { ...code, files: [...code.files, { path: "zz.auto.tfvars", text, hash: "" }] };
}

export async function readWith(text: string): Promise<Organization> {
  return readOrganization(await makeCode(text));
}

/** The accounts variable: `count` workload accounts beside the dedicated one, and as many suspended ones as asked for. */
export function writeAccounts(count: number, suspended = 0): string {
  const line = (name: string, ou: string) => `  ${name} = { email = "aws+${name}@platform.test", ou = "${ou}" }\n`;
  const lines = [
    ...Array.from({ length: count }, (_, index) => line(`shop-${index}`, index % 4 === 3 ? "sandbox" : "workloads")),
    ...Array.from({ length: suspended }, (_, index) => line(`old-${index}`, "suspended")),
  ];
  return `accounts = {\n${line("public-ecr", "infrastructure")}${lines.join("")}}\n`;
}

/** An organization in which every name is one of those, and everything refers to everything. */
export function makeNasty(names: readonly string[]): Organization {
  const accounts = names.map((name) => `account ${name}`);
  const grants = accounts.flatMap((account) =>
    names.flatMap((group) => names.map((permissionSet) => ({ account, group, permissionSet }))),
  );
  return {
    policies: names,
    accounts: [],
    accountPolicies: names.map((account) => ({ account, policies: names })),
    units: [{ name: names.join(""), policies: names, accounts }],
    groups: names.map((name) => ({ name, description: name, members: names })),
    permissionSets: names.map((name) => ({ name, gives: names, session: name })),
    grants,
    repository: names.join("/"),
    roles: names.map((name) => ({ name, account: accounts[0] ?? "", subjects: names, may: name })),
    approvers: names,
    guardRails: names,
    publicImages: { account: accounts[0] ?? "", repositories: names },
  };
}
