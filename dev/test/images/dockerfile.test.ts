import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDockerfile } from "../../../ci/images/dockerfile/check.js";
import { parsePlatform } from "../../../ci/lib/names.js";
import { FACTS, spelled } from "./spellings.js";

const check = (text: string) => checkDockerfile(text, FACTS);
const HEAD = "ARG BASE\nFROM ${BASE} AS first\nFROM ${BASE}\n";
const SUM = `sha256:${"0".repeat(64)}`;

describe("checkDockerfile", () => {
  it.each([
    "ARG BASE\nARG TOOL\nFROM ${TOOL} AS tool\nFROM --platform=$BUILDPLATFORM ${BASE}\nCOPY --from=0 /a /a\n",
    'ARG BASE\nFROM "${BASE}" AS First\nFROM first\nCOPY --from="first" /a /a\n',
    "ARG BASE=debian:12\nARG KIND=arm\nFROM ${BASE} AS base-arm\nFROM base-${KIND}\n",
    "ARG BASE\nFROM ${BASE} AS on-linux\nFROM ${BASE} AS on-arm64\nFROM on-${TARGETOS}\n",
    `${HEAD}RUN --mount=type=bind,source=x,target=/x --mount=from=FIRST,target=/y sh /x\n`,
    `${HEAD}RUN <<EOF\nFROM alpine\nEOF\n`,
    `${HEAD}ARG SUM=${SUM}\nADD --checksum=$SUM https://host/file /file\n`,
    `${HEAD}ONBUILD ADD --checksum=${SUM} https://host/file /file\nONBUILD RUN true\nONBUILD COPY --from=0 /a /a\n`,
    `${HEAD}ADD file.tar dir/$VERSION ./$X /x/\n`,
    "FROM scratch\nENV FROM=./a\nADD $FROM $UNSET.tar /a\nCOPY --from=scratch / /\n",
    `# check=skip=all\n# a comment\n# syntax=docker/dockerfile:1\n${HEAD}`,
    ` # syntax=docker/dockerfile:1\n${HEAD}`,
  ])("finds nothing in %j", (text) => {
    expect(check(text)).toEqual([]);
  });

  const image = /add it to images\/pins\.json, bind ARG X to that pin in image\.json, and write FROM \$\{X\}/;
  const named = /write FROM \$\{X\} AS x, and take the files from x/;
  const sum = /write ADD --checksum=sha256:…/;
  const commit = /name the whole commit/;
  const unknown = /write \.\/ before it/;
  const directive = /remove the line/;
  const trigger = /write the instruction into the Dockerfiles that build on this image/;

  it.each([
    ["FROM debian:12\n", 1, image],
    ["FROM debian@sha256:00\n", 1, image],
    ["ARG OTHER=debian:12\nFROM ${OTHER}\n", 2, image],
    ["ARG BASE\nFROM ${BASE}-slim\n", 2, image],
    ["ARG BASE\nFROM ${BASE%@*}\n", 2, image],
    ["ARG BASE\nFROM ${BASE:+debian}\n", 2, image],
    ["FROM ${BASE}\n", 1, image],
    ["ARG ARCHIVE\nFROM ${ARCHIVE}\n", 2, image],
    ["ARG BASE\nFROM ${BASE} AS on-amd64\nFROM on-${BUILDARCH}\n", 3, image],
    ["ARG BASE\nARG GENESIS_GENERATION\nFROM ${GENESIS_GENERATION:+debian}${BASE}\n", 3, image],
    ["ARG BASE\nFROM ${BASE} AS a\nFROM later\nFROM ${BASE} AS later\n", 3, image],
    ["ARG BASE\nFROM ${BASE} AS Build\nFROM Build\n", 3, /write build/],
    [`${HEAD}COPY --link --from=alpine:3 /a /a\n`, 4, named],
    [`${HEAD}RUN --mount=type=bind,from=alpine,target=/x true\n`, 4, named],
    [`${HEAD}RUN --network=none --mount=target=/x,from=first --mount=FROM=alpine:3,target=/y true\n`, 4, named],
    [`${HEAD}RUN --mount=type=bind,from=0,target=/x true\n`, 4, /name the stage by AS/],
    [`# syntax=docker/dockerfile:1\n${HEAD}`, 1, directive],
    [`#!/usr/bin/env -S docker build -f\n# syntax=acme/frontend\n${HEAD}`, 2, directive],
    [`// syntax=acme/frontend\n${HEAD}`, 1, directive],
    [`\uFEFF# Syntax = acme/frontend\r\n${HEAD}`, 1, directive],
    [`${HEAD}ADD https://host/file /file\n`, 4, sum],
    [`${HEAD}ADD --chmod=755 "https://host/file" "/file"\n`, 4, sum],
    [`${HEAD}ARG SOURCE=https://host/file\nADD $SOURCE /file\n`, 5, sum],
    [`${HEAD}ADD ["./a", "https://host/file", "/file"]\n`, 4, sum],
    [`${HEAD}ADD --checksum=$SUM https://host/file /file\n`, 4, sum],
    [`${HEAD}RUN true\\\n# FROM x\n\n&& true\nADD git@host:repo.git /repo\n`, 8, commit],
    [`${HEAD}ADD https://host/repo.git#v1.2.3 /repo\n`, 4, commit],
    [`${HEAD}ADD $SOURCE /file\n`, 4, unknown],
    [`${HEAD}ONBUILD COPY --from=alpine:3 /a /a\n`, 4, trigger],
    [`${HEAD}ONBUILD RUN --mount=from=first,target=/x true\n`, 4, trigger],
    [`${HEAD}ONBUILD ADD https://host/file /file\n`, 4, sum],
    ["FROM scratch AS a\nENV U=./a\nONBUILD ENV U=https://host/file\nFROM a\nADD $U /file\n", 5, sum],
    ["FROM scratch AS a\nENV U=https://host/file\nFROM a\nADD $U /file\n", 4, sum],
    ["FROM scratch AS a\nENV U=https://host/file\nARG U=./a\nFROM a\nADD $U /file\n", 5, sum],
  ])("refuses %j at line %i, and names the cure", (text, line, cure) => {
    const errors = check(text);
    expect(errors.map((error) => [error.code, error.subject])).toEqual([
      ["dockerfile-unpinned", `images/x/Dockerfile:${line}`],
    ]);
    expect(errors[0]?.parts.next).toMatch(cure);
  });

  it("finds a thing in whatever spelling", () => {
    fc.assert(
      fc.property(spelled, ({ text, isPinned }) => {
        expect(check(text).map(({ code }) => code)).toEqual(isPinned ? [] : ["dockerfile-unpinned"]);
      }),
      { numRuns: 1000 },
    );
  });

  it("reads a file for each platform, and says once what is wrong for all", () => {
    const platforms = ["linux/amd64", "linux/arm64"].map((platform) => parsePlatform(platform, "test"));
    const text = "ARG BASE\nFROM ${BASE} AS on-amd64\nFROM on-${TARGETARCH}\nCOPY --from=evil /a /a\n";
    expect(checkDockerfile(text, { ...FACTS, platforms }).map(({ message }) => message)).toEqual([
      expect.stringContaining('COPY takes files from "evil"'),
      expect.stringContaining('FROM "on-${TARGETARCH}", which is "on-arm64", is neither'),
    ]);
  });

  it("reads 10,000 lines to their end", () => {
    expect(check(`${HEAD}${"RUN true\n".repeat(10_000)}`)).toEqual([]);
    expect(check(`${HEAD}RUN true${" \\\n  && true".repeat(10_000)}\n`)).toEqual([]);
    const [error, ...others] = check(`${HEAD}${"RUN true\n".repeat(10_000)}COPY --from=evil /a /a\n`);
    expect([error?.code, error?.subject, others]).toEqual(["dockerfile-unpinned", "images/x/Dockerfile:10004", []]);
  });

  it.each(["", "\n# nothing\n", "RUN true\n"])("calls %j empty", (text) => {
    expect(check(text).map((error) => error.code)).toEqual(["dockerfile-empty"]);
  });

  it("sees the frontend that a file in JSON names", () => {
    expect(check('{ "syntax": "acme/frontend" }').map(({ code }) => code)).toEqual([
      "dockerfile-unpinned",
      "dockerfile-empty",
    ]);
  });
});
