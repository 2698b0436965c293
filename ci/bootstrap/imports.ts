import { TERRAFORM_FOLDER } from "../terraform/code.js";
import { formatHcl } from "../terraform/format-hcl.js";

/** Where the imports stand, by their path in the repository. */
export const IMPORTS_PATH = `${TERRAFORM_FOLDER}/imports.tf`;

/** Something in AWS that Terraform is to manage from the next apply on. */
export interface Import {
  /** Address of the resource as HCL: a key in it is a text that `formatHcl` wrote, such as `aws_organizations_account.this["shop"]`. */
  address: string;
  /** As the provider's documentation of the resource has it. */
  id: string;
}

const HEADER = `# Written by \`dagger call adopt\`: what AWS has and the state has not; empty again after the apply and one more adopt.
`;

/** The text of terraform/imports.tf, as `terraform fmt` leaves it: sorted by address, and with nothing to import only a comment. */
export function renderImports(imports: readonly Import[]): string {
  const sorted = [...imports].sort((a, b) => (a.address < b.address ? -1 : 1));
  const blocks = sorted.map(({ address, id }) => `\nimport {\n  to = ${address}\n  id = ${formatHcl(id)}\n}\n`);
  return `${HEADER}${blocks.join("")}`;
}
