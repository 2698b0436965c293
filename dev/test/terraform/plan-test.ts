import { z } from "zod";
import type { Run } from "../../../ci/lib/step.js";

const resourceSchema = z.object({
  type: z.string(),
  name: z.string(),
  index: z.string().default(""),
  change: z.object({ after: z.record(z.string(), z.unknown()) }),
});
const planSchema = z.object({ test_plan: z.object({ resource_changes: z.array(resourceSchema) }) });

export type PlannedResource = z.output<typeof resourceSchema>;

/** Runs one file of terraform/tests, with AWS mocked, and returns what its first run plans. */
export async function planTest(run: Run, file: string): Promise<PlannedResource[]> {
  const argv = ["terraform", "test", "-json", "-verbose", "-no-color", `-filter=tests/${file}`];
  const { stdout } = await run({ argv });
  const line = stdout.split("\n").find((each) => each.includes('"type":"test_plan"'));
  if (line === undefined) throw new Error(`There is no plan:\n${stdout.slice(0, 2000)}`);
  return planSchema.parse(JSON.parse(line)).test_plan.resource_changes;
}
