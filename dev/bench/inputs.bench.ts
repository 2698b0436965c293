import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { readCatalog } from "../../ci/images/catalog.js";
import { hashInputs } from "../../ci/images/inputs.js";
import { parsePins } from "../../ci/images/pins.js";
import { imageFiles, PINS_TEXT, writeRepository } from "../test/fixtures/repositories.js";
import { compare, formatSample, QUICK, report, timeOf } from "./measure.js";

const MEGABYTE = 1_000_000;
const SIZE = (QUICK ? 50 : 500) * MEGABYTE;

it("input hash against sha256sum over 500 MB, in flat memory", async () => {
  const root = await writeRepository(imageFiles("large"));
  const path = join(root, "images", "large", "blob");
  const file = await open(path, "w");
  const chunk = randomBytes(MEGABYTE);
  for (let written = 0; written < SIZE; written += MEGABYTE) await file.write(chunk);
  await file.close();
  const [image] = await readCatalog(root, parsePins(PINS_TEXT));
  if (image === undefined) throw new Error("no image");
  await hashInputs(image);
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const run = promisify(execFile);
  const [ours, theirs] = await compare([() => hashInputs(image), () => run("sha256sum", [path])]);
  clearInterval(timer);
  if (ours === undefined || theirs === undefined) throw new Error("no sample");
  // A hash that held the file would grow by its size.
  if (!QUICK) expect(peak - before).toBeLessThan(SIZE / 2);
  const grown = Math.max(0, peak - before) / MEGABYTE;
  report({
    title: `Input hash of ${SIZE / MEGABYTE} MB`,
    header: ["", "ms", "MB/s"],
    rows: [
      ["hashInputs", formatSample(ours), (SIZE / 1000 / ours.median).toFixed(0)],
      ["sha256sum", formatSample(theirs), (SIZE / 1000 / theirs.median).toFixed(0)],
    ],
    notes: [
      `Speed against sha256sum: ${(theirs.median / ours.median).toFixed(2)}. Memory grew by ${grown.toFixed(0)} MB at most.`,
    ],
    figures: [timeOf("input hash", ours)],
  });
});
