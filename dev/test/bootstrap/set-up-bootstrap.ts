import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsCredentials } from "../../../ci/aws/credentials.js";
import { adoptExisting } from "../../../ci/bootstrap/adoption.js";
import { bootstrap } from "../../../ci/bootstrap/bootstrap.js";
import { manageRootCredentials } from "../../../ci/bootstrap/root-credentials.js";
import { useRepository } from "../../../ci/bootstrap/use-repository.js";
import { readSettings, SETTINGS_PATH } from "../../../ci/lib/settings.js";
import { writeFiles } from "../../../ci/rehearsal/data.js";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../native/start-emulator.js";
import { ROOT } from "../../tools/find-tool.js";

/** An emulated AWS, and a repository that is to be bootstrapped in it. */
export interface BootstrapSetup {
  emulator: Emulator;
  root: string;
  /** The checklist, or what was thrown. */
  bootstrap(credentials?: AwsCredentials): Promise<string>;
  adopt(): ReturnType<typeof adoptExisting>;
  rootCredentials(...remove: string[]): Promise<string>;
  /** Writes what `adopt` returns, as a changeset that is applied does. */
  writeAdopted(): Promise<void>;
  readData(): Promise<string>;
  /** Changes genesis.json and the data for the time of `during`. */
  withEdit<T>(change: (text: string) => string, during: () => Promise<T>): Promise<T>;
  /** What reached the emulator and changed something, but for what a fault answered: `service operation count`. */
  listWrites(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts an emulator with nothing in it, and copies the repository. */
export async function setUpBootstrap(options: EmulatorOptions = {}): Promise<BootstrapSetup> {
  const emulator = await startEmulator(options);
  const folder = await mkdtemp(join(tmpdir(), "genesis-bootstrap-"));
  const root = join(folder, "repository");
  await copyRepository(ROOT, root);
  const read = (path: string) => readFile(join(root, path), "utf8");
  const use = async <T>(run: Parameters<typeof useRepository<T>>[3], credentials = EMULATOR_CREDENTIALS) =>
    useRepository(root, await readSettings(root), { credentials, endpoint: emulator.url }, run);
  const adopt = () => use(adoptExisting);
  return {
    emulator,
    root,
    bootstrap: (credentials) => use(bootstrap, credentials),
    adopt,
    rootCredentials: (...remove) =>
      use((api, repository, { onProgress }) => manageRootCredentials(api, repository, { remove, onProgress })),
    writeAdopted: async () => writeFiles(root, (await adopt()).files),
    readData: () => read(DATA_PATH),
    withEdit: async (change, during) => {
      const before = await Promise.all(
        [SETTINGS_PATH, DATA_PATH].map(async (path) => [path, await read(path)] as const),
      );
      if (before.every(([, text]) => change(text) === text)) throw new Error("there is nothing to edit");
      for (const [path, text] of before) await writeFile(join(root, path), change(text));
      return during().finally(async () => {
        for (const [path, text] of before) await writeFile(join(root, path), text);
      });
    },
    listWrites: async () =>
      (await emulator.requests())
        .filter(({ write, count, faulted }) => write && count > faulted)
        .map(({ service, operation, count, faulted }) => `${service} ${operation} ${count - faulted}`)
        .sort(),
    close: async () => {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
