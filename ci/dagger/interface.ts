import type { Changeset, Container, Directory, File, Secret, Service } from "@dagger.io/dagger";

/** What a call of the module holds: its constructor's arguments, and what a function before it left. */
export interface ModuleState {
  source: Directory;
  pins?: File;
  aws?: Secret;
  emulator?: Service;
  /** Who signed in, as recordIdentity writes it, where `aws` came from `sso`; no secret. */
  identity?: string;
}

/** What `sso` leaves in the module for the functions after it. */
export interface SignInResult {
  aws: Secret;
  identity: string;
}

export interface SigningArguments {
  key: Secret | undefined;
  password: Secret | undefined;
  /** ACTIONS_ID_TOKEN_REQUEST_URL and -TOKEN of a GitHub job. */
  identityUrl: string | undefined;
  identityToken: Secret | undefined;
}

export interface PublishArguments {
  names: readonly string[];
  platforms: readonly string[];
  revision: string | undefined;
  awaitRepositories: boolean;
  force: boolean;
  format: string;
  signing: SigningArguments;
}

export interface PlanArguments {
  bootstrap: boolean;
  readOnly: boolean;
  inventory: boolean;
  revision: string | undefined;
  environment: Container | undefined;
}

export interface ApplyArguments extends Omit<PlanArguments, "readOnly" | "inventory"> {
  expect: string;
  approved: File | undefined;
  allowLoss: readonly string[];
}

export interface StateEditArguments {
  kind: "untaint" | "forget";
  address: string;
  expect: string | undefined;
  environment: Container | undefined;
}

export interface ApprovalArguments {
  expect: string;
  revision: string;
  approver: string;
  authors: readonly string[];
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
  bootstrap(): Promise<string>;
  adopt(repository: string | undefined): Promise<Changeset>;
  rootCredentials(remove: readonly string[]): Promise<string>;
  tfLint(format: string): Promise<string>;
  tfPlan(args: PlanArguments): Promise<Directory>;
  checkApproval(args: ApprovalArguments): Promise<string>;
  tfApply(args: ApplyArguments): Promise<string>;
  tfDrift(args: Pick<PlanArguments, "readOnly" | "environment">): Promise<string>;
  tfRecover(environment: Container | undefined): Promise<string>;
  editState(args: StateEditArguments): Promise<string>;
  sso(account: string | undefined, role: string | undefined): Promise<SignInResult>;
  whoami(format: string): Promise<string>;
  awsEmulator(): Promise<Service>;
  rehearse(platforms: readonly string[]): Promise<string>;
  verify(names: readonly string[], format: string): Promise<string>;
  scan(names: readonly string[], format: string): Promise<string>;
  organization(format: string): Promise<string>;
  drawOrganization(): Promise<Changeset>;
  checkPicture(): Promise<string>;
  checkImages(): Promise<void>;
  checkLock(format: string): Promise<string>;
}

/** What `functions.ts` exports. */
export interface Implementation {
  openFunctions(state: ModuleState): Promise<Functions>;
}
