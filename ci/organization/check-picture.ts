import { GenesisError, throwErrors } from "../lib/errors.js";
import type { Organization } from "./organization.js";
import { DOCUMENT_PATH, IMAGE_PATH, renderDocument } from "./render-document.js";
import { renderSvg } from "./render-svg.js";

/** The files of the picture, by path in the repository. */
export function drawFiles(organization: Organization): Record<string, string> {
  return { [DOCUMENT_PATH]: renderDocument(organization), [IMAGE_PATH]: renderSvg(organization) };
}

/** Throws `picture-stale` for each file that is not as it would be drawn now. `read` gives undefined where there is none. */
export async function checkPicture(
  organization: Organization,
  read: (path: string) => Promise<string | undefined>,
): Promise<string> {
  const errors: GenesisError[] = [];
  for (const [path, drawn] of Object.entries(drawFiles(organization))) {
    const held = await read(path);
    if (held === drawn) continue;
    errors.push(
      new GenesisError({
        code: "picture-stale",
        subject: path,
        fact: held === undefined ? "it is not there" : "it does not show the organization as terraform/ has it",
      }),
    );
  }
  throwErrors(errors);
  return `${Object.keys(drawFiles(organization)).join(" and ")} show the organization as terraform/ has it.\n`;
}
