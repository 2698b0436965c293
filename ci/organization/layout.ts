import { MANAGEMENT } from "../terraform/code.js";
import { isSuspended } from "../terraform/grants.js";
import { countThings, fitNames, fitText } from "./fit-text.js";
import type { Organization, Unit } from "./organization.js";
import { type Box, drawBox, drawText } from "./svg.js";

/** Widths and distances of the picture, in pixels. */
export const SIZES = { margin: 28, card: 220, gap: 76, organization: 404, between: 12, section: 34 } as const;
const PAD = 14;
const CHIP = 32;
const LINE = 17;
/** Accounts of an OU that have a box of their own. */
const ACCOUNTS_MAX = 60;

/** Something drawn, with the place where arrows meet it. */
export interface Drawn {
  box: Box;
  parts: readonly string[];
}

/** A card: its name, lines below it, and a bar of the colour of its arrows. `mono` lines are names of other systems. */
export function drawCard(
  at: { x: number; y: number },
  name: string,
  lines: readonly string[],
  bar: string,
  mono = false,
): Drawn {
  const named = name === "" ? 0 : 22;
  const box = { ...at, width: SIZES.card, height: PAD * 2 - 6 + named + lines.length * LINE - (named === 0 ? 2 : 6) };
  const inner = box.width - PAD * 2;
  const first = at.y + PAD + 10 + named;
  const title = named === 0 ? [] : [drawText(at.x + PAD, at.y + PAD + 11, fitText(name, inner, 14), "name", name)];
  const rows = lines.map((line, index) => {
    const text = fitText(line, inner, mono ? 12.5 : 12);
    return drawText(at.x + PAD, first + index * LINE, text, mono ? "mono" : "soft", line);
  });
  const edge = drawBox({ x: at.x, y: at.y + 10, width: 3, height: box.height - 20 }, `${bar} bar`, 1.5);
  return { box, parts: [drawBox(box, "card"), edge, ...title, ...rows] };
}

/** Moves a drawn thing's top to another height. */
export type DrawAt = (y: number) => Drawn;

/** Draws things below each other, in the middle of `height` where they need less. */
export function stack(draws: readonly DrawAt[], y: number, height = 0): Drawn[] {
  const needed = measureStack(draws);
  let top = y + Math.max(0, (height - needed) / 2);
  return draws.map((draw) => {
    const drawn = draw(top);
    top += drawn.box.height + SIZES.between;
    return drawn;
  });
}

/** The height of things below each other. */
export function measureStack(draws: readonly DrawAt[]): number {
  const heights = draws.map((draw) => draw(0).box.height);
  return heights.reduce((total, height) => total + height, Math.max(0, heights.length - 1) * SIZES.between);
}

/** The organization's boxes: the whole, each OU, and the accounts that have a box of their own. */
export interface DrawnOrganization extends Drawn {
  units: ReadonlyMap<string, Box>;
  accounts: ReadonlyMap<string, Box>;
}

/** Draws the organization: the management account on top, then the OUs with their accounts. */
export function drawOrganization(organization: Organization, at: { x: number; y: number }): DrawnOrganization {
  const width = SIZES.organization;
  const inner = { x: at.x + PAD, width: width - PAD * 2 };
  const parts = [drawText(inner.x, at.y + 28, "Organization", "head2")];
  let y = at.y + 42;
  for (const names of [organization.guardRails, organization.policies].filter((each) => each.length > 0)) {
    parts.push(drawText(inner.x, y + 6, fitNames(names, inner.width, 12), "soft", names.join(", ")));
    y += 20;
  }
  const units = new Map<string, Box>();
  const accounts = new Map<string, Box>();
  const management = drawChip({ ...inner, y, height: CHIP }, MANAGEMENT);
  accounts.set(MANAGEMENT, management.box);
  parts.push(...management.parts);
  y += CHIP + SIZES.between;
  if (organization.accounts.length > 0) {
    const drawn = drawAccounts(organization, organization.accounts, { ...inner, y }, accounts);
    parts.push(...drawn.parts);
    y += drawn.height + SIZES.between - 8;
  }
  for (const unit of organization.units) {
    const drawn = drawUnit(organization, unit, { ...inner, y }, accounts);
    units.set(unit.name, drawn.box);
    parts.push(...drawn.parts);
    y += drawn.box.height + SIZES.between;
  }
  const box = { ...at, width, height: y - at.y + PAD - SIZES.between };
  return { box, parts: [drawBox(box, "card", 12), ...parts], units, accounts };
}

function drawUnit(
  organization: Organization,
  unit: Unit,
  at: { x: number; y: number; width: number },
  accounts: Map<string, Box>,
): Drawn {
  const inner = { x: at.x + PAD, width: at.width - PAD * 2 };
  const count = unit.accounts.length === 0 ? "no accounts" : countThings(unit.accounts.length, "account");
  const notes = [count, ...(isSuspended(unit.name) ? ["nobody has access"] : []), ...unit.policies];
  const parts = [
    drawText(inner.x, at.y + 24, fitText(unit.name, inner.width, 14), "name", unit.name),
    drawText(inner.x, at.y + 43, fitText(notes.join(" · "), inner.width, 12), "soft", notes.join(" · ")),
  ];
  const drawn = drawAccounts(organization, unit.accounts, { ...inner, y: at.y + 55 }, accounts);
  parts.push(...drawn.parts);
  const y = at.y + 55 + drawn.height;
  const height = y - at.y + (unit.accounts.length > 0 ? PAD - 8 : 0);
  const box = { x: at.x, y: at.y, width: at.width, height };
  return { box, parts: [drawBox(box, isSuspended(unit.name) ? "shut" : "unit"), ...parts] };
}

/** Draws accounts in two columns, the one of public images first, and notes their boxes. The height is that with what comes below. */
function drawAccounts(
  { publicImages: { account: dedicated, repositories } }: Organization,
  names: readonly string[],
  at: { x: number; y: number; width: number },
  accounts: Map<string, Box>,
): { parts: string[]; height: number } {
  const parts: string[] = [];
  let y = at.y;
  if (names.includes(dedicated)) {
    const images = `public images: ${fitNames(repositories, at.width - PAD * 2 - 90, 12)}`;
    const drawn = drawChip({ ...at, y, height: CHIP + LINE }, dedicated, images);
    accounts.set(dedicated, drawn.box);
    parts.push(...drawn.parts);
    y += CHIP + LINE + 8;
  }
  const others = names.filter((name) => name !== dedicated);
  const shown = others.length > ACCOUNTS_MAX ? others.slice(0, ACCOUNTS_MAX - 1) : others;
  const chips = others.length > shown.length ? [...shown, `and ${others.length - shown.length} more`] : shown;
  const half = (at.width - 8) / 2;
  for (const [index, name] of chips.entries()) {
    const place = { x: at.x + (index % 2) * (half + 8), y: y + Math.floor(index / 2) * (CHIP + 8) };
    const drawn = drawChip({ ...place, width: half, height: CHIP }, name);
    if (index < shown.length) accounts.set(name, drawn.box);
    parts.push(...drawn.parts);
  }
  y += Math.ceil(chips.length / 2) * (CHIP + 8);
  return { parts, height: y - at.y };
}

function drawChip(box: Box, name: string, note?: string): Drawn {
  const text = fitText(name, box.width - 22, 13);
  const parts = [drawBox(box, "card", 6), drawText(box.x + 11, box.y + 21, text, "chip name", name)];
  if (note !== undefined) parts.push(drawText(box.x + 11, box.y + 21 + LINE, note, "soft"));
  return { box, parts };
}
