import { describe, expect, it } from "vitest";
import type { PublishResult } from "../../../ci/images/publish.js";
import { formatMarkdownReport, REPORT_MAX_BYTES } from "../../../ci/images/report-markdown.js";
import { parseDigest, parsePlatform } from "../../../ci/lib/names.js";
import { SOME_DIGEST } from "../fixtures/repositories.js";

const built: PublishResult = {
  image: "base",
  status: "built",
  reference: "public.ecr.aws/a1b2c3d4/base:in-0123456789abcdef",
  digest: parseDigest(SOME_DIGEST, "test"),
  mediaType: "application/vnd.oci.image.index.v1+json",
  platforms: [parsePlatform("linux/amd64", "test"), parsePlatform("linux/arm64", "test")],
  inputs: "0123456789abcdef".repeat(4),
  seconds: 1.5,
};

describe("the report in a job's summary", () => {
  it("says what another repository writes to use each published image, by digest", () => {
    const text = formatMarkdownReport([built], "Somewhere.");
    expect(text).toContain("## Images: 1 built\n\nSomewhere.\n");
    expect(text).toContain(
      "| `base` | built | linux/amd64<br>linux/arm64 | `public.ecr.aws/a1b2c3d4/base:in-0123456789abcdef` |",
    );
    expect(text).toContain(`\n### \`base\`\n\n\`public.ecr.aws/a1b2c3d4/base@${SOME_DIGEST}\`\n`);
    for (const line of [
      'bazel_dep(name = "rules_oci"',
      `    digest = "${SOME_DIGEST}",`,
      '    image = "public.ecr.aws/a1b2c3d4/base",',
      '        "linux/arm64",',
    ]) {
      expect(text).toContain(`\n${line}`);
    }
  });

  it("has nothing to copy of an image that is not published, and says why it is not, inert", () => {
    const { digest: _, mediaType: __, ...rest } = built;
    const error = "[x] @team\n```\n::set-output name=a::b";
    const text = formatMarkdownReport(
      [
        { ...rest, status: "awaiting" },
        { ...rest, image: "x", status: "failed", error },
      ],
      "Somewhere.",
    );
    expect(text).toContain("## Images: 1 awaiting, 1 failed");
    expect(text).not.toContain("oci.pull");
    expect(text).toContain("### `x` failed\n\n````text\n[x] @team\n```\n:\u200b:set-output");
  });

  it("stays below what GitHub takes, with whole fences, and says what is left out", () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...built, image: `image-${index}` }));
    const text = formatMarkdownReport(many, "Somewhere.");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(REPORT_MAX_BYTES);
    expect(text.match(/^```/gm)?.length).toBe(2 * (text.match(/^### /gm)?.length ?? 0));
    const left = 3000 - (text.match(/^### /gm)?.length ?? 0);
    expect(left).toBeGreaterThan(0);
    expect(text).toContain(`\n${left} more do not fit here. Next: dagger call images --format bazel\n`);
  });
});
