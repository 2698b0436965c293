import type { Changeset, Container, Directory, File, Secret, Service } from "@dagger.io/dagger";

/** What a call of the module holds: its constructor's arguments. */
export interface ModuleState {
  source: Directory;
  pins?: File;
  aws?: Secret;
}

/** The arguments of `dagger call publish`. */
export interface PublishArguments {
  names: readonly string[];
  platforms: readonly string[];
  revision: string | undefined;
  awaitRepositories: boolean;
  force: boolean;
  format: string;
}

/**
 * What `src/index.ts` calls. It stands apart from its implementation, and names the engine's types only, because the SDK
 * type-checks on every call whatever the entry file reaches by imports: zod's and the AWS SDK's types cost 0.6 s there.
 */
export interface Functions {
  images(format: string): Promise<string>;
  buildImage(name: string, platform?: string): Promise<Container>;
  publish(args: PublishArguments): Promise<string>;
  registry(): Promise<Service>;
  lock(): Promise<Changeset>;
  terraform(): Promise<Container>;
  tfLint(): Promise<string>;
  checkImages(): Promise<void>;
  checkLock(): Promise<string>;
}

/** What `functions.ts` exports. */
export interface Implementation {
  openFunctions(state: ModuleState): Promise<Functions>;
}
