/** Draws a summary as GitHub shows it: headings, lists with code and bold text, the picture of the structure, what is folded. */
export function drawSummary(markdown: string): string {
  const page = new Page();
  const blocks = markdown
    .replaceAll(/<details><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, "▸ $1")
    .split(/\n{2,}(?![^`]*\n```\n)/);
  for (const block of blocks.map((each) => each.trim()).filter(Boolean)) page.add(block);
  return page.end();
}

const WIDTH = 860;
const LEFT = 24;
const FONT = "-apple-system,Segoe UI,Noto Sans,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";
const COLOURS: Readonly<Record<string, string>> = { added: "#1a7f37", removed: "#cf222e", changes: "#bf8700" };

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A page that grows downwards. */
class Page {
  readonly #parts: string[] = [];
  #y = 16;

  add(block: string): void {
    const heading = /^(#{2,3}) (.*)$/.exec(block);
    if (heading !== null) this.#addHeading(heading[2] ?? "", heading[1] === "##" ? 21 : 17);
    else if (block.startsWith("```mermaid")) this.#addPicture(block);
    else for (const line of block.split("\n")) this.#addLine(line.replace(/^- /, ""), line.startsWith("- "));
  }

  end(): string {
    const height = Math.ceil(this.#y + 8);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}" font-size="14" fill="#1f2328" role="img">
<title>The summary of a plan that creates an account, as GitHub shows it</title>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6" fill="#fff" stroke="#d1d9e0"/>
${this.#parts.join("\n")}
</svg>
`;
  }

  #addHeading(text: string, size: number): void {
    const lines = wrap(text, size * 0.54);
    this.#y += size * 0.9;
    for (const line of lines) {
      this.#y += size * 1.15;
      this.#text(line, LEFT, size, ' font-weight="600"');
    }
    this.#y += 6;
    if (size < 20) return;
    this.#y += 4;
    this.#parts.push(`<path d="M${LEFT} ${this.#y}H${WIDTH - LEFT}" stroke="#d1d9e0"/>`);
  }

  #addLine(text: string, isItem: boolean): void {
    const x = isItem ? LEFT + 24 : LEFT;
    for (const [index, line] of wrap(text, 7.1).entries()) {
      this.#y += 24;
      if (isItem && index === 0) this.#parts.push(`<circle cx="${x - 12}" cy="${this.#y - 5}" r="2.5"/>`);
      this.#text(line, x, 14);
    }
  }

  /** Code spans in the type and colour of GitHub, bold text bold. */
  #text(line: string, x: number, size: number, style = ""): void {
    const spans = line.split(/(`[^`]*`|\*\*)/);
    let bold = false;
    const drawn = spans.map((span) => {
      if (span === "**") bold = !bold;
      if (span === "**" || span === "") return "";
      const weight = bold ? ' font-weight="600"' : "";
      if (!span.startsWith("`")) return `<tspan${weight}>${escapeXml(span)}</tspan>`;
      return `<tspan font-family="${MONO}" font-size="${size * 0.88}" fill="#0550ae"${weight}>${escapeXml(span.slice(1, -1))}</tspan>`;
    });
    this.#parts.push(
      `<text x="${x}" y="${this.#y}" font-size="${size}"${style} xml:space="preserve">${drawn.join("")}</text>`,
    );
  }

  /** Groups on the left, OUs with their accounts on the right, an arrow for what changes: all that the flowcharts of a summary have. */
  #addPicture(block: string): void {
    const { units, groups, arrows, marks } = readFlowchart(block);
    const top = this.#y + 22;
    const [groupX, unitX] = [LEFT + 40, 520];
    const at = new Map<string, number>();
    let y = top;
    for (const { name, boxes } of units) {
      const height = 44 + boxes.length * 52;
      this.#box(unitX, y, 250, height, "#fff8c5", "#d4a72c", 4);
      this.#label(name, unitX + 125, y + 24);
      for (const [index, { id, label }] of boxes.entries()) {
        const middle = y + 58 + index * 52;
        at.set(id, middle);
        this.#box(unitX + 45, middle - 19, 160, 38, "#fff", COLOURS[marks.get(id) ?? ""] ?? "#59636e", 4);
        this.#label(label, unitX + 125, middle + 5);
      }
      y += height + 14;
    }
    for (const [index, { id, label }] of groups.entries()) {
      const middle = top + 58 + index * 52;
      at.set(id, middle);
      this.#box(groupX, middle - 19, 150, 38, "#ddf4ff", "#54aeff", 19);
      this.#label(label, groupX + 75, middle + 5);
    }
    for (const { from, to, label } of arrows) {
      const [y1, y2] = [at.get(from) ?? top, at.get(to) ?? top];
      const colour = label.startsWith("−") ? COLOURS.removed : COLOURS.added;
      const end = unitX + 45;
      this.#parts.push(
        `<path d="M${groupX + 150} ${y1}L${end - 8} ${y2}" stroke="${colour}" stroke-width="1.5"/>`,
        `<path d="M${end} ${y2}l-9 -5v10z" fill="${colour}"/>`,
      );
      this.#label(label, (groupX + 150 + end) / 2, (y1 + y2) / 2 - 8, colour);
    }
    this.#y = Math.max(y, top + groups.length * 52 + 44);
  }

  #box(x: number, y: number, width: number, height: number, fill: string, stroke: string, radius: number): void {
    this.#parts.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`,
    );
  }

  #label(text: string, x: number, y: number, colour = "#1f2328"): void {
    this.#parts.push(
      `<text x="${x}" y="${y}" text-anchor="middle" font-size="13" fill="${colour}">${escapeXml(text)}</text>`,
    );
  }
}

function readFlowchart(block: string) {
  const units: { name: string; boxes: { id: string; label: string }[] }[] = [];
  const find = (pattern: RegExp) =>
    [...block.matchAll(pattern)].map(([, a = "", b = "", c = ""]) => [a, b, c] as const);
  for (const line of block.split("\n")) {
    const [, name] = /subgraph \w+ \["(.*)"\]/.exec(line) ?? [];
    if (name !== undefined) units.push({ name, boxes: [] });
    const [, id, label] = /^ +((?:accounts|rest)\d+)\["(.*)"\]/.exec(line) ?? [];
    if (id !== undefined && label !== undefined) units.at(-1)?.boxes.push({ id, label });
  }
  return {
    units,
    groups: find(/^ {2}(group\d+)\(\["(.*)"\]\)$/gm).map(([id, label]) => ({ id, label })),
    arrows: find(/^ {2}(group\d+) -- "(.*)" --> (\w+)$/gm).map(([from, label, to]) => ({ from, label, to })),
    marks: new Map(
      find(/^ {2}class ([\w,]+) (\w+)$/gm).flatMap(([ids, mark]) => ids.split(",").map((id) => [id, mark])),
    ),
  };
}

/** Text in lines that fit the page, by the width of a character. Code spans stay whole. */
function wrap(text: string, character: number): string[] {
  const max = Math.floor((WIDTH - 2 * LEFT - 30) / character);
  const lines: string[] = [];
  for (const whole of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    const word = whole.length > max - 12 ? `${whole.slice(0, max - 24)}…\`` : whole;
    const last = lines.at(-1);
    if (last === undefined || `${last} ${word}`.length > max) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
