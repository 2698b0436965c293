import type { PublishResult } from "../images/publish.js";
import type { Run } from "../lib/step.js";
import type { DeploymentOptions } from "../terraform/deployment.js";

/** Where a rehearsal runs: the containers of an engine, or processes of this machine. */
export interface Stage {
  /** A sentence for the first and last line: what is real here, and what is not. */
  place: string;
  /** The repository that is rehearsed with, on disk, filled in for the emulator; the rehearsal edits it. */
  root: string;
  /** The AWS emulator, as the rehearsal itself reaches it. */
  emulatorUrl: string;
  /** Backend settings of the emulator's S3. */
  backendSettings: DeploymentOptions["backendSettings"];
  /** Builds what is not published yet, and pushes it to the embedded registry. */
  publish(): Promise<PublishResult[]>;
  /** Runs Terraform's steps on a new copy of the code as it stands in `root`, for one plan or apply. */
  useTerraform<T>(use: (run: Run) => Promise<T>): Promise<T>;
}
