/** Widths in em of a common sans-serif, on the wide side: a cut too early is better than an overflow. */
const measureCharacter = (character: string): number => {
  if (character > "\u2e7f") return 1;
  if (/[mwMW@%—]/.test(character)) return 0.86;
  if (/[A-Z&#]/.test(character)) return 0.68;
  return /[ijl.,:;|!'()[\]-]/.test(character) ? 0.34 : 0.57;
};

/** The width of text at a font size, in the unit of the font size. */
export function measureText(text: string, fontSize: number): number {
  return [...text].reduce((width, character) => width + measureCharacter(character) * fontSize, 0);
}

/** Text that fits a width at a font size; the middle goes, for names often differ at their ends. */
export function fitText(text: string, width: number, fontSize: number): string {
  if (measureText(text, fontSize) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const end = Math.floor(kept / 3);
    const cut = `${characters.slice(0, kept - end).join("")}…${characters.slice(characters.length - end).join("")}`;
    if (measureText(cut, fontSize) <= width) return cut;
  }
  return "…";
}

/** The first names as fit, and how many more there are. */
export function fitNames(names: readonly string[], width: number, fontSize: number): string {
  const list = (shown: number) => {
    const rest = names.length - shown;
    return `${names.slice(0, shown).join(", ")}${rest > 0 ? ` +${rest}` : ""}`;
  };
  for (let shown = names.length; shown > 1; shown--) {
    if (measureText(list(shown), fontSize) <= width) return list(shown);
  }
  return fitText(list(1), width, fontSize);
}

/** `1 account`, `2 accounts`. */
export function countThings(count: number, thing: string): string {
  if (count === 1) return `1 ${thing}`;
  return thing === "person" ? `${count} people` : `${count} ${thing}s`;
}
