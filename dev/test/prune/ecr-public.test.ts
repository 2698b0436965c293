import { expect, it } from "vitest";
import type { Digest } from "../../../ci/lib/names.js";
import { pruneRepositories } from "../../../ci/prune/prune.js";
import { openEcrPublicInventory } from "../../../ci/registry/ecr-public-inventory.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY, setUpPush } from "../registry/setup-push.js";
import { type ListedImage, startEcrPublic } from "./start-ecr-public.js";

const CREDENTIALS = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

/** Two images of a real registry, and AWS's list of them: an old one and a locked one, each an index and its manifests. */
async function setUp() {
  const { direct } = await setUpPush();
  const listed: ListedImage[] = [];
  const push = async (tag: string) => {
    const layout = await makeLayout();
    await pushLayout(direct, REPOSITORY, layout, [tag]);
    const children = layout.variants.map(({ manifest }) => manifest.digest);
    // The parts first, as AWS may list them.
    for (const digest of children) listed.push({ digest, tags: [], pushedAt: daysAgo(200), children: [] });
    listed.push({ digest: layout.top.digest, tags: [tag], pushedAt: daysAgo(200), children });
    return { top: layout.top.digest, all: [layout.top.digest, ...children] };
  };
  const old = await push("in-1111111111111111");
  const locked = await push("in-2222222222222222");
  const aws = await startEcrPublic(listed);
  const inventory = openEcrPublicInventory(direct, CREDENTIALS, aws.url);
  const targets = [{ repository: REPOSITORY, locked: new Set<Digest>([locked.top]), inputs: undefined }];
  const options = { registry: direct, inventory, olderThanDays: 90, now: new Date() };
  return { aws, old, locked, targets, options };
}

it("lists public ECR page by page and removes nothing, unless it is told to", async () => {
  const { aws, old, targets, options } = await setUp();
  const { pruned } = await pruneRepositories(targets, { ...options, remove: false });
  expect(pruned).toHaveLength(6);
  const would = pruned.filter(({ outcome }) => outcome === "would be removed").map(({ image }) => image.digest);
  expect(would.sort()).toEqual([...old.all].sort());
  expect(aws.calls).toEqual(["DescribeImages", "DescribeImages", "DescribeImages"]);
});

it("removes an index before what it names, each after a second look, and never a locked one", async () => {
  const { aws, locked, targets, options } = await setUp();
  const { errors } = await pruneRepositories(targets, { ...options, remove: true });
  expect(errors).toEqual([]);
  expect(aws.calls.slice(3)).toEqual(Array(3).fill(["DescribeImages", "BatchDeleteImage"]).flat());
  expect(aws.images.map(({ digest }) => digest).sort()).toEqual([...locked.all].sort());
});

it("keeps what got a tag after the list, or is gone by then", async () => {
  const { aws, old, targets, options } = await setUp();
  const list = options.inventory.list;
  const inventory = {
    ...options.inventory,
    list: async (repository: typeof REPOSITORY) => {
      const images = await list(repository);
      aws.images.find(({ digest }) => digest === old.top)?.tags.push("in-1111111111111111-2");
      return images;
    },
  };
  await pruneRepositories(targets, { ...options, inventory, remove: true });
  expect(aws.calls).not.toContain("BatchDeleteImage");
  expect(aws.images).toHaveLength(6);
});

it("names the operation and AWS's error, and no id, where AWS refuses", async () => {
  const { aws, targets, options } = await setUp();
  aws.state.failure = "AccessDeniedException";
  const error = await expectError("prune-failed", () => pruneRepositories(targets, { ...options, remove: true }));
  expect(error.message).toContain("ecr-public:DescribeImages ended with AccessDeniedException");
  expect(error.message).not.toContain(CREDENTIALS.accessKeyId);
});
