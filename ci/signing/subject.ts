import type { Digest, RepositoryName } from "../lib/names.js";
import type { ToolRegistry } from "./environment.js";

/** What is signed and attested (in-toto's word): what a digest names in a repository, an index or a single manifest. */
export interface Subject {
  repository: RepositoryName;
  digest: Digest;
}

/** The subject as a tool takes it: by digest, for a tag may be another image by the time the tool looks. */
export function formatReference({ prefix }: ToolRegistry, { repository, digest }: Subject): string {
  return `${prefix}/${repository}@${digest}`;
}
