import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../ci/lib/settings.js";
import { editData } from "../../../ci/rehearsal/data.js";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { TERRAFORM_FOLDER } from "../../../ci/terraform/code.js";
import { openDeployment } from "../../../ci/terraform/deployment.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const OPTIONS = { backendSettings: [], bootstrap: true, readOnly: false };

describe("openDeployment", () => {
  it("does not start where nobody said where the state is", async () => {
    const root = await makeTemporaryFolder();
    await cp(join(ROOT, TERRAFORM_FOLDER), join(root, TERRAFORM_FOLDER), { recursive: true });
    await editData(root, fillPlaceholders);
    const text = '{"source":"https://github.com/o/r","registry":{"alias":null},"state":null,"sso":null}';
    const settings = { parsed: parseSettings(text), text };
    const error = await expectError("state-unset", () => openDeployment(root, settings, OPTIONS));
    expect(error.message).toContain("Terraform was not started");
  });
});
