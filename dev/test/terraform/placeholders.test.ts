import { describe, it } from "vitest";
import { ACCOUNT_TO_COME, checkPlaceholders } from "../../../ci/terraform/placeholders.js";
import { expectError } from "../fixtures/errors.js";

const DATA = "terraform/organization.auto.tfvars";

describe("placeholders", () => {
  it("may stand for an account to come where the caller accepts it, and in comments", async () => {
    const text = `# example.com stands for a domain\nid = "${ACCOUNT_TO_COME}"\n`;
    checkPlaceholders([{ path: DATA, text }], [ACCOUNT_TO_COME]);
    await expectError("placeholder-left", () => checkPlaceholders([{ path: DATA, text }]));
    await expectError("placeholder-left", () =>
      checkPlaceholders([{ path: DATA, text: `${text}\nx = "000000000000"` }], [ACCOUNT_TO_COME]),
    );
  });

  it("are not seen in what only resembles them", () => {
    const text = 'a = "example.company"\nb = "1000000000000"\nc = "000000000123"\nd = "555 0200"\n';
    checkPlaceholders([{ path: DATA, text }]);
  });
});
