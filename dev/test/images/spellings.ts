import fc from "fast-check";
import type { DockerfileFacts } from "../../../ci/images/dockerfile/check.js";
import { parsePlatform } from "../../../ci/lib/names.js";
import { SOME_DIGEST } from "../fixtures/repositories.js";

const BASE = `docker.io/library/debian:12@${SOME_DIGEST}`;
export const ARGS = { BASE, TOOL: `docker.io/o/tool:v1@${SOME_DIGEST}`, ARCHIVE: "http://host/20261005T000000Z" };
export const FACTS: DockerfileFacts = {
  subject: "images/x/Dockerfile",
  args: ARGS,
  images: new Set([ARGS.BASE, ARGS.TOOL]),
  platforms: [parsePlatform("linux/amd64", "test")],
};
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const URL = "https://host/file";
const GIT = "https://host/repo.git";

/** A Dockerfile, and what is to be said of it. */
export interface Spelled {
  text: string;
  isPinned: boolean;
}

/** Stand for the character that escapes, elsewhere and in JSON. */
const [ESCAPE, JSON_ESCAPE] = ["\u{e000}", "\u{e001}"];
const setEscape = (text: string, token: string) =>
  text.replaceAll(ESCAPE, token).replaceAll(JSON_ESCAPE, JSON.stringify(token).slice(1, -1));

type Texts = fc.Arbitrary<string>;
const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const casing = (word: string) => pick(word, word.toLowerCase(), `${word.charAt(0)}${word.slice(1).toLowerCase()}`);

/** Another spelling of what a word is once BuildKit has read it: each half in quotes, with an escape or behind a variable. */
function spell(word: string, variables = false): Texts {
  const ways = [
    (piece: string) => piece,
    (piece: string) => `"${piece}"`,
    (piece: string) => `'${piece}'`,
    (piece: string) => piece.replace(/[a-z]/, `${ESCAPE}$&`),
  ];
  const more = [
    (piece: string) => `\${UNSET:-${piece}}`,
    (piece: string) => `\${SET:+"${piece}"}`,
    (piece: string) => `$EMPTY\${EMPTY:-${piece}}`,
  ];
  const way = pick(...ways, ...(variables ? more : []));
  return fc
    .tuple(fc.nat(word.length), way, way)
    .map(([at, one, two]) => `${one(word.slice(0, at))}${two(word.slice(at))}`);
}

/** Words, with the gaps that can be between them. */
function join(...words: Texts[]): Texts {
  const gap = pick(" ", "  ", "\t", ` ${ESCAPE}\n`, ` ${ESCAPE} \n  # a comment\n\n  `);
  const parts = words.map((word) => fc.tuple(gap, word).map(([space, text]) => (text === "" ? "" : space + text)));
  return fc.tuple(...parts).map((texts) => texts.join("").trimStart());
}

const shuffle = (...parts: Texts[]): Texts =>
  fc
    .tuple(...parts)
    .chain((texts) => fc.shuffledSubarray(texts, { minLength: texts.length }))
    .map((texts) => texts.join(" "));

/** Instructions that take something from outside, of each kind what is fixed and what is not. */
function take(pinned: readonly string[], loose: readonly string[], write: (word: string) => Texts) {
  return fc
    .boolean()
    .chain((isPinned) =>
      pick(...(isPinned ? pinned : loose)).chain((word) => write(word).map((text) => ({ text, isPinned }))),
    );
}

const from = take(
  [BASE, "${BASE}", "$BASE", "first", "scratch"],
  ["debian:12", `debian@${SOME_DIGEST}`, "${ARCHIVE}", "${BASE}-slim", "FIRST", "0"],
  (word) => {
    const image = word.includes("$") ? pick(word, `"${word}"`, `${word}""`) : spell(word, true);
    return join(
      casing("FROM"),
      pick("", "--platform=linux/amd64", '--platform="$TARGETPLATFORM"'),
      image,
      pick("", "AS x", "as X"),
    );
  },
);

const copy = take(["first", "FIRST", "0", "scratch"], ["alpine:3", "later2", `${ESCAPE}$BASE`], (word) => {
  const flag = spell(word).map((text) => `--from=${text}`);
  return join(casing("COPY"), shuffle(flag, pick("--chmod=755", "--link", '--cho"wn"=0')), pick("a /b", '["a", "/b"]'));
});

const mount = take(["first", "First", "", "scratch"], ["0", "alpine:3"], (word) => {
  const plain = `from=${word}`;
  const field = fc.tuple(casing("FROM"), spell(word)).map(([key, value]) => `${key}=${value}`);
  const last = fc.oneof(field, pick(`"${plain}"`, `${ESCAPE}"${plain}${ESCAPE}"`));
  const mounts = fc
    .tuple(pick("type=bind,target=/x,", "target=/x,from=busybox,"), last)
    .map((parts) => `--mount=${parts.join("")}`);
  const flags = shuffle(mounts, pick("--network=none"), pick("--mount=type=tmpfs,target=/t"));
  return join(casing("RUN"), flags, pick("true", '["true"]', "<<EOF\nFROM evil\nEOF"));
});

