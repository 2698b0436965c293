import { expect, it } from "vitest";
import { RUNTIME } from "../../tools/counts.js";

it("runs where the run says it does", () => {
  const wanted = process.env[RUNTIME];
  if (wanted !== undefined) expect(process.versions.bun === undefined ? "Node" : "Bun").toBe(wanted);
});
