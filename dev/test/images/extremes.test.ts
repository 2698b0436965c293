import { describe, expect, it } from "vitest";
import { checkDockerfile } from "../../../ci/images/dockerfile.js";
import { hashInputs } from "../../../ci/images/inputs.js";
import { expectError } from "../fixtures/errors.js";
import { type FileSpec, imageFiles, makeCatalog } from "../fixtures/repositories.js";

const check = (text: string) => checkDockerfile(text, { subject: "images/x/Dockerfile", imageArgs: new Set(["BASE"]) });

describe("an image of unusual size or shape", { timeout: 180_000 }, () => {
  it("with a Dockerfile of 10,000 lines is read to its end", async () => {
    const head = "ARG BASE\nFROM ${BASE}\n";
    expect(await check(`${head}${"RUN true\n".repeat(10_000)}`)).toEqual([]);
    expect(await check(`${head}RUN true${" \\\n  && true".repeat(10_000)}\n`)).toEqual([]);
    const [error, ...others] = await check(`${head}${"RUN true\n".repeat(10_000)}COPY --from=evil /a /a\n`);
    expect([error?.code, error?.subject, others]).toEqual(["dockerfile-unpinned", "images/x/Dockerfile:10003", []]);
  });

  it("with 5,000 files has all of them in its context and its hash", async () => {
    const make = (last: string) => {
      const files: Record<string, FileSpec> = imageFiles("one");
      for (let index = 0; index < 5000; index++) files[`images/one/data/${index % 50}/${index}`] = `${index}`;
      files["images/one/data/49/4999"] = last;
      return makeCatalog(files);
    };
    const [[a], [b]] = [await make("x"), await make("y")];
    if (a === undefined || b === undefined) throw new Error("no image");
    expect(a.context).toHaveLength(5002);
    expect(await hashInputs(a)).not.toBe(await hashInputs(b));
  });

  it("with a newline in a file's name has it in its context, and an error about it stays on one line", async () => {
    const [image] = await makeCatalog({ ...imageFiles("one"), "images/one/a\nb": "x" });
    expect(image?.context.map(({ path }) => path)).toEqual(["Dockerfile", "a\nb", "hello"]);
    const link = { link: "/etc/passwd" };
    const files = { ...imageFiles("one"), "images/one/x\n::error::y\u001b[2J": link };
    const { message } = await expectError("symlink-escapes", () => makeCatalog(files));
    expect(message).toContain("images/one/x\\n::error::y\\u001b[2J: it is a link");
    expect(message.split("\n")).toHaveLength(1);
  });

  it("keeps a file whose name every object has", async () => {
    const odd = { "images/one/constructor": "x", "images/one/toString": "x" };
    const [image] = await makeCatalog({ ...imageFiles("one"), ...odd });
    expect(image?.context.map(({ path }) => path)).toEqual(["Dockerfile", "constructor", "hello", "toString"]);
  });
});
