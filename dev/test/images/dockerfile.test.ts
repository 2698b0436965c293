import { describe, expect, it } from "vitest";
import { checkDockerfile } from "../../../ci/images/dockerfile.js";

const check = (text: string) =>
  checkDockerfile(text, { subject: "images/x/Dockerfile", imageArgs: new Set(["BASE", "TOOL"]) });

describe("checkDockerfile", () => {
  it.each([
    "ARG BASE\nFROM ${BASE}\n",
    "ARG BASE\nFROM $BASE AS build\nFROM build\nCOPY --from=build /a /a\n",
    "ARG BASE\nARG TOOL\nFROM ${TOOL} AS tool\nFROM --platform=$BUILDPLATFORM ${BASE}\nCOPY --from=0 /a /a\n",
    "ARG BASE\nFROM ${BASE}\nRUN --mount=type=bind,source=x,target=/x sh /x\n",
    "ARG BASE\nFROM ${BASE}\nRUN <<EOF\nFROM alpine\nEOF\n",
    `ARG BASE\nFROM \${BASE}\nADD --checksum=sha256:${"0".repeat(64)} https://host/file /file\n`,
    "FROM scratch\nCOPY a /a\n",
  ])("finds nothing in %j", async (text) => {
    expect(await check(text)).toEqual([]);
  });

  it.each([
    ["FROM debian:12\n", 1],
    ["FROM debian@sha256:00\n", 1],
    ["ARG OTHER\nFROM ${OTHER}\n", 2],
    ["ARG OTHER=debian:12\nFROM ${OTHER}\n", 2],
    ["ARG BASE\nFROM ${BASE}-slim\n", 2],
    ["ARG BASE\nFROM registry.example/${BASE}\n", 2],
    ["ARG BASE\nFROM ${BASE} AS a\nFROM later\nFROM ${BASE} AS later\n", 3],
    ["ARG BASE\nFROM ${BASE}\nCOPY --from=alpine:3 /a /a\n", 3],
    ["ARG BASE\nFROM ${BASE}\nRUN --mount=type=bind,from=alpine,target=/x true\n", 3],
    ["# syntax=docker/dockerfile:1\nARG BASE\nFROM ${BASE}\n", 1],
    ["ARG BASE\nFROM ${BASE}\nADD https://host/file /file\n", 3],
    ["ARG BASE\nFROM ${BASE}\nADD git@host:repo.git /repo\n", 3],
  ])("refuses %j at line %i", async (text, line) => {
    const errors = await check(text);
    expect(errors.map((error) => [error.code, error.subject])).toEqual([
      ["dockerfile-unpinned", `images/x/Dockerfile:${line}`],
    ]);
  });

  it("reads 10,000 lines to their end", async () => {
    const head = "ARG BASE\nFROM ${BASE}\n";
    expect(await check(`${head}${"RUN true\n".repeat(10_000)}`)).toEqual([]);
    expect(await check(`${head}RUN true${" \\\n  && true".repeat(10_000)}\n`)).toEqual([]);
    const [error, ...others] = await check(`${head}${"RUN true\n".repeat(10_000)}COPY --from=evil /a /a\n`);
    expect([error?.code, error?.subject, others]).toEqual(["dockerfile-unpinned", "images/x/Dockerfile:10003", []]);
  });

  it.each(["", "\n# nothing\n", "RUN true\n"])("calls %j empty", async (text) => {
    expect((await check(text)).map((error) => error.code)).toEqual(["dockerfile-empty"]);
  });
});
