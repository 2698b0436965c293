import { parseJson } from "../lib/json.js";
import { type Code, type CodeFile, TERRAFORM_FOLDER } from "./code.js";
import { type HclBody, listBlocks, parseHcl } from "./parse-hcl.js";

/**
 * The values that the data files give to variables: in the order in which Terraform reads the files, a later one replaces an earlier one
 * whole. Throws `code-unreadable` or `json-invalid`.
 */
export async function readVariables({ files }: Pick<Code, "files">): Promise<HclBody> {
  const isData = /^(?:terraform|[^/]+\.auto)\.tfvars(?:\.json)?$/;
  const data = files.filter(({ path }) => isData.test(path));
  const ordered = [
    ...data.filter(({ path }) => !path.includes(".auto.")),
    ...data.filter(({ path }) => path.includes(".auto.")),
  ];
  const bodies = await Promise.all(ordered.map(parseData));
  return Object.assign({}, ...bodies);
}

/** The names of the variables that the code declares. Throws `code-unreadable`. */
export async function listDeclared({ files }: Pick<Code, "files">): Promise<string[]> {
  const bodies = await Promise.all(files.filter(({ path }) => /^[^/]+\.tf$/.test(path)).map(parseHcl));
  return bodies.flatMap((body) => listBlocks(body, "variable", 1).map(({ labels }) => labels[0] ?? ""));
}

function parseData(file: CodeFile): Promise<HclBody> | HclBody {
  if (!file.path.endsWith(".json")) return parseHcl(file);
  const json = parseJson(file.text, `${TERRAFORM_FOLDER}/${file.path}`);
  return typeof json === "object" && json !== null ? (json as HclBody) : {};
}
