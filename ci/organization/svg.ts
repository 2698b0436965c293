import { makeInert } from "../lib/inert.js";

/** Characters that XML 1.0 does not take, beside the controls that makeInert shows as codes. */
const NOT_XML = /[\ufffe\uffff]/g;

/** Untrusted text in XML, as content or as an attribute's value. A lone surrogate becomes U+FFFD. */
export function escapeXml(text: string): string {
  const whole = Buffer.from(makeInert(text).replaceAll(/\s+/g, " "), "utf8").toString("utf8");
  const codes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return whole.replaceAll(NOT_XML, "\ufffd").replaceAll(/[&<>"']/g, (character) => codes[character] ?? "");
}

/** A rectangle of a layout, in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A rounded rectangle of a class. */
export function drawBox({ x, y, width, height }: Box, className: string, radius = 8): string {
  return `<rect class="${className}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;
}

/** A line of text of a class; `y` is its baseline. `full` is shown on hover where the text is cut. */
export function drawText(x: number, y: number, text: string, className: string, full = text): string {
  const title = full === text ? "" : `<title>${escapeXml(full)}</title>`;
  return `<text class="${className}" x="${x}" y="${y}">${title}${escapeXml(text)}</text>`;
}

/** An arrow to the right, from one point to another, that leaves and arrives level. */
export function drawArrow(from: [number, number], to: [number, number], className: string): string {
  const [x1, y1] = from.map(round) as [number, number];
  const [x2, y2] = to.map(round) as [number, number];
  const bend = Math.max(24, (x2 - x1) / 2);
  const path = `M${x1} ${y1}C${round(x1 + bend)} ${y1} ${round(x2 - 7 - bend)} ${y2} ${x2 - 7} ${y2}`;
  return `<path class="edge ${className}" d="${path}"/><path class="head ${className}" d="M${x2 - 8} ${y2 - 4}l8 4l-8 4z"/>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Colours of arrows, legible on both backgrounds. */
const PALETTE = ["#3b82f6", "#8b5cf6", "#10a37f", "#e0569b", "#0ea5b7", "#6b8e23"];
/** Classes of arrows of people, one for each colour. */
export const PEOPLE_CLASSES = PALETTE.map((_, index) => `p${index}`);

const light = { back: "#ffffff", rim: "#d0d7de", card: "#f6f8fa", ink: "#1f2328", soft: "#59636e", unit: "#ffffff" };
const dark = { back: "#0d1117", rim: "#3d444d", card: "#161b22", ink: "#f0f6fc", soft: "#9198a1", unit: "#0d1117" };

const colour = ({ back, rim, card, ink, soft, unit }: typeof light) =>
  `.back{fill:${back};stroke:${rim}}.card{fill:${card};stroke:${rim}}.unit{fill:${unit};stroke:${rim}}.shut{fill:${unit};stroke:${soft}}` +
  `.name,.head2{fill:${ink}}.soft,.mono,.part{fill:${soft}}`;

/** The style of a picture: generic fonts, a background of its own, and other colours where the reader's screen is dark. */
export const STYLE = [
  "text{font-family:system-ui,sans-serif;font-size:12px}",
  ".name{font-size:14px;font-weight:600}.head2{font-size:16px;font-weight:700}.part{font-size:11px;font-weight:700;letter-spacing:.08em}.chip{font-size:13px;font-weight:500}",
  ".mono{font-family:ui-monospace,monospace;font-size:11.5px}",
  ".edge{fill:none;stroke-width:1.6;opacity:.85}.shut{stroke-dasharray:5 4}.machine.edge{stroke-dasharray:5 3}",
  ...PALETTE.map(
    (tone, index) => `.p${index}.edge{stroke:${tone}}.p${index}.head{fill:${tone}}.p${index}.bar{fill:${tone}}`,
  ),
  ".machine.edge{stroke:#d08700}.machine.head,.machine.bar{fill:#d08700}",
  colour(light),
  `@media (prefers-color-scheme:dark){${colour(dark)}}`,
].join("\n");
