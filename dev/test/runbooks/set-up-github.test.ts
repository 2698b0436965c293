import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { writeExecutable } from "../fixtures/programs.js";
import { runProgram } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { readRunbook } from "./read-runbook.js";

/** Notes what it is called with, and the body it reads; answers as GitHub would for who signed in, Ada. */
const GH = `#!/bin/bash
body=''
for arg in "$@"; do if [[ $arg == - ]]; then body=$(jq -c .); fi; done
printf '%s\\t%s\\n' "$*" "$body" >>"$CALLS"
case "$*" in
  'api user --jq .login') echo ada ;;
  'api users/ada --jq .id') echo 33 ;;
esac
`;

it("the commands of set-up-github.md run as they stand there, with gh signed in as somebody", async () => {
  const folder = await makeTemporaryFolder();
  const calls = join(folder, "calls");
  await writeExecutable(join(folder, "gh"), GH);
  await writeExecutable(
    join(folder, "aws"),
    '#!/bin/sh\necho \'{"userIdentity":{"userName":"repo:a/b:ref:refs/heads/main"}}\'\n',
  );
  await writeFile(join(folder, "script"), ["set -euo pipefail", ...(await readRunbook("set-up-github"))].join("\n"));
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, CALLS: calls };
  const { code, stdout, stderr } = await runProgram("bash", [join(folder, "script")], { cwd: ROOT, env });
  expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "repo:a/b:ref:refs/heads/main\n" });

  const made = (await readFile(calls, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  const writes = made.flatMap(
    ([call = ""]) => /--method (\w+) repos\/your-company\/genesis\/(\S+)/.exec(call)?.slice(1).join(" ") ?? [],
  );
  expect(writes).toEqual([
    "PUT actions/permissions",
    "PUT actions/permissions/selected-actions",
    "PUT actions/permissions/workflow",
    "PUT actions/permissions/fork-pr-contributor-approval",
    "POST rulesets",
    "POST rulesets",
    "PUT environments/production",
    "POST environments/production/deployment-branch-policies",
  ]);
  const bodies = made.flatMap(([, body]) => (body ? [JSON.parse(body)] : []));
  const review = bodies[0].rules.find(({ type }: { type: string }) => type === "pull_request").parameters;
  expect(review).toMatchObject({ required_approving_review_count: 0, require_last_push_approval: false });
  expect(bodies[1]).toMatchObject({ prevent_self_review: true, reviewers: [{ type: "User", id: 33 }] });
});
