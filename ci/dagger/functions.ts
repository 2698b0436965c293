import { runBuildAll, runBuildImage, runImages } from "./images.js";
import type { Functions, Implementation } from "./interface.js";
import { runLock, runLockCheck } from "./lock.js";
import { waitForEngine } from "./patient-fetch.js";
import { runPublish } from "./publish.js";
import { defineRegistry } from "./registry-target.js";
import { choosePublisher } from "./target.js";
import { runTerraform, runTfLint } from "./terraform.js";
import { openWorkspace } from "./workspace.js";

waitForEngine();

/** Loaded by the calls that need it only: every call waits for what is imported above. */
const deploy = () => import("./deploy.js");
const organization = () => import("./organization.js");
const signIn = () => import("./sign-in.js");
const lockedImages = () => import("./locked-images.js");
const bootstrap = () => import("./bootstrap.js");

/** Opens the workspace of a call and binds every function to it. */
export const openFunctions: Implementation["openFunctions"] = async (state) => {
  const { source, pins, aws, emulator, identity } = state;
  const workspace = await openWorkspace(source, pins);
  // An emulator sees the credentials of a sign-in, which are its own, and no others.
  const target = { aws: emulator === undefined || identity !== undefined ? aws : undefined, emulator };
  return {
    images: (format) => runImages(workspace, format),
    buildImage: (name, platform) => runBuildImage(workspace, name, platform),
    publish: (args) => runPublish(workspace, choosePublisher(state), args),
    registry: async () => defineRegistry(workspace.pins),
    lock: () => runLock(workspace),
    terraform: () => runTerraform(workspace),
    bootstrap: async () => (await bootstrap()).runBootstrap(workspace, target),
    adopt: async (repository) => (await bootstrap()).runAdopt(workspace, target, repository),
    rootCredentials: async (remove) => (await bootstrap()).runRootCredentials(workspace, target, remove),
    tfLint: (format) => runTfLint(workspace, format),
    tfPlan: async (args) => (await deploy()).runTfPlan(workspace, target, args),
    checkApproval: async (args) => (await deploy()).runCheckApproval(workspace, target, args),
    tfApply: async (args) => (await deploy()).runTfApply(workspace, target, args),
    tfDrift: async (args) => (await deploy()).runTfDrift(workspace, target, args),
    tfRecover: async (environment) => (await deploy()).runTfRecover(workspace, target, environment),
    editState: async (args) => (await deploy()).runStateEdit(workspace, target, args),
    sso: async (account, role) => (await signIn()).runSignIn(workspace, emulator, { account, role }),
    whoami: async (format) => (await signIn()).runWhoami(identity, format),
    awsEmulator: async () => (await import("./aws-emulator.js")).defineEmulator(workspace),
    rehearse: async (platforms) => (await import("./rehearse.js")).runRehearse(workspace, platforms),
    verify: async (names, format) => (await lockedImages()).runVerify(workspace, names, format),
    scan: async (names, format) => (await lockedImages()).runScan(workspace, names, format),
    organization: async (format) => (await organization()).runOrganization(workspace, format),
    drawOrganization: async () => (await organization()).runDraw(workspace),
    checkPicture: async () => (await organization()).runPictureCheck(workspace),
    checkImages: () => runBuildAll(workspace),
    checkLock: (format) => runLockCheck(workspace, format),
  } satisfies Functions;
};
