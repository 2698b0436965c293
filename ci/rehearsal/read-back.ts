import { isDeepStrictEqual } from "node:util";
import { readSnapshot } from "../bootstrap/read-snapshot.js";
import type { Snapshot } from "../bootstrap/snapshot.js";
import { throwErrors } from "../lib/errors.js";
import { isObject } from "../lib/objects.js";
import { type Clients, useClients } from "./open-clients.js";
import { DOMAIN } from "./repository.js";
import { BUCKET } from "./scene.js";

/** What stands in AWS: a line for each thing that somebody might miss, such as `organization accounts shop tags CostCenter`. */
export type Lines = Readonly<Record<string, unknown>>;

const ABOUT = {
  managementId: undefined,
  region: undefined,
  dedicated: { id: undefined, email: `aws+public-ecr@${DOMAIN}` },
  state: { bucket: BUCKET, key: "terraform.tfstate", region: "us-east-1" },
};

/** Reads what stands in AWS, by the module's own reader, and what that does not look at; Terraform has no part in it. */
export function readBack(endpoint: string): Promise<Lines> {
  return useClients(endpoint, async (clients) => {
    const {
      managed: _,
      unread,
      ...seen
    } = await readSnapshot(clients, () => ABOUT, {
      onProgress: () => {},
      members: false,
    });
    throwErrors([...unread]);
    return Object.fromEntries([...listLines("", seen), ...listLines("", await readRest(clients, seen))]);
  });
}

/** What is gone or is another since: `line: before → now`. What came new is nobody's loss. */
export function listLosses(before: Lines, now: Lines): string[] {
  const changed = Object.entries(before).filter(([line, value]) => !isDeepStrictEqual(value, now[line]));
  return changed.map(([line, value]) => `${line}: ${JSON.stringify(value)} → ${JSON.stringify(now[line]) ?? "gone"}`);
}

/** Tags, the provider's thumbprints, and the pages of repositories, each below the kind and the name of what has it. */
async function readRest(
  { organizations, iam, s3, enter }: Clients,
  { organization, management, dedicated, bucket }: Omit<Snapshot, "managed" | "unread">,
): Promise<Record<string, unknown>> {
  const rest: Record<string, unknown> = {};
  for (const { id, path } of organization?.ous ?? []) {
    rest[`OU ${path.join("/")}`] = (await organizations.listTagsForResource({ ResourceId: id })).Tags;
  }
  if (management?.oidcProvider !== undefined) {
    const input = { OpenIDConnectProviderArn: management.oidcProvider.arn };
    const { Tags, ThumbprintList } = await iam.getOpenIDConnectProvider(input);
    rest.provider = { Tags, ThumbprintList };
  }
  if (bucket !== undefined) {
    rest.bucket = (await s3.getBucketTagging({ Bucket: bucket.name }).catch(() => undefined))?.TagSet;
  }
  if (dedicated === undefined) return rest;
  const { ecr } = await enter(dedicated.id);
  for (const { repositoryName, repositoryArn: resourceArn } of (await ecr.describeRepositories({})).repositories ??
    []) {
    const page = await ecr.getRepositoryCatalogData({ repositoryName }).catch(() => undefined);
    const { tags } = await ecr.listTagsForResource({ resourceArn });
    rest[`repository ${repositoryName}`] = { page: page?.catalogData, tags };
  }
  return rest;
}

/** Each item of a list by its name, else by all that it says; a document by its content. */
function listLines(line: string, value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => listItem(line, item));
  if (isObject(value)) return Object.entries(value).flatMap(([key, each]) => listLines(`${line} ${key}`.trim(), each));
  return [[line, typeof value === "string" && value.startsWith("{") ? JSON.parse(value) : value]];
}

function listItem(line: string, item: unknown): [string, unknown][] {
  const name = isObject(item) && (item.name ?? item.userName);
  return typeof name === "string" ? listLines(`${line} ${name}`, item) : [[`${line} ${formatSorted(item)}`, true]];
}

/** The order of an object's fields means nothing. */
function formatSorted(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    return isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each;
  });
}
