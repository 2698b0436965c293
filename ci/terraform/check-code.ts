import { collectErrors, GenesisError, throwErrors } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { type Code, type CodeFile, TERRAFORM_FOLDER } from "./code.js";
import { type HclBlock, type HclBody, listBlocks, parseHcl } from "./parse-hcl.js";

/** Top-level blocks, each with its number of labels. Others run code from elsewhere, or are not needed here. */
const BLOCKS: Readonly<Record<string, number>> = {
  check: 1,
  data: 2,
  import: 0,
  locals: 0,
  moved: 0,
  output: 1,
  provider: 1,
  removed: 0,
  resource: 2,
  terraform: 0,
  variable: 1,
};
/** The only provider, by its local name and its sources. */
const PROVIDER = "aws";
const PROVIDER_SOURCES: readonly unknown[] = ["hashicorp/aws", "registry.terraform.io/hashicorp/aws"];
/** What a provider block may set. `endpoints` or a proxy would send the credentials to somebody else. */
const PROVIDER_FIELDS = ["alias", "allowed_account_ids", "assume_role", "default_tags", "region"];
/** What the backend sets, each to true; its place comes from genesis.json. Other fields could move the state, or its requests, elsewhere. */
const BACKEND_FIELDS = ["encrypt", "use_lockfile"];
const TERRAFORM_FIELDS = ["backend", "required_providers", "required_version"];
/** What HCL lets stand between a function's name and its bracket, and before its argument: white space and comments. */
const GAP = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/|(?:#|//)[^\n]*\n)*`;
/** Functions that give another plan each time: no approval could ever match. */
const UNSTABLE = new RegExp(String.raw`\b(bcrypt|plantimestamp|timestamp|uuid)${GAP}\(`);
const READS = String.raw`\b(?:file\w*|templatefile)${GAP}\(`;
/**
 * A plan may read the code's own files, not the environment of its process. The ending is literal too: `..` could come from anywhere into
 * what is filled in, and no such file has an ending.
 */
const READS_ELSEWHERE = new RegExp(String.raw`${READS}(?!${GAP}"\$\{path\.module\}/[^"]*\.[a-z]+"${GAP}[,)])`);
const READS_ABOVE = new RegExp(String.raw`${READS}[\s\S]*\.\.`);

/** Adds one more thing that must not be there. */
type Report = (fact: string, next?: string) => void;

/**
 * Refuses code that a plan, which executes code, must not execute: providers other than AWS's, data sources and provisioners
 * that run programs, modules, another backend, files outside the folder. Throws `code-forbidden` for each, or
 * `code-unreadable`; comes before `terraform init`.
 */
export async function checkCode(code: Code): Promise<void> {
  const errors: GenesisError[] = [];
  let backends = 0;
  for (const file of code.files) {
    const report: Report = (fact, next) => errors.push(refuseCode(file.path, fact, next));
    await collectErrors(errors, async () => {
      const body = await checkFile(file, report);
      backends += listBlocks(body, "terraform", 0).filter((block) => Object.hasOwn(block.body, "backend")).length;
    });
  }
  // Terraform would then keep the state in its folder, which goes away with the environment.
  if (backends === 0) errors.push(refuseCode("", "no file names a backend", 'write backend "s3" into versions.tf'));
  throwErrors(errors);
}

async function checkFile(file: CodeFile, report: Report): Promise<HclBody> {
  if (file.path.includes("/")) return {};
  if (/\.tf\.json$|\.tofu(\.json)?$/.test(file.path))
    report("it is code that is not written in HCL", "write it as .tf");
  if (/(^|_)override\.tf$/.test(file.path))
    report("an override file changes other files, which is easy to miss", "change those files");
  if (!file.path.endsWith(".tf")) return {};
  const body = await parseHcl(file);
  for (const type of Object.keys(body)) {
    if (!Object.hasOwn(BLOCKS, type)) report(`a block of type ${quoteText(type)} is not allowed`);
  }
  for (const [type, labels] of Object.entries(BLOCKS)) {
    for (const block of listBlocks(body, type, labels)) checkBlock(type, block, report);
  }
  checkExpressions(body, report);
  return body;
}

function checkBlock(type: string, { labels, body }: HclBlock, report: Report): void {
  if (type === "terraform") checkTerraformBlock(body, report);
  if (type === "provider") {
    if (labels[0] !== PROVIDER) report(`provider ${quoteText(labels[0] ?? "")} is not allowed`);
    checkFields("provider", body, PROVIDER_FIELDS, report);
  }
  if (type === "resource" || type === "data") checkType(type, labels[0] ?? "", body, report);
  if (type === "check") {
    for (const data of listBlocks(body, "data", 2)) checkType("data", data.labels[0] ?? "", data.body, report);
  }
  if ((type === "resource" || type === "removed") && Object.hasOwn(body, "provisioner")) {
    report(`a provisioner in ${[type, ...labels].join(" ")} runs programs`);
  }
}

function checkTerraformBlock(body: HclBody, report: Report): void {
  checkFields("terraform", body, TERRAFORM_FIELDS, report);
  for (const backend of listBlocks(body, "backend", 1)) {
    if (backend.labels[0] !== "s3")
      report(`backend ${quoteText(backend.labels[0] ?? "")} is not allowed; the state is in S3`);
    checkFields("backend", backend.body, BACKEND_FIELDS, report);
    for (const field of BACKEND_FIELDS) {
      if (backend.body[field] !== true)
        report(`the backend does not set ${quoteText(field)}`, `write ${field} = true there`);
    }
  }
  for (const { body: providers } of listBlocks(body, "required_providers", 0)) {
    for (const [name, value] of Object.entries(providers)) {
      const source = (value as { source?: unknown } | null)?.source;
      if (name !== PROVIDER || !PROVIDER_SOURCES.includes(source)) {
        report(`provider ${quoteText(name)} from ${quoteText(String(source))} is not allowed`);
      }
    }
  }
}

function checkType(kind: string, type: string, body: HclBody, report: Report): void {
  const provider = Object.hasOwn(body, "provider") ? String(body.provider).replace(/^\$\{|\}$/g, "") : PROVIDER;
  if (type.startsWith(`${PROVIDER}_`) && /^aws(\.\w+)?$/.test(provider)) return;
  report(`${kind} ${quoteText(type)} is not of the provider ${PROVIDER}`);
}

function checkFields(block: string, body: HclBody, allowed: readonly string[], report: Report): void {
  for (const field of Object.keys(body)) {
    if (!allowed.includes(field)) report(`${block} may not set ${quoteText(field)}`);
  }
}

/** Looks at every text with an expression in it, however deep: values, the keys of objects, `%{ if … }` of templates. */
function checkExpressions(value: unknown, report: Report): void {
  if (typeof value === "string" && /[$%]\{/.test(value)) {
    const unstable = UNSTABLE.exec(value)?.[1];
    if (unstable !== undefined) report(`${unstable}() gives a different plan each time, so it could never be approved`);
    if (READS_ELSEWHERE.test(value) || READS_ABOVE.test(value)) {
      report("a file outside the folder could be read", 'read files as "${path.module}/….json", with a literal ending');
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  for (const each of [...keys, ...Object.values(value)]) checkExpressions(each, report);
}

function refuseCode(path: string, fact: string, next = "remove it"): GenesisError {
  return new GenesisError({ code: "code-forbidden", subject: `${TERRAFORM_FOLDER}/${path}`, fact, next });
}
