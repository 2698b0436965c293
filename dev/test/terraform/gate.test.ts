import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGate } from "../../../ci/terraform/gate.js";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import { listFlags } from "../../../ci/terraform/losses/loss.js";
import { PROTECTED_TYPES } from "../../../ci/terraform/losses/protected.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeChange, makePlanOf } from "./plans.js";

const ACCOUNT = "aws_organizations_account";
const ATTACHMENT = "aws_organizations_policy_attachment";
const CONTACT = "aws_account_alternate_contact";
const LOSSES = ["delete", "replace", "forget"] as const;
const address = (key: string) => `${ACCOUNT}.this["${key}"]`;

describe("the gate", () => {
  it("refuses to lose any protected resource that is not named", async () => {
    for (const type of [...PROTECTED_TYPES, "aws_cloudtrail", "aws_cloudwatch_event_rule"]) {
      for (const kind of LOSSES) {
        const plan = makePlanOf([makeChange(kind, type, "a")]);
        const error = await expectError("loss-refused", () => checkGate(plan, []));
        expect(error.message).toContain(`\n\n${type}.this["a"]: is there → is `);
        await checkGate(plan, [`${type}.this["a"]`]);
      }
    }
    for (const type of ["organizations_organizational_unit", "s3_bucket", "iam_openid_connect_provider"]) {
      expect(PROTECTED_TYPES.has(`aws_${type}`)).toBe(true);
    }
  });

  it("refuses all losses at once, with the flags that allow them, and unknown names with the nearest", async () => {
    const plan = makePlanOf([makeChange("delete", ACCOUNT, "shop"), makeChange("delete", ATTACHMENT, "guard/root")]);
    const [refused, ...unknown] = await expectErrors(["loss-refused", "loss-unknown", "loss-unknown"], () =>
      checkGate(plan, [address("shpo"), "audience:x"]),
    );
    expect(refused?.message).toBe(
      [
        "[loss-refused] the plan: 2 of its losses are not named. Nothing was applied. Next: read the list below; if all of it is intended, run",
        ` the same command with --allow-loss='"${ACCOUNT}.this[""shop""]"' --allow-loss='policy-attachment:guard@root'\n\n`,
        `${address("shop")}: is there → is destroyed\npolicy-attachment:guard@root: attached → detached`,
      ].join(""),
    );
    expect(unknown[0]?.message).toContain(`did you mean ${address("shop")}?`);
    expect(unknown[1]?.message).not.toContain("did you mean");
    await expectError("loss-unknown", () => checkGate(makePlanOf([]), [address("shop")]));
  });

  it("refuses exactly the losses that are not named, whichever are, and has a name for each", async () => {
    // Keys that could give two losses one name, or be no word of a shell.
    const key = fc.stringMatching(/^[ab@/'",:#2\n]{1,5}$/);
    const change = fc
      .tuple(fc.constantFrom(ACCOUNT, ATTACHMENT, "aws_organizations_policy", CONTACT), key)
      .map(([type, each]) => makeChange("delete", type, each));
    const changes = fc.uniqueArray(change, { selector: (each) => each.address, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.boolean()), async (all, coin) => {
        const plan = makePlanOf(all);
        const losses = listLosses(plan);
        expect(losses).toHaveLength(all.length);
        expect(new Set(losses.map(({ name }) => name)).size).toBe(losses.length);
        const [named, others] = [true, false].map((side) => ({ side, names: [] as string[] }));
        for (const { name } of losses) (coin.next().value ? named : others)?.names.push(name);
        const run = () => checkGate(plan, named?.names ?? []);
        if (others?.names.length === 0) await run();
        else {
          const { details } = (await expectError("loss-refused", run)).parts;
          const lines = losses.map((loss) => `${loss.name}: ${loss.old} → ${loss.new}`);
          expect(details).toEqual(lines.filter((_, index) => others?.names.includes(losses[index]?.name ?? "")));
        }
        const names = [...losses.map(({ name }) => name), "nothing:x"];
        await expectError("loss-unknown", () => checkGate(plan, names));
      }),
    );
  });

  it("gives flags that a shell and the CLI read as the names", () => {
    const keys = [`it's "this", $HOME`, "a,b", "`x` \\", "plain"];
    const losses = listLosses(makePlanOf(keys.map((each) => makeChange("delete", ATTACHMENT, `guard/${each}`))));
    const read = execFileSync("sh", ["-c", `printf '%s\\n' ${listFlags(losses).join(" ")}`], { encoding: "utf8" });
    // As CSV is read: https://pkg.go.dev/encoding/csv
    const fields = read
      .trimEnd()
      .split("\n")
      .map((line) => {
        const field = line.replace("--allow-loss=", "");
        const [, quoted] = /^"((?:[^"]|"")*)"$/.exec(field) ?? [];
        expect(quoted ?? field).not.toMatch(quoted === undefined ? /[",]/ : /^$/);
        return quoted?.replaceAll('""', '"') ?? field;
      });
    expect(fields).toEqual(losses.map(({ name }) => name));
  });

  it("lets everything else pass", async () => {
    const kept = [...PROTECTED_TYPES].flatMap((type) => [
      makeChange("create", type, "a"),
      makeChange("update", type, "b"),
      makeChange("none", type, "c"),
    ]);
    const losses = LOSSES.map((kind) => makeChange(kind, "aws_ssoadmin_account_assignment", kind));
    await expect(checkGate(makePlanOf([...kept, ...losses]), [])).resolves.toBeUndefined();
  });

  it("refuses a provider that the scan of the code should have found", async () => {
    for (const provider_name of ["registry.terraform.io/hashicorp/external", "terraform.io/builtin/terraform"]) {
      const change = { ...makeChange("create", "external", "a"), provider_name };
      await expectError("provider-forbidden", () => checkGate(makePlanOf([change]), []));
    }
    const configuration = { provider_config: { http: { full_name: "registry.terraform.io/hashicorp/http" } } };
    await expectError("provider-forbidden", () => checkGate(makePlanOf([], { configuration }), []));
  });
});
