import { describe, expect, it } from "vitest";
import type { PublishResult } from "../../../ci/images/publish.js";
import {
  concludeReport,
  formatCatalog,
  formatReport,
  parseCatalogFormat,
  parseReportFormat,
} from "../../../ci/images/report.js";
import { formatMarkdownReport, REPORT_MAX_BYTES } from "../../../ci/images/report-markdown.js";
import { parseDigest, parsePlatform } from "../../../ci/lib/names.js";
import { expectError } from "../fixtures/errors.js";
import { imageFiles, makeCatalog, SOME_DIGEST } from "../fixtures/repositories.js";

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
const failed: PublishResult = {
  image: "x",
  status: "failed",
  reference: "r/x",
  platforms: [],
  seconds: 0,
  error: "[e] why",
};

describe("the report", () => {
  it("is a table of what people look for, with whole references on lines of their own below it", () => {
    expect(formatReport([built, failed], "Somewhere.", "table").split("\n")).toEqual([
      "Somewhere.",
      "",
      "IMAGE  STATUS  SECONDS  PLATFORMS",
      "base   built   1.5      linux/amd64, linux/arm64",
      "x      failed  0.0",
      "",
      "public.ecr.aws/a1b2c3d4/base:in-0123456789abcdef",
      `public.ecr.aws/a1b2c3d4/base@${SOME_DIGEST}`,
      "",
      "x: [e] why",
      "",
    ]);
  });

  it("is JSON for programs, with whole input hashes", () => {
    expect(JSON.parse(formatReport([built], "Somewhere.", "json"))).toEqual({ target: "Somewhere.", images: [built] });
  });

  it("is returned where nothing failed, and thrown whole where something did", async () => {
    const report = formatReport([built, failed], "Somewhere.", "table");
    expect(concludeReport([built, { ...failed, status: "awaiting" }], report)).toBe(report);
    const error = await expectError("publish-failed", () => concludeReport([built, failed], report));
    expect(error.message).toContain("1 of 2 images failed");
    expect(error.message.endsWith(`\n\n${report.trimEnd()}`)).toBe(true);
  });
});

describe("the catalogue", () => {
  it("is a table or JSON", async () => {
    const images = await makeCatalog(imageFiles("base"));
    expect(formatCatalog(images, "table")).toMatch(
      /^IMAGE +PLATFORMS +DESCRIPTION\nbase +linux\/amd64,linux\/arm64 +base\n$/,
    );
    expect(JSON.parse(formatCatalog(images, "json"))).toMatchObject([{ name: "base", files: ["Dockerfile", "hello"] }]);
  });

  it("comes for Bazel too, which a report does not, and in no other format", async () => {
    expect(parseCatalogFormat("bazel")).toBe("bazel");
    await expectError("format-unknown", () => parseReportFormat("bazel"));
    const error = await expectError("format-unknown", () => parseCatalogFormat("xml"));
    expect(error.message).toContain("the formats are table, json, bazel and sources");
  });
});

describe("the report in a job's summary", () => {
  it("says what another repository writes to use each published image, by digest", () => {
    const text = formatMarkdownReport([built], "Somewhere.");
    expect(text).toContain("## Images: 1 built\n\nSomewhere.\n");
    expect(text).toContain("| `base` | built | linux/amd64, linux/arm64 |\n");
    const repository = "public.ecr.aws/a1b2c3d4/base";
    const references = `${repository}:in-0123456789abcdef\n${repository}@${SOME_DIGEST}`;
    expect(text).toContain(`\n### \`base\`\n\n\`\`\`text\n${references}\n\`\`\`\n`);
    expect(text).toContain('\nbazel_dep(name = "rules_oci"');
    expect(text).toContain(`    digest = "${SOME_DIGEST}",\n    image = "public.ecr.aws/a1b2c3d4/base",\n`);
  });

  it("has nothing to copy of an image that is not published, and says why it is not, inert", () => {
    const error = "[x] @team\n```\n::set-output name=a::b";
    const awaiting: PublishResult = { ...failed, image: "base", status: "awaiting" };
    const text = formatMarkdownReport([awaiting, { ...failed, error }], "Somewhere.");
    expect(text).toContain("## Images: 1 awaiting, 1 failed");
    expect(text).not.toContain("oci.pull");
    expect(text).toContain("### `x` failed\n\n````text\n[x] @team\n```\n:\u200b:set-output");
  });

  it("stays below what GitHub takes, with whole fences, and says what is left out", () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...built, image: `image-${index}` }));
    const text = formatMarkdownReport(many, "Somewhere.");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(REPORT_MAX_BYTES);
    expect(text.match(/^```/gm)?.length).toBe(4 * (text.match(/^### /gm)?.length ?? 0));
    const left = 3000 - (text.match(/^### /gm)?.length ?? 0);
    expect(left).toBeGreaterThan(0);
    expect(text).toContain(`\n${left} more do not fit here. Next: dagger call images --format bazel\n`);
  });
});
