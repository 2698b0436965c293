import { expect, it } from "vitest";
import type { Step, StepResult } from "../../../ci/lib/step.js";
import { expectNoSecret } from "../fixtures/canary.js";

/** What came of some steps in one new runner. */
export interface Ran {
  results: readonly StepResult[];
  error?: string;
  /** Everything that people could see meanwhile. */
  shown: string;
}

/** Opens a runner, runs steps in it one after the other, and closes it. */
export type RunSteps = (steps: readonly Step[]) => Promise<Ran>;

const sh = (script: string, more: Omit<Step, "argv"> = {}): Step => ({ argv: ["sh", "-c", script], ...more });

/** What every runner does. The steps need a shell and no more. */
export function describeRunner(run: RunSteps): void {
  const output = async (...steps: Step[]) => {
    const { results, error } = await run(steps);
    expect(error).toBeUndefined();
    return results.map(({ exitCode, stdout, stderr }) => [exitCode, stdout, stderr]);
  };

  it("keeps the exit code, and standard output and error apart", async () => {
    const script = "printf said; printf complained >&2; exit 3";
    expect(await output(sh(script), sh(script, { quiet: true }))).toEqual([
      [3, "said", "complained"],
      [3, "said", "complained"],
    ]);
  });

  it("runs argv as it is, and no shell reads it", async () => {
    expect(await output({ argv: ["printf", "%s|", "$HOME", "a b", "*", "'"] })).toEqual([[0, "$HOME|a b|*|'|", ""]]);
  });

  it("gives a step its files and variables, keeps the folder for the next one, and nothing else", async () => {
    // A runner may mask secrets in what it returns, so a step compares them itself.
    const look =
      'printf %s "$OPEN"; [ "$HIDDEN" != hidden ] || printf 2; cat given/a.txt made; [ ! -e secret.txt ] || wc -c <secret.txt';
    const given = {
      env: { OPEN: "1" },
      secrets: { HIDDEN: "hidden" },
      files: { "given/a.txt": "3" },
      secretFiles: { "secret.txt": "hidden too" },
    };
    expect(await output(sh(`printf 4 >made; ${look}`, given), sh(look))).toEqual([
      [0, "123410\n", ""],
      [0, "34", ""],
    ]);
  });

  it("runs the same step again when it is called again", async () => {
    const step = sh("echo again >>log; wc -l <log | tr -d ' '");
    expect((await output(step, step, step)).map(([, stdout]) => stdout)).toEqual(["1\n", "2\n", "3\n"]);
  });

  it("returns what a quiet step says, or leaves in a file, and shows none of it", async () => {
    const text = "not for the logs";
    const encoded = Buffer.from(text).toString("base64");
    const { results, shown } = await run([
      sh(`echo ${encoded} | base64 -d`, { quiet: true }),
      sh(`echo ${encoded} | base64 -d >said.json; echo progress`, { output: "said.json" }),
    ]);
    expect(results.map(({ stdout }) => stdout)).toEqual([text, text]);
    expect(shown).not.toContain(text);
  });

  it("shows no secret, whatever the step makes of it", async () => {
    const secret = "correct-horse-battery-staple";
    const step = { secrets: { HIDDEN: secret }, secretFiles: { "secret.txt": secret } };
    const { error, shown } = await run([
      sh('test -n "$HIDDEN" && test -s secret.txt', step),
      { argv: ["no-such-tool"], ...step },
    ]);
    expectNoSecret([shown, error ?? ""], [secret]);
  });

  it.each([true, false])(
    "says that there is no such executable, and runs nothing after it; quiet: %s",
    async (quiet) => {
      const { results, error } = await run([sh("true"), { argv: ["no-such-tool", "--version"], quiet }, sh("true")]);
      expect(results).toHaveLength(1);
      expect(error).toContain("[tool-unavailable] tool no-such-tool: there is no such executable");
    },
  );
}
