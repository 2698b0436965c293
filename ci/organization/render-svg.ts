import { GenesisError } from "../lib/errors.js";
import { countThings, fitNames } from "./fit-text.js";
import { type DrawAt, type Drawn, drawCard, drawOrganization, measureStack, SIZES, stack } from "./layout.js";
import { findReach, listAccess, type Organization } from "./organization.js";
import { type Box, drawArrow, drawBox, drawText, escapeXml, PEOPLE_CLASSES, STYLE } from "./svg.js";

/** Where the picture stands in the repository. */
export const PICTURE_PATH = "docs/organization.svg";
/** Groups, and permission sets, that have a card of their own. */
const CARDS_MAX = 24;
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
  const people = drawPeople(organization, top + SIZES.section);
  const machines = drawMachines(organization, people.bottom + 2 * SIZES.section);
  const arrows = [...people.arrows(right), ...machines.arrows(right)];
  const height = Math.max(right.box.y + right.box.height, machines.bottom) + SIZES.margin;
  const titles = [
    drawText(COLUMNS.left, top + 16, "PEOPLE", "part"),
    drawText(COLUMNS.middle, top + 16, "PERMISSION SETS", "part"),
    drawText(COLUMNS.left, people.bottom + SIZES.section + 16, "WORKFLOWS", "part"),
    drawText(COLUMNS.middle, people.bottom + SIZES.section + 16, "ROLES", "part"),
  ];
  const parts = [
    drawBox({ x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 }, "back", 12),
    ...right.parts,
    ...spread(arrows),
    ...titles,
    ...[...people.drawn, ...machines.drawn].flatMap(({ parts }) => parts),
  ];
  const title = `The organization of ${organization.repository}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
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

interface Section {
  drawn: readonly Drawn[];
  bottom: number;
  arrows(right: ReturnType<typeof drawOrganization>): Arrow[];
}

function drawPeople(organization: Organization, y: number): Section {
  const access = listAccess(organization).slice(0, CARDS_MAX);
  const groups = organization.groups.slice(0, CARDS_MAX);
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
  leaveOut(left, organization.groups.length - groups.length, COLUMNS.left);
  leaveOut(middle, listAccess(organization).length - access.length, COLUMNS.middle);
  const height = Math.max(measureStack(left), measureStack(middle));
  const [drawnLeft, drawnMiddle] = [stack(left, y, height), stack(middle, y, height)];
  return {
    drawn: [...drawnLeft, ...drawnMiddle],
    bottom: y + height,
    arrows: ({ units, accounts }) =>
      access.flatMap((each, index) => {
        const set = drawnMiddle[index]?.box;
        const reach = findReach(organization, each.accounts);
        const targets = [
          ...reach.accounts.map((name) => accounts.get(name)),
          ...reach.units.map((name) => units.get(name)),
        ];
        const sources = groups.flatMap(({ name }, at) => (each.groups.includes(name) ? [drawnLeft[at]?.box] : []));
        return [...sources.map((from) => ({ from, to: set })), ...targets.map((to) => ({ from: set, to }))].flatMap(
          ({ from, to }) => (from && to ? [{ from, to, className: tone(index) }] : []),
        );
      }),
  };
}

function drawMachines({ roles, repository }: Organization, y: number): Section {
  const taken = roles.filter(({ takenBy }) => takenBy === undefined);
  const left = taken.map(
    ({ subjects }): DrawAt =>
      (top) =>
        drawCard({ x: COLUMNS.left, y: top }, repository, subjects, "machine", true),
  );
  const middle = roles.map(({ name, may, takenBy }): DrawAt => {
    const lines = takenBy === undefined ? [may] : [may, `taken by ${takenBy}`];
    return (top) => drawCard({ x: COLUMNS.middle, y: top }, name, lines, "machine");
  });
  const height = Math.max(measureStack(left), measureStack(middle));
  const [drawnLeft, drawnMiddle] = [stack(left, y, height), stack(middle, y, height)];
  return {
    drawn: [...drawnLeft, ...drawnMiddle],
    bottom: y + height,
    arrows: ({ accounts }) =>
      roles.flatMap((role, index) => {
        const card = drawnMiddle[index]?.box;
        const pairs = [
          { from: drawnLeft[taken.indexOf(role)]?.box, to: card },
          { from: card, to: accounts.get(role.account) },
        ];
        return pairs.flatMap(({ from, to }) => (from && to ? [{ from, to, className: "machine" }] : []));
      }),
  };
}

/** A last card that says how many are not shown. */
function leaveOut(cards: DrawAt[], count: number, x: number): void {
  if (count > 0) cards.push((y) => drawCard({ x, y }, "", [`and ${count} more`], "soft"));
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
