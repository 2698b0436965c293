import { expect, it } from "vitest";
import { describeBuildFailure } from "../../../ci/images/build-failure.js";

const DOCKERFILE = `ARG BASE
FROM \${BASE} AS tools
COPY --from=other nowhere.txt /

# What fails.
RUN --mount=type=cache,target=/c echo 'a  "b"' \\
    # in the middle
    && exit 42
RUN ["ls", "/no where"]
RUN <<EOF
echo 1
exit 3
EOF
RUN true
`;
const LOADING = `failed to load container from converted ID: load Container@${"A".repeat(3000)}: load xxh3:2: inputs: load xxh3:3: inputs: `;
const sh = (script: string) => ["/bin/sh", "-c", script];
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join("");

/** An error of the engine, and what is shown below the sentence. */
it.each<[what: string, error: Record<string, unknown>, below: string[]]>([
  [
    "a command of several lines",
    { cmd: sh("echo 'a  \"b\"'     && exit 42"), exitCode: 42, stdout: lines(30), stderr: "because\n" },
    [
      `Dockerfile:6: RUN --mount=type=cache,target=/c echo 'a  "b"' && exit 42`,
      "exit code 42",
      ...lines(30).trim().split("\n").slice(10),
      "because",
    ],
  ],
  [
    "words",
    { cmd: ["ls", "/no where"], exitCode: 2, stderr: "ls: no" },
    ['Dockerfile:9: RUN ["ls", "/no where"]', "exit code 2", "ls: no"],
  ],
  ["a heredoc", { cmd: sh("echo 1\nexit 3\n"), exitCode: 3 }, ["Dockerfile:10: RUN <<EOF", "exit code 3"]],
  ["a command of the base image", { cmd: sh("elsewhere"), exitCode: 1, stderr: "\n\n" }, ["exit code 1"]],
  [
    "a command that could not start",
    { cmd: sh("true"), exitCode: -1, message: "failed to clone built container state: no user x [traceparent:0-1]" },
    ["Dockerfile:14: RUN true", "no user x"],
  ],
  [
    "a file that is not there",
    { message: `${LOADING}failed to copy: lstat /nowhere.txt: no such file or directory` },
    ["Dockerfile:3: COPY --from=other nowhere.txt /", "failed to copy: lstat /nowhere.txt: no such file or directory"],
  ],
  ["a parser", { message: "dockerfile parse error on line 4: RNU" }, ["dockerfile parse error on line 4: RNU"]],
])("shows the instruction, its line, how it ended and the last lines of its output: %s", (_, error, below) => {
  const failure = { code: "build-failed" as const, image: "base", platform: "linux/amd64", fact: "it did not build" };
  const cause = Object.assign(new Error(), { message: "exit code: 1 [traceparent:0-1]" }, error);
  const { message } = describeBuildFailure({ ...failure, dockerfile: DOCKERFILE }, cause);
  const [sentence, , ...rest] = message.split("\n");
  expect(sentence).toMatch(
    /^\[build-failed\] image base linux\/amd64: it did not build\. Nothing was pushed\. Next: .*--name base$/,
  );
  expect(rest).toEqual(below);
});
