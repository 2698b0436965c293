import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTable } from "../../../ci/lib/table.js";

const words = (text: string) => text.replaceAll(/\s+/g, "");

describe("formatTable", () => {
  it("aligns what fits, and leaves it as it is", () => {
    const rows = [
      ["x", "1"],
      ["yy", ""],
    ];
    expect(formatTable(["A", "LONG"], rows)).toBe("A   LONG\nx   1\nyy\n");
  });

  it("wraps the widest cells at separators, and keeps line breaks", () => {
    const [header, ...lines] = formatTable(["N", "TEXT"], [["1\n2", `${"word ".repeat(30)}`]]).split("\n");
    expect(header).toBe("N  TEXT");
    expect(lines[0]).toMatch(/^1 {2}(?:word )+word$/);
    expect(lines[1]).toMatch(/^2 {2}word/);
  });

  it("uses all 80 columns, and no more", () => {
    const full = "x".repeat(100);
    const lines = formatTable(["A", "B", "C"], [[full, full, full]]).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
  });

  it("fits 80 columns, and loses nothing but white space", () => {
    const cell = fc.stringMatching(/^[a-z:/, ]{0,120}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }), (rows) => {
        const text = formatTable(["A", "B", "C"], rows);
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
        const count = (all: string) => [...words(all)].sort().join("");
        expect(count(text)).toBe(count(`ABC${rows.flat().join("")}`));
      }),
    );
  });
});
