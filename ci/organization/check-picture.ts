import { GenesisError } from "../lib/errors.js";
import type { Organization } from "./organization.js";
import { renderSvg } from "./render-svg.js";

/** Where the picture stands in the repository. */
export const PICTURE_PATH = "docs/organization.svg";

/** Throws `picture-stale` where the picture that stands in the repository is not as it would be drawn now; undefined stands for none. */
export function checkPicture(organization: Organization, held: string | undefined): string {
  if (held === renderSvg(organization)) return `${PICTURE_PATH} shows the organization as terraform/ has it.\n`;
  throw new GenesisError({
    code: "picture-stale",
    subject: PICTURE_PATH,
    fact: held === undefined ? "it is not there" : "it does not show the organization as terraform/ has it",
  });
}
