import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { planPolicies } from "./plan-policies.js";
import { checkProof, provePolicies } from "../../ci/policies/prove.js";
import { renderProof } from "../../ci/policies/render-proof.js";

/** `npm run trust`: prints both matrices, writes them to docs/trust.md, and fails where a row is not as intended. */
const proof = provePolicies(await planPolicies());
const text = renderProof(proof);
console.log(text);
await writeFile(join(ROOT, "docs", "trust.md"), text);
console.log(checkProof(proof));
