import type { Secret } from "@dagger.io/dagger";
import { parseAwsCredentials } from "../aws/credentials.js";
import { LOCK_PATH, listLost } from "../images/lock.js";
import { type PublishOptions, publishImages } from "../images/publish.js";
import { concludeReport, formatReport, parseReportFormat } from "../images/report.js";
import { narrowPlatforms, selectImages } from "../images/select.js";
import { GenesisError } from "../lib/errors.js";
import { parseRevision } from "../lib/names.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import type { RegistryClient } from "../registry/client.js";
import { makeBuilder } from "./build-image.js";
import { openCertifier } from "./certify.js";
import type { PublishArguments } from "./interface.js";
import { readLockFiles } from "./lock.js";
import { openLocalTarget, openPublicTarget, type RegistryTarget } from "./registry-target.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** Publishes the named images and returns the report. Throws it as `publish-failed` where an image failed. */
export async function runPublish(
  workspace: Workspace,
  aws: Secret | undefined,
  args: PublishArguments,
): Promise<string> {
  const format = parseReportFormat(args.format);
  const revision = args.revision === undefined ? undefined : parseRevision(args.revision);
  const catalog = await readWorkspaceCatalog(workspace);
  const selected = await selectImages(catalog, args.names);
  const images = selected.map((image) => narrowPlatforms(image, args.platforms));
  const target = await openTarget(workspace, aws);
  const { sentence, ...certifier } = await openCertifier(workspace, target, args.signing);
  const options: PublishOptions = {
    registry: target.registry,
    build: makeBuilder(workspace),
    ...certifier,
    awaitRepositories: args.awaitRepositories,
    force: args.force,
    onResult: (result) => console.log(`${result.image}: ${result.status} in ${result.seconds.toFixed(1)} s`),
    ...(revision && { revision }),
  };
  const results = await publishImages(images, options);
  return concludeReport(results, formatReport(results, `${target.sentence} ${sentence}`, format));
}

/** The registry that images go to: public ECR with credentials, else the embedded one. Throws `alias-missing`. */
async function openTarget(
  workspace: Workspace,
  aws: Secret | undefined,
): Promise<RegistryTarget & { sentence: string }> {
  if (aws === undefined) {
    const target = await openLocalTarget(workspace);
    return { ...target, sentence: await describeLocal(workspace, target.registry) };
  }
  const credentials = parseAwsCredentials(await aws.plaintext(), Date.now());
  const { alias } = workspace.settings.registry;
  if (alias === null) {
    throw new GenesisError({ code: "alias-missing", subject: `${SETTINGS_PATH} registry.alias`, fact: "it is null" });
  }
  const target = openPublicTarget(workspace, alias, credentials);
  return { ...target, sentence: `Public ECR at ${target.registry.prefix}.` };
}

/** Where images go without credentials. The engine's clean-up can take what the embedded registry held, and what a lock names would be missed. */
async function describeLocal(workspace: Workspace, registry: RegistryClient): Promise<string> {
  const place =
    workspace.registry === undefined
      ? `Embedded registry, as no AWS credentials were given; dagger call registry up serves it at ${registry.prefix}.`
      : `The registry of --registry, as ${registry.prefix}.`;
  const lost = await listLost((await readLockFiles(workspace)).lock, registry);
  if (lost.length === 0) return place;
  return `${place} It has lost what ${LOCK_PATH} names of ${lost.join(", ")}: an engine's clean-up empties the embedded one, and --registry keeps it elsewhere.`;
}
