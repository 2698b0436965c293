import { expect, it } from "vitest";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { expectError } from "../fixtures/errors.js";

const parse = (text: string) => parseHcl({ path: "main.tf", text, hash: "" });

// Alone in its process, which the fast suite shares: the parser cannot be used again once it ran out of stack.
it("code that hides its depth from the count is refused all the same, and so is every file after it", async () => {
  const hidden = `locals {\n  x = ${'[ "]", '.repeat(20_000)}1${"]".repeat(20_000)}\n}\n`;
  const error = await expectError("code-unreadable", () => parse(hidden));
  expect(error.message).toContain("nested too deep");
  expect(error.message.length).toBeLessThan(500);
  await expect(parse("locals {}\n")).rejects.toThrow("terraform/main.tf: a file before it");
});
