import type { ErrorParts } from "../../lib/errors.js";
import { quoteText } from "../../lib/names.js";
import { UNKNOWN } from "./expand.js";

/** A whole commit; a shorter one can be forged. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** As BuildKit tells them apart (dfgitutil.ParseGitRef, isHTTPSource): `HTTP://…` is a path, `HTTPS://host/x.git` is not. */
const URL_SOURCE = /^https?:\/\//;
const GIT_SOURCE = /^(?:(?:git|ssh):\/\/|https?:\/\/[^/?#]*\/[^?#]*\.git(?:[?#]|$)|[\w-]+@[a-z0-9.-]+:)/i;
/** What still becomes an address by what is put behind it. */
const COULD_BE_ADDRESS = /^(?:[\w-]*|[a-z]+:\/{0,2}|[\w-]+@[a-z0-9.-]*)$/i;

/** What is wrong, and its cure. */
export type Finding = Pick<ErrorParts, "fact" | "next">;

/** What keeps a source of ADD from being the same tomorrow; undefined where nothing does. Both are expanded. */
export function findUnpinnedAddress(source: string, checksum: string, written: string): Finding | undefined {
  const [start = ""] = source.split(UNKNOWN);
  const shown = quoteText(start === source ? source : written);
  if (GIT_SOURCE.test(start)) {
    if (COMMIT.test(checksum) || namesCommit(source)) return undefined;
    const next = "name the whole commit: --checksum=COMMIT, or #COMMIT behind the address, in 40 digits";
    return { fact: `ADD clones ${shown} at no fixed commit`, next };
  }
  if (URL_SOURCE.test(start)) {
    if (checksum !== "" && !checksum.includes(UNKNOWN)) return undefined;
    const next = "write ADD --checksum=sha256:…, which curl -fsSL URL | sha256sum prints";
    return { fact: `ADD downloads ${shown} without --checksum`, next };
  }
  if (start === source || !COULD_BE_ADDRESS.test(start)) return undefined;
  const next = "write ./ before it if it is a file of the context, or set the variable in this file by ARG or ENV";
  return { fact: `ADD takes ${shown}, which may be a URL: only the build knows`, next };
}

function namesCommit(source: string): boolean {
  const [, query = "", fragment = ""] = /^[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(source) ?? [];
  const asked = new URLSearchParams(query);
  const commits = [...asked.getAll("checksum"), ...asked.getAll("commit")];
  const [ref = ""] = fragment.split(":");
  return (commits.length > 0 ? commits : [ref || (asked.get("ref") ?? "")]).every((each) => COMMIT.test(each));
}
