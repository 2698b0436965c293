import { AUDIENCE, INTENDED, ISSUER } from "./intended.js";

/** The claims of a token, as far as a trust policy sees them. */
export interface Claims {
  /** Host of the issuer. */
  iss: string;
  aud?: string;
  sub?: string;
}

/** The one action that a token is for. */
export const TOKEN_ACTION = "sts:AssumeRoleWithWebIdentity";

/** Claims with the kind of attempt that they are. */
export interface ClaimSet {
  kind: string;
  claims: Claims;
  /** What is tried with the token, where it is another action. */
  action?: string;
}

/** Repositories by the kind of attempt: as GitHub writes them into a subject. */
const REPOSITORIES: readonly (readonly [kind: string, repository: string])[] = [
  ["the repository, by name", "acme/platform"],
  ["the repository, by name and id", "acme@11/platform@22"],
  ["other owner", "mallory/platform"],
  ["other owner", "mallory@99/platform@88"],
  ["other owner", "acme-corp/platform"],
  ["other repository", "acme/website"],
  ["other repository", "acme@11/website@23"],
  ["other repository", "acme/platform-fork"],
  ["fork", "mallory/platform-1"],
  ["recycled owner", "acme@99/platform@88"],
  ["recycled owner", "acme@99/platform@22"],
  ["recycled repository", "acme@11/platform@88"],
  ["renamed repository", "acme@11/renamed@22"],
  ["renamed repository", "acme/renamed"],
  ["renamed owner", "newacme@11/platform@22"],
  ["other owner, same ids", "mallory@11/platform@22"],
  ["half a form", "acme@11/platform"],
  ["half a form", "acme/platform@22"],
  ["half a form", "@11/@22"],
  ["ids for names", "11/22"],
  ["ids exchanged", "acme@22/platform@11"],
];

/** What a token can be for, by the kind of attempt. */
const CONTEXTS: readonly (readonly [kind: string, context: string])[] = [
  ["main", "ref:refs/heads/main"],
  ["pull request", "pull_request"],
  ["production", "environment:production"],
  ["other branch", "ref:refs/heads/feature"],
  ["other branch", "ref:refs/heads/main2"],
  ["tag", "ref:refs/tags/main"],
  ["tag", "ref:refs/tags/v1.0.0"],
  ["other environment", "environment:staging"],
  ["other environment", "environment:production-eu"],
  ["merge of a pull request", "ref:refs/pull/1/merge"],
];

/** Spellings that only look like an intended subject. Each replaces a part of one. */
const TRICKS: readonly (readonly [kind: string, from: string, to: string])[] = [
  ["case", "acme", "Acme"],
  ["case", "acme", "ACME"],
  ["case", "platform", "Platform"],
  ["case", "repo:", "REPO:"],
  ["case", "refs/heads/main", "refs/heads/Main"],
  ["case", "refs/heads/main", "REFS/HEADS/main"],
  ["case", "pull_request", "Pull_Request"],
  ["case", "environment:production", "environment:Production"],
  ["case", "environment:production", "Environment:production"],
  ["unicode", "acme", "\u0430cme"],
  ["unicode", "platform", "pl\u0430tform"],
  ["unicode", "platform", "\uff50latform"],
  ["unicode", "acme", "acme\u200b"],
  ["unicode", "acme", "a\u0301cme"],
  ["unicode", "main", "ma\u0131n"],
  ["unicode", "main", "main\u0000"],
  ["unicode", "pull_request", "pull\uff3frequest"],
  ["unicode", "production", "product\u0456on"],
  ["unicode", "production", "\u202eproduction"],
  ["white space", "repo:", " repo:"],
  ["white space", "main", "main "],
  ["white space", "main", "main\n"],
  ["white space", "production", "production\t"],
  ["white space", "pull_request", "pull_request "],
  ["wildcard", "platform", "*"],
  ["wildcard", "acme", "*"],
  ["wildcard", "ref:refs/heads/main", "*"],
  ["wildcard", "environment:production", "environment:*"],
  ["wildcard", "production", "productio?"],
  ["wildcard", "pull_request", "pull?request"],
  ["longer", "repo:", "org:x:repo:"],
  ["longer", "refs/heads/main", "refs/heads/main/x"],
  ["longer", "refs/heads/main", "refs/heads/x/main"],
  ["longer", "refs/heads/main", "refs/heads/main:environment:production"],
  ["longer", "refs/heads/main", "refs/heads/main%20"],
  ["longer", "pull_request", "pull_request_target"],
  ["longer", "environment:production", "environment:ref:refs/heads/main"],
  ["longer", "environment:production", "environment:production:ref:refs/heads/main"],
  ["shorter", "repo:", ""],
  ["shorter", ":ref:refs/heads/main", ""],
  ["shorter", "ref:refs/heads/main", "main"],
  ["shorter", ":environment:production", ":production"],
  ["shorter", ":environment:production", ":environment:"],
  ["shorter", ":pull_request", ":"],
];

const AUDIENCES = [
  "https://github.com/acme",
  "sts.amazonaws.com.cn",
  "STS.amazonaws.com",
  "sts.amazonaws.com ",
  "*",
  "",
  undefined,
];
const ISSUERS = [
  "token.actions.githubusercontent.com.mallory.example",
  "ghes.acme.example",
  "gitlab.com",
  "Token.actions.githubusercontent.com",
];

/** Every set of claims of the matrix, none twice. */
export function listClaimSets(): ClaimSet[] {
  const intended = [...new Set(Object.values(INTENDED).flat())];
  const github = (kind: string, sub: string): ClaimSet => ({ kind, claims: { iss: ISSUER, aud: AUDIENCE, sub } });
  const sets = [
    ...REPOSITORIES.flatMap(([kind, repository]) =>
      CONTEXTS.map(([context, text]) => github(`${kind}: ${context}`, `repo:${repository}:${text}`)),
    ),
    ...intended.flatMap((sub) =>
      TRICKS.filter(([, from]) => sub.includes(from)).map(([kind, from, to]) => github(kind, sub.replace(from, to))),
    ),
    ...intended.flatMap((sub) => [
      ...AUDIENCES.map((aud): ClaimSet => {
        const kind = aud === undefined ? "missing claim" : "other audience";
        return { kind, claims: { iss: ISSUER, ...(aud !== undefined && { aud }), sub } };
      }),
      ...ISSUERS.map((iss): ClaimSet => ({ kind: "other issuer", claims: { iss, aud: AUDIENCE, sub } })),
    ]),
    ...intended.flatMap((sub) =>
      ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"].map((action) => ({
        ...github("other action", sub),
        action,
      })),
    ),
    { kind: "missing claim", claims: { iss: ISSUER, aud: AUDIENCE } },
    { kind: "missing claim", claims: { iss: ISSUER } },
    github("empty claim", ""),
  ];
  return [...new Map(sets.map((set) => [JSON.stringify([set.claims, set.action]), set])).values()];
}
