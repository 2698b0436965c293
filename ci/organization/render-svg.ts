import { GenesisError } from "../lib/errors.js";
import { countThings, fitNames } from "./fit-text.js";
import {
  type DrawAt,
  type DrawnOrganization,
  drawCard,
  drawOrganization,
  measureStack,
  SIZES,
  stack,
} from "./layout.js";
import { findReach, listAccess, type Organization } from "./organization.js";
import { type Box, drawArrow, drawBox, drawText, escapeXml, PEOPLE_CLASSES, STYLE } from "./svg.js";

/** Where the picture stands in the repository. */
export const PICTURE_PATH = "docs/organization.svg";
const COLUMNS = {
  left: SIZES.margin,
  middle: SIZES.margin + SIZES.card + SIZES.gap,
  right: SIZES.margin + 2 * (SIZES.card + SIZES.gap),
};
const WIDTH = COLUMNS.right + SIZES.organization + SIZES.margin;

/** An arrow to draw: from a box's right side to another's left one. */
interface Arrow {
  from: Box;
  to: Box;
  className: string;
}

/** The organization as an SVG image: people and workflows on the left, what they may do in the middle, accounts on the right. */
export function renderSvg(organization: Organization): string {
  const top = SIZES.margin;
  const right = drawOrganization(organization, { x: COLUMNS.right, y: top });
  const people = drawPeople(organization, top + SIZES.section, right);
  const machines = drawMachines(organization, people.bottom + 2 * SIZES.section, right);
  const height = Math.max(right.box.y + right.box.height, machines.bottom) + SIZES.margin;
  const parts = [
    drawBox({ x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 }, "back", 12),
    ...right.parts,
    ...spread([...people.arrows, ...machines.arrows]),
    drawText(COLUMNS.left, top + 16, "PEOPLE", "part"),
    drawText(COLUMNS.middle, top + 16, "PERMISSION SETS", "part"),
    drawText(COLUMNS.left, people.bottom + SIZES.section + 16, "WORKFLOWS", "part"),
    drawText(COLUMNS.middle, people.bottom + SIZES.section + 16, "ROLES", "part"),
    ...people.parts,
    ...machines.parts,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeXml(`The organization of ${organization.repository}`)}</title>`,
    `<style>\n${STYLE}\n</style>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** Throws `picture-stale` where the picture that stands in the repository is not as it would be drawn now; undefined stands for none. */
export function checkPicture(organization: Organization, held: string | undefined): string {
  if (held === renderSvg(organization)) return `${PICTURE_PATH} shows the organization as terraform/ has it.\n`;
  throw new GenesisError({
    code: "picture-stale",
    subject: PICTURE_PATH,
    fact: held === undefined ? "it is not there" : "it does not show the organization as terraform/ has it",
  });
}

/** A section of the picture, with its arrows to the accounts of the organization that is drawn already. */
interface Section {
  parts: readonly string[];
  bottom: number;
  arrows: Arrow[];
}

function drawPeople(organization: Organization, y: number, { units, accounts }: DrawnOrganization): Section {
  const access = listAccess(organization);
  const { groups } = organization;
  const tone = (index: number) => PEOPLE_CLASSES[index % PEOPLE_CLASSES.length] ?? "";
  const left = groups.map(({ name, description, members }): DrawAt => {
    const count = countThings(members.length, "person");
    const who = members.length === 0 ? count : `${count}: ${fitNames(members, SIZES.card - 96, 12)}`;
    return (top) => drawCard({ x: COLUMNS.left, y: top }, name, [description, who], "soft");
  });
  const middle = access.map(({ permissionSet: set }, index): DrawAt => {
    const what = [...set.gives, `sessions of ${set.session}`];
    return (top) => drawCard({ x: COLUMNS.middle, y: top }, set.name, what, tone(index));
  });
  const drawn = drawColumns(left, middle, y);
  const arrows = access.flatMap((each, index) => {
    const set = drawn.middle[index];
    const reach = findReach(organization, each.accounts);
    const targets = [
      ...reach.accounts.map((name) => accounts.get(name)),
      ...reach.units.map((name) => units.get(name)),
    ];
    const sources = groups.flatMap(({ name }, at) => (each.groups.includes(name) ? [drawn.left[at]] : []));
    return [
      ...sources.flatMap((from) => draw(from, set, tone(index))),
      ...targets.flatMap((to) => draw(set, to, tone(index))),
    ];
  });
  return { ...drawn, arrows };
}

function drawMachines({ roles, repository }: Organization, y: number, { accounts }: DrawnOrganization): Section {
  const taken = roles.filter(({ takenBy }) => takenBy === undefined);
  const left = taken.map(({ subjects }): DrawAt => {
    return (top) => drawCard({ x: COLUMNS.left, y: top }, repository, subjects, "machine", true);
  });
  const middle = roles.map(({ name, may, takenBy }): DrawAt => {
    const lines = takenBy === undefined ? [may] : [may, `taken by ${takenBy}`];
    return (top) => drawCard({ x: COLUMNS.middle, y: top }, name, lines, "machine");
  });
  const drawn = drawColumns(left, middle, y);
  const arrows = roles.flatMap((role, index) => [
    ...draw(drawn.left[taken.indexOf(role)], drawn.middle[index], "machine"),
    ...draw(drawn.middle[index], accounts.get(role.account), "machine"),
  ]);
  return { ...drawn, arrows };
}

/** Draws two columns of cards, the shorter one in the middle of the other's height; the boxes of both. */
function drawColumns(left: readonly DrawAt[], middle: readonly DrawAt[], y: number) {
  const height = Math.max(measureStack(left), measureStack(middle));
  const columns = [left, middle].map((column) => stack(column, y, height));
  const [drawnLeft = [], drawnMiddle = []] = columns.map((column) => column.map(({ box }) => box));
  const parts = columns.flat().flatMap((drawn) => drawn.parts);
  return { left: drawnLeft, middle: drawnMiddle, parts, bottom: y + height };
}

/** An arrow where both of its ends are in the picture. */
function draw(from: Box | undefined, to: Box | undefined, className: string): Arrow[] {
  return from && to ? [{ from, to, className }] : [];
}

/** Draws arrows so that those of one side do not meet in one point. */
function spread(arrows: readonly Arrow[]): string[] {
  const place = (box: Box, side: "from" | "to", arrow: Arrow) => {
    const other = side === "from" ? "to" : "from";
    const peers = arrows.filter((each) => each[side] === box).sort((a, b) => a[other].y - b[other].y);
    // In an OU's box arrows arrive beside its title, however many accounts it holds.
    const span = Math.min(box.height, 60);
    return box.y + (span * (peers.indexOf(arrow) + 1)) / (peers.length + 1);
  };
  return arrows.map((arrow) =>
    drawArrow(
      [arrow.from.x + arrow.from.width, place(arrow.from, "from", arrow)],
      [arrow.to.x, place(arrow.to, "to", arrow)],
      arrow.className,
    ),
  );
}
