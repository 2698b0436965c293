import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { listenOnLoopback } from "../../../ci/lib/listen.js";
import type { Digest } from "../../../ci/lib/names.js";

/** An image that the stand-in lists. */
export interface ListedImage {
  digest: Digest;
  tags: string[];
  pushedAt: Date;
  /** What it names, where it is an index. */
  children: readonly Digest[];
}

/** How many images a page holds: so few that a test needs several. */
const PAGE = 2;

/**
 * Stands where AWS would, for the two operations that a prune calls; the client is AWS's own. As AWS does, it refuses to delete what an index
 * still names: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_BatchDeleteImage.html, API_DescribeImages.html
 */
export async function startEcrPublic(images: ListedImage[]) {
  const calls: string[] = [];
  /** The name of an error that everything is answered with. */
  const state: { failure: string | undefined } = { failure: undefined };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const input = JSON.parse((await buffer(request)).toString("utf8"));
    calls.push(operation);
    const error = (name: string) =>
      response.writeHead(400, { "x-amzn-errortype": name }).end(JSON.stringify({ __type: name }));
    if (state.failure !== undefined) return error(state.failure);
    const asked: Digest | undefined = input.imageIds?.[0]?.imageDigest;
    const found = images.filter(({ digest }) => asked === undefined || digest === asked);
    const answer = (value: unknown) => response.writeHead(200).end(JSON.stringify(value));
    if (operation === "DescribeImages") {
      if (asked !== undefined && found.length === 0) return error("ImageNotFoundException");
      const start = Number(input.nextToken ?? 0);
      const page = found.slice(start, start + PAGE).map(({ digest, tags, pushedAt }) => ({
        imageDigest: digest,
        ...(tags.length > 0 && { imageTags: tags }),
        imagePushedAt: pushedAt.valueOf() / 1000,
      }));
      const more = start + PAGE < found.length;
      return answer({ imageDetails: page, ...(more && { nextToken: String(start + PAGE) }) });
    }
    const imageId = { imageDigest: asked };
    if (images.some(({ children }) => asked !== undefined && children.includes(asked))) {
      return answer({ imageIds: [], failures: [{ imageId, failureCode: "ImageReferencedByManifestList" }] });
    }
    if (found.length === 0) return answer({ imageIds: [], failures: [{ imageId, failureCode: "ImageNotFound" }] });
    images.splice(
      images.findIndex(({ digest }) => digest === asked),
      1,
    );
    return answer({ imageIds: [imageId], failures: [] });
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${port}`, calls, images, state };
}
