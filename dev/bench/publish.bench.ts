import { expect, it } from "vitest";
import { publishImages } from "../../ci/images/publish.js";
import { imageFiles, makeCatalog } from "../test/fixtures/repositories.js";
import { setUpPublish } from "../test/images/setup-publish.js";
import { compare, countOf, formatSample, QUICK, report, timeOf } from "./measure.js";
import type { Figure } from "./results.js";

const filesOf = (count: number) =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => imageFiles(`image${index}`)));

it("unchanged publish: no build, no PUT, at most 2N+2 requests, flat in image size", async () => {
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const count of QUICK ? [1, 10] : [1, 10, 50]) {
    const catalog = await makeCatalog(filesOf(count));
    const setups = [];
    for (const layerBytes of [1_000, 5_000_000]) {
      const setup = await setUpPublish();
      setup.builder.layerBytes = layerBytes;
      await publishImages(catalog, setup.options);
      setup.proxy.seen.length = 0;
      setup.builder.requests.length = 0;
      await publishImages(catalog, setup.options);
      const puts = setup.proxy.count("PUT") + setup.proxy.count("POST");
      const requests = setup.proxy.seen.length;
      expect([setup.builder.requests.length, puts]).toEqual([0, 0]);
      expect(requests).toBeLessThanOrEqual(2 * count + 2);
      setups.push({ setup, layerBytes, requests });
    }
    const samples = await compare(
      setups.map(
        ({ setup }) =>
          () =>
            publishImages(catalog, setup.options),
      ),
    );
    for (const [index, { layerBytes, requests }] of setups.entries()) {
      const sample = samples[index];
      if (sample === undefined) throw new Error("no sample");
      const ratio = sample.median / (samples[0]?.median ?? Number.NaN);
      rows.push([
        String(count),
        `2 × ${layerBytes / 1000} kB`,
        "0",
        "0",
        String(requests),
        formatSample(sample),
        ratio.toFixed(2),
      ]);
      const name = `unchanged publish of ${count}, layers of ${layerBytes / 1000} kB`;
      figures.push(timeOf(name, sample), countOf(`${name}: requests`, requests));
    }
  }
  const header = ["images", "layers", "builds", "writes", "requests", "ms", "ratio to small layers"];
  report({ title: "Unchanged publish (a real registry behind a counting proxy)", header, rows, figures });
});

it("one of ten changed: one build, one push", async () => {
  const setup = await setUpPublish();
  const files = filesOf(10);
  await publishImages(await makeCatalog(files), setup.options);
  setup.proxy.seen.length = 0;
  setup.builder.requests.length = 0;
  await publishImages(await makeCatalog({ ...files, "images/image3/hello": "changed" }), setup.options);
  const tags = setup.proxy.count("PUT", /manifests\/in-/);
  expect([setup.builder.requests.length, tags]).toEqual([1, 1]);
  const header = ["images", "changed", "builds", "tags written", "requests"];
  const requests = setup.proxy.seen.length;
  report({
    title: "One of ten changed",
    header,
    rows: [["10", "1", "1", "1", String(requests)]],
    figures: [countOf("one of ten changed: requests", requests)],
  });
});
