import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalog } from "../../ci/images/catalog.js";
import { parsePins } from "../../ci/images/pins.js";
import { publishImages } from "../../ci/images/publish.js";
import { RegistryClient } from "../../ci/registry/client.js";
import { computeFingerprint } from "../../ci/terraform/fingerprint.js";
import { checkGate } from "../../ci/terraform/gate.js";
import { listLosses } from "../../ci/terraform/losses/list-losses.js";
import { parsePlan } from "../../ci/terraform/plan.js";
import { redactPlan } from "../../ci/terraform/redact.js";
import { renderSummary } from "../../ci/terraform/summary/render-summary.js";
import { makeLayoutBuilder } from "../native/build-layout.js";
import { startRegistry } from "../native/start-registry.js";
import { startProxy } from "../test/registry/start-proxy.js";
import { makeChange } from "../test/terraform/plans.js";
import { describeNumbers, type Measurement, type Row, timeWork } from "./measure.js";

const RUNS = 7;

/** What a publish costs when nothing changed: at most two requests an image, whatever its size. */
export const publish: Measurement = {
  name: "publish",
  title: "Unchanged publish, against a registry on loopback",
  run: async () => {
    const rows: Row[] = [];
    for (const images of [1, 10, 50]) rows.push(...(await publishUnchanged(images)));
    return rows;
  },
};

async function publishUnchanged(images: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-bench-"));
  const registry = await startRegistry();
  const proxy = await startProxy(registry.url);
  try {
    for (let index = 0; index < images; index++) {
      const image = join(folder, "images", `image${index}`);
      await mkdir(image, { recursive: true });
      await writeFile(join(image, "Dockerfile"), "FROM scratch\nCOPY hello /hello\n");
      await writeFile(join(image, "hello"), `${index}`);
      await writeFile(join(image, "image.json"), JSON.stringify({ description: `image${index}` }));
    }
    const catalog = await readCatalog(folder, parsePins("{}"));
    let builds = 0;
    const build = makeLayoutBuilder(join(folder, "layouts"));
    const client = new RegistryClient({ url: proxy.url, prefix: new URL(proxy.url).host });
    const call = () =>
      publishImages(catalog, {
        registry: client,
        build: (request, use) => {
          builds += 1;
          return build(request, use);
        },
      });
    await call();
    builds = 0;
    proxy.seen.length = 0;
    await call();
    const writes = proxy.seen.filter(({ method }) => method !== "GET" && method !== "HEAD").length;
    const requests = proxy.seen.length;
    const counts = `${builds} builds, ${writes} writes, ${requests} requests`;
    const most = 2 * images + 2;
    const met = builds + writes === 0 && requests <= most;
    return [
      { what: `images: ${images}`, seen: counts, goal: `0, 0, ≤ ${most}`, met },
      describeNumbers(`images: ${images}, time`, await timeWork(RUNS, call), "ms"),
    ];
  } finally {
    await proxy.stop();
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const [ACCOUNTS, GROUPS] = [500, 5];

/** From what Terraform prints to the summary, for a large organization: a new one, and one where all accounts move and lose their access. */
export const summary: Measurement = {
  name: "summary",
  title: `Plan model, fingerprint, losses, gate and summary of ${ACCOUNTS} accounts × ${GROUPS} groups`,
  run: async () => {
    const rows: Row[] = [];
    for (const [what, kind, accounts] of [
      ["all new", "create", ACCOUNTS],
      ["all moved", "delete", ACCOUNTS],
      ["all moved", "delete", 2 * ACCOUNTS],
    ] as const) {
      const text = writePlan(kind, accounts);
      let found = 0;
      const times = await timeWork(RUNS, async () => {
        const plan = parsePlan(text);
        const fingerprint = computeFingerprint(plan, { code: "c", lock: "l", lineage: "x" });
        const losses = listLosses(plan);
        found = losses.length;
        await checkGate(
          plan,
          losses.map(({ name }) => name),
        );
        renderSummary({ plan: redactPlan(plan), fingerprint, diff: "  + resource\n".repeat(20_000), notes: [] });
      });
      const size = `${(text.length / 1e6).toFixed(1)} MB, ${found} losses`;
      rows.push(describeNumbers(`${accounts} accounts, ${what}: ${size}`, times, "ms", 500 * (accounts / ACCOUNTS)));
    }
    return rows;
  },
};

/** What `terraform show -json` prints where every account comes with its groups' access, or moves to another OU and loses it. */
function writePlan(kind: "create" | "delete", accounts: number): string {
  const assignment = {
    instance_arn: "arn:aws:sso:::instance/ssoins-1",
    principal_type: "GROUP",
    target_type: "AWS_ACCOUNT",
  };
  const later = { id: true, permission_set_arn: true, principal_id: true, target_id: true };
  const keep = (type: string, key: string, values: Record<string, unknown>) =>
    makeChange("none", type, key, { before: values, after: values });
  const tree = ["from", "to"].map((path) => keep("aws_organizations_organizational_unit", path, { id: `ou-${path}` }));
  const attached = keep("aws_organizations_policy_attachment", "guard/ou:from", { target_id: "ou-from" });
  const managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess";
  const set = keep("aws_ssoadmin_managed_policy_attachment", "administrator/x", { managed_policy_arn });
  const changes = Array.from({ length: accounts }, (_, index) => {
    const name = `account-${index}`;
    const account = { name, email: `aws+${name}@platform.test`, close_on_deletion: false, tags: null };
    return [
      kind === "create"
        ? makeChange(kind, "aws_organizations_account", name, { after: account, unknown: { arn: true, id: true } })
        : makeChange("update", "aws_organizations_account", name, {
            before: { ...account, parent_id: "ou-from" },
            after: { ...account, parent_id: "ou-to" },
          }),
      ...Array.from({ length: GROUPS }, (__, group) =>
        makeChange(kind, "aws_ssoadmin_account_assignment", `${name}/group-${group}/administrator`, {
          ...(kind === "create" ? { after: assignment, unknown: later } : { before: assignment }),
        }),
      ),
    ];
  });
  const resource_changes = [...tree, attached, set, ...changes.flat()];
  return JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes });
}
