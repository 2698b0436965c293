import { execFile } from "node:child_process";
import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { findViolations, RULE_NAMES } from "./rules.js";
import { listSteps, readDocuments, readWorkflows, readWorkflowText, WORKFLOW_NAMES } from "./workflows.js";

describe("the workflows", () => {
  it.each(RULE_NAMES)("keep the rule: %s", async (rule) => {
    expect(findViolations(await readDocuments())[rule] ?? []).toEqual([]);
  });

  it("are all the workflows there are", async () => {
    const { stdout } = await promisify(execFile)("git", ["ls-files", ".github/workflows", ".github/actions"], {
      cwd: ROOT,
    });
    const expected = WORKFLOW_NAMES.map((name) => `.github/workflows/${name}.yml`).sort();
    expect(stdout.trim().split("\n").sort()).toEqual(expected);
  });

  it("say beside each commit which version of the action it is", async () => {
    for (const name of WORKFLOW_NAMES) {
      const lines = (await readWorkflowText(name)).split("\n").filter((line) => line.includes("uses:"));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
    }
  });

  it("run scripts that are there and executable", async () => {
    const steps = listSteps(await readWorkflows());
    const scripts = new Set(steps.flatMap(({ step }) => /^\S+/.exec(step.run ?? "")?.[0] ?? []));
    expect(scripts.size).toBeGreaterThan(5);
    for (const script of scripts) await access(join(ROOT, script), constants.X_OK);
  });

  it("test with the Terraform that images/pins.json names", async () => {
    const pins: Record<string, string> = JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8"));
    const version = /:([0-9.]+)@/.exec(pins.terraform ?? "")?.[1];
    const { jobs } = (await readWorkflows())["pull-request"];
    const setup = jobs.test?.steps.find(({ uses }) => uses?.startsWith("hashicorp/setup-terraform@"));
    expect(setup?.with).toEqual({ terraform_version: version, terraform_wrapper: "false" });
  });
});
