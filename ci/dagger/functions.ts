import { runBuildAll, runBuildImage, runImages } from "./images.js";
import type { Functions, Implementation } from "./interface.js";
import { runLock, runLockCheck } from "./lock.js";
import { runPublish } from "./publish.js";
import { defineRegistry } from "./registry-service.js";
import { runTerraform } from "./terraform.js";
import { runTfLint } from "./tf-lint.js";
import { openWorkspace } from "./workspace.js";

/** Opens the workspace of a call and binds every function to it. */
export const openFunctions: Implementation["openFunctions"] = async ({ source, pins, aws }) => {
  const workspace = await openWorkspace(source, pins);
  return {
    images: (format) => runImages(workspace, format),
    buildImage: (name, platform) => runBuildImage(workspace, name, platform),
    publish: (args) => runPublish(workspace, aws, args),
    registry: async () => defineRegistry(workspace.pins),
    lock: () => runLock(workspace),
    terraform: () => runTerraform(workspace),
    tfLint: () => runTfLint(workspace),
    checkImages: () => runBuildAll(workspace),
    checkLock: () => runLockCheck(workspace),
  } satisfies Functions;
};
