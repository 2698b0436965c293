import { GenesisError, throwErrors } from "../lib/errors.js";
import { type Code, type CodeFile, TERRAFORM_FOLDER } from "./code.js";
import { hasEntry } from "./data-entries.js";
import { listBlocks, parseHcl } from "./parse-hcl.js";
import { readVariables } from "./variables.js";

/** Where an import leads, as the parser writes it: `${type.name["key"]}`. */
const TARGET = /^\$\{((\w+)\.\w+\["([^"\\]+)"\])\}$/;

/**
 * Refuses imports of what the data does not have any more: each would fail every plan, after it has read all of AWS and without its line.
 * What the data alone does not tell, Terraform does. Throws `import-orphaned`.
 */
export async function checkImports(code: Code): Promise<void> {
  const files = code.files.filter(({ path, text }) => /^[^/]+\.tf$/.test(path) && /^\s*import\s*\{/m.test(text));
  if (files.length === 0) return;
  const data = await readVariables(code);
  const errors: GenesisError[] = [];
  for (const file of files) {
    for (const { body } of listBlocks(await parseHcl(file), "import", 0)) {
      const [, address = "", type = "", key = ""] = TARGET.exec(String(body.to)) ?? [];
      if (hasEntry(data, type, key) !== false) continue;
      const fact = `it imports ${address}, which the data does not have`;
      errors.push(new GenesisError({ code: "import-orphaned", subject: locate(file, address), fact }));
    }
  }
  throwErrors(errors);
}

/** The file with the line that names the address. */
function locate({ path, text }: CodeFile, address: string): string {
  const line = text.split("\n").findIndex((each) => /^\s*to\s*=/.test(each) && each.includes(address));
  return `${TERRAFORM_FOLDER}/${path}${line < 0 ? "" : `:${line + 1}`}`;
}
