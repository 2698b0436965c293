import type { Clients } from "./open-clients.js";
import { type Lines, listThere, sortLines, toTags } from "./read-back-lines.js";

/** The buckets of the management account; each statement of a policy is a line. */
export async function readBackBuckets({ s3 }: Clients): Promise<Lines> {
  const lines: Record<string, unknown> = {};
  for (const { Name: Bucket = "" } of (await s3.listBuckets({})).Buckets ?? []) {
    const line = `bucket ${Bucket}`;
    lines[line] = true;
    lines[`${line} versioning`] = (await s3.getBucketVersioning({ Bucket })).Status ?? "off";
    const tagging = await s3.getBucketTagging({ Bucket }).catch(() => undefined);
    lines[`${line} tags`] = toTags(tagging?.TagSet);
    const found = await s3.getBucketPolicy({ Bucket }).catch(() => undefined);
    const { Statement = [] } = JSON.parse(found?.Policy ?? "{}") as { Statement?: object[] };
    // The order of a statement's fields means nothing.
    const statements = Statement.map((each) => JSON.stringify(sortLines({ ...each })));
    Object.assign(lines, listThere(statements.map((each) => `${line} statement ${each}`)));
  }
  return lines;
}