const add = take(
  [
    ...[
      `${SOME_DIGEST} ${URL}`,
      `${COMMIT} ${GIT}#v1`,
      ` ${GIT}#${COMMIT}`,
      ` ${GIT}#${COMMIT}:sub`,
      ` ${GIT}?commit=${COMMIT}`,
    ],
    ...[` git@host:repo#${COMMIT}`, " file", " ./https://host/file", " github.com/o/r"],
  ],
  [
    ...[` ${URL}`, ` http://host/repo.git2#${COMMIT}`, ` https://host.git#${COMMIT}`, ` ${GIT}`, ` ${GIT}#main`],
    ...[
      ` ${GIT}#${COMMIT.slice(8)}`,
      ` ${GIT}?tag=v1`,
      " git@host:repo",
      " ssh://git@host/repo",
      " git://host/repo?ref=main",
    ],
  ],
  (word) => {
    const [checksum = "", source = ""] = word.split(" ");
    const sum =
      checksum === ""
        ? pick("")
        : pick(`--checksum=${checksum}`, `--checksum="${checksum}"`, `--checksum=\${X:-${checksum}}`);
    const json = spell(source, true).map((text) => JSON.stringify([text, "/to"]).replaceAll(ESCAPE, JSON_ESCAPE));
    const paths = fc.oneof(join(spell(source, true), pick("/to", '"/to"')), json);
    return join(casing("ADD"), shuffle(sum, pick("--chmod=755", "--link", "")), paths);
  },
);

/** What no reading may stumble over: it says FROM, ADD and COPY where none is. */
const decoy = pick(
  "",
  "RUN <<EOF cat <<-'TWO' \nFROM evil\nEOF\nADD https://evil/x /x\n\tTWO",
  'COPY <<"END" /x\nCOPY --from=evil /a /a\nEND',
  "# FROM evil",
  'RUN ["sh", "-c", "cat <<EOF"]',
  "RUN echo 'it <<EOF'",
  'RUN cat <<EOF "${X:=1}"\nFROM evil\nEOF',
  `RUN cat <<<EOF && true ${ESCAPE}\n  # ADD https://evil/x /x\n  && echo FROM evil`,
  "LABEL a=<<EOF",
  "ENV OTHER=\"https://evil\" MORE='$X'",
  "ENV OLD way to = set",
  'CMD ["ADD", "https://evil/x"]',
);

const HEAD = [
  ...["ARG BASE", "ARG SET=1 EMPTY= ARCHIVE", "FROM ${BASE} AS first", "FROM ${BASE}"],
  ...["ARG SET UNSET EMPTY=", 'ENV UNSET="" SET=1 X='],
];

/** Dockerfiles with one thing from outside, spelled in one of many ways. */
export const spelled: fc.Arbitrary<Spelled> = fc
  .record({
    taken: fc.oneof(from, copy, mount, add),
    decoy,
    top: pick("", "\uFEFF", "# escape=`\n", "\uFEFF# check=skip=all\n#Escape = \\\n"),
    end: pick("\n", "\r\n"),
    onbuild: pick("", "ONBUILD "),
  })
  .map(({ taken: { text, isPinned }, decoy, top, end, onbuild }) => {
    // An ONBUILD knows no variables of this file.
    const held = /^add[^$]*$/i.test(text) ? onbuild : "";
    const lines = [...HEAD, decoy, `${held}${text}`, decoy, ""].join("\n");
    return { text: setEscape(`${top}${lines}`, top.includes("`") ? "`" : "\\").replaceAll("\n", end), isPinned };
  });

/** What a text is put together from, without meaning anything: instructions, flags, names, variables, quotes, heredocs, and all kinds of space. */
const PIECES = [
  "FROM |from\t|COPY |ADD |RUN |ARG |ENV |ONBUILD |--from=|--mount=|--checksum=|from=|type=bind,| AS first| AS a|first|a|A|0|1|scratch",
  `alpine:3|\${BASE}|$BASE|\${TOOL}|${BASE}|TOOL|${URL}|${GIT}#${COMMIT}|${GIT}|git@host:x|${SOME_DIGEST}|./f`,
  'X=|X|$X|${X}|${X:-|${X:+|${X:=|${X#|${X//|}|/|"|\'|\\|`|$|=|,|[|]|<<EOF|<<-E"O"F|EOF|<|#|# escape=`|# syntax=x/y|// syntax=x|#!',
  "\t| | | | |\n|\n|\n| \\\n| `\n|\r\n|\uFEFF|\u00a0|\v| /to\n|é",
].flatMap((line) => line.split("|"));
const scribble = fc.array(pick(...PIECES), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));
const sane = fc.oneof(from, copy, mount, add).map(({ text }) => setEscape(text, "\\"));

/** Texts that are near to a Dockerfile. */
export const mixed: Texts = fc
  .tuple(
    pick(
      [],
      [],
      ["# escape=`"],
      ["# syntax=x"],
      ["#!sh", "# syntax=x"],
      ["// syntax=x"],
      ["\uFEFF# escape=`"],
      ["ARG X=first"],
    ),
    pick(HEAD.slice(0, 3), HEAD, ["FROM scratch AS first", "ENV X=./f"]),
    fc.array(fc.oneof(scribble, sane, decoy), { maxLength: 4 }),
  )
  .map((parts) => setEscape(parts.flat().join("\n"), "\\"));
