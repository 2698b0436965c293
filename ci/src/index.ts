/**
 * Platform infrastructure: container base images for Bazel, and an AWS organization with its engineer auth.
 *
 * Every function runs in containers, the same on a laptop and in CI. Start with `dagger call images`.
 */
import {
  argument,
  type Changeset,
  type Container,
  check,
  type Directory,
  type File,
  func,
  generate,
  object,
  type Secret,
  type Service,
} from "@dagger.io/dagger";
import type { Functions, Implementation } from "../dagger/interface.js";

/** Not a literal at the import: the SDK's type checker would follow it, on every call (dagger/interface.ts says more). */
const IMPLEMENTATION: string = "../dagger/functions.js";

@object()
export class Genesis {
  /** The repository. */
  source: Directory;
  /** Replaces images/pins.json. */
  pins?: File;
  /** A registry of the user's. */
  registryService?: Service;
  /** AWS credentials. */
  aws?: Secret;
  /** An AWS emulator in place of AWS. */
  emulator?: Service;
  /** Who signed in by sso. */
  identity?: string;

  /**
   * @param source The repository; by default the one that holds this module.
   * @param pins Replaces images/pins.json: the same names with images and archives of a mirror.
   * @param aws AWS credentials, the JSON of `aws configure export-credentials`. Without them images go to the embedded registry.
   * @param registry A registry in place of the embedded one, whose images the engine's clean-up can take: tcp://localhost:5000, without TLS or login.
   * @param emulator An AWS emulator in place of AWS, such as tcp://localhost:5000, for sso, bootstrap, adopt and the tf functions; without sso, credentials are then dummies.
   */
  constructor(
    @argument({
      defaultPath: ".",
      ignore: [
        "*",
        "!images",
        "!terraform",
        "!genesis.json",
        "!MODULE.bazel",
        "!docs/organization.svg",
        "**/.terraform",
        "**/*.tfstate*",
      ],
    })
    source: Directory,
    pins?: File,
    aws?: Secret,
    emulator?: Service,
    registry?: Service,
  ) {
    this.source = source;
    if (pins !== undefined) this.pins = pins;
    if (aws !== undefined) this.aws = aws;
    if (emulator !== undefined) this.emulator = emulator;
    if (registry !== undefined) this.registryService = registry;
  }

  /**
   * List the catalogue of images.
   *
   * @param format table, json for programs, bazel: what another repository's MODULE.bazel needs to pull the locked images, or sources: all that comes from outside, which a mirror must hold
   */
  @func()
  async images(format: string = "table"): Promise<string> {
    return (await this.open()).images(format);
  }

  /**
   * Build one image for one platform, to look into: `dagger call build-image --name base terminal`.
   *
   * @param name name of the image, as `images` lists it
   * @param platform one of the image's platforms, such as linux/arm64; by default the engine's own
   */
  @func()
  async buildImage(name: string, platform?: string): Promise<Container> {
    return (await this.open()).buildImage(name, platform);
  }

  /**
   * Build and publish images that are not published yet, and print a report.
   *
   * The target is public ECR with `--aws`, else the embedded registry. An image whose inputs are published already is neither
   * built nor pushed. One image that fails does not stop the others, and the call then fails with the report. The progress output has a
   * line for each image as it is done.
   *
   * What goes to public ECR is scanned before a tag names it. Where genesis.json says whose signatures count, an image is signed and attested
   * too, and what is published and does not verify is built anew under the next tag. A key signs, or in a GitHub job its identity.
   *
   * @param names images to publish; all by default
   * @param platforms narrows the build, such as linux/amd64; the inputs, and so the tag, are then others
   * @param revision full Git commit id, for a label and the tag git-<12>
   * @param awaitRepositories report a missing repository as awaiting instead of failing
   * @param force build and push also what is published, under a new tag; no tag is moved
   * @param format table, json for programs, or markdown: a job's summary, with what each image's users put into MODULE.bazel
   * @param signingKey key that signs, as `cosign generate-key-pair` writes it: file://cosign.key; an empty one is none
   * @param signingPassword password of the key
   * @param identityUrl ACTIONS_ID_TOKEN_REQUEST_URL of a GitHub job, to sign without a key
   * @param identityToken ACTIONS_ID_TOKEN_REQUEST_TOKEN of the same job
   */
  @func({ cache: "never" })
  async publish(
    names: string[] = [],
    platforms: string[] = [],
    revision?: string,
    awaitRepositories: boolean = false,
    force: boolean = false,
    format: string = "table",
    signingKey?: Secret,
    signingPassword?: Secret,
    identityUrl?: string,
    identityToken?: Secret,
  ): Promise<string> {
    const signing = { key: signingKey, password: signingPassword, identityUrl, identityToken };
    const args = { names, platforms, revision, awaitRepositories, force, format, signing };
    return (await this.open()).publish(args);
  }

  /** The embedded registry with what was published to it: `dagger call registry up` serves it at localhost:5000. */
  @func()
  async registry(): Promise<Service> {
    return (await this.open()).registry();
  }

  /**
   * Write the digests of published images to images/lock.json and MODULE.bazel, for Bazel; publishes nothing.
   *
   * Reads public ECR where genesis.json names an alias, else the embedded registry.
   */
  @func({ cache: "never" })
  @generate()
  async lock(): Promise<Changeset> {
    return (await this.open()).lock();
  }

  /**
   * Verify the locked images as their users can with cosign: who genesis.json trusts signed them and attested their provenance and an SBOM of
   * each platform, and every byte in the registry is the one that its digest names.
   *
   * @param names images to verify; all that are locked by default
   * @param format table, or json for programs
   * @param rebuild build them again from these sources instead, and compare the digests: needs no signatures, and trusts no build but your own
   */
  @func({ cache: "never" })
  async verify(names: string[] = [], format: string = "table", rebuild: boolean = false): Promise<string> {
    const functions = await this.open();
    return rebuild ? functions.rebuild(names) : functions.verify(names, format);
  }

  /**
   * Scan the locked images for vulnerabilities, without building anything; what scan.failAt of genesis.json refuses is a failure.
   *
   * @param names images to scan; all that are locked by default
   * @param format table, or json for programs
   */
  @func({ cache: "never" })
  async scan(names: string[] = [], format: string = "table"): Promise<string> {
    return (await this.open()).scan(names, format);
  }

  /** The predefined Terraform environment with the code in /work: `dagger call terraform terminal`. */
  @func()
  async terraform(): Promise<Container> {
    return (await this.open()).terraform();
  }

  /**
   * Check the Terraform code in the predefined environment, without AWS: the policy documents, format, validate, tflint and terraform
   * test, which compares who may take which role with what is meant.
   *
   * @param format table: a line for each step; or json for programs, with the steps' output
   */
  @func()
  @check()
  async tfLint(format: string = "table"): Promise<string> {
    return (await this.open()).tfLint(format);
  }

  /**
   * Check what must be there before the first deployment, and create the state's bucket where it is missing; prints a checklist.
   *
   * Looks for everything that would stop or surprise a first apply. ✓ is as it should be, + comes with the apply, ! is to be known, and ✗ is
   * in the way: the call then fails with the checklist and the next steps. It may be run again at any time: what is done is not done twice.
   */
  @func({ cache: "never" })
  async bootstrap(): Promise<string> {
    return (await this.open()).bootstrap();
  }

  /**
   * Write what exists into the Terraform data, and imports for all of it: `dagger call --aws=… adopt --auto-apply`.
   *
   * What AWS has and the state does not manage yet is written as AWS has it, so that the first plan changes nothing of it. Says what the data
   * cannot express, which stays as it is, and what only a person can tell. Changes nothing in AWS. After the apply, it empties the imports.
   *
   * @param repository the GitHub repository whose workflows deploy, for the ids of its tokens: owner/name, or "$(git remote get-url origin)"
   */
  @func({ cache: "never" })
  async adopt(repository?: string): Promise<Changeset> {
    return (await this.open()).adopt(repository);
  }

  /**
   * Plan the organization, and write what a person approves: `dagger call --aws=… tf-plan -o plan`.
   *
   * The folder holds summary.md (what the plan means), diff.txt, plan.json (without sensitive values), fingerprint, which tf-apply
   * expects, changes (`true`, or `false` where there is nothing to apply), and losses, which an apply wants named. The saved plan itself never leaves the engine.
   *
   * @param bootstrap allow an empty state; where the dedicated account is not there, plan in two phases: the organization and its accounts, then the rest
   * @param readOnly plan with a role that may only read: takes no lock on the state
   * @param revision full Git commit id; an approval is then for this commit only
   * @param environment container to run in, such as a terraform image by digest; by default the locked one where it is of these sources, else a build of images/terraform
   */
  @func({ cache: "never" })
  async tfPlan(
    bootstrap: boolean = false,
    readOnly: boolean = false,
    revision?: string,
    environment?: Container,
  ): Promise<Directory> {
    return (await this.open()).tfPlan({ bootstrap, readOnly, revision, environment });
  }

  /**
   * Check who approves a plan, before a role is taken: the plan is one of this commit, and who approves it is in github.approvers of the data.
   *
   * Nothing is called. AWS checks the approver again, by the apply role's trust policy.
   *
   * @param expect fingerprint of the approved plan, as tf-plan wrote it
   * @param revision full Git commit id that the plan was given
   * @param approver GitHub's id of who approves
   * @param authors GitHub's ids of the authors of what is applied, for github.two_persons
   */
  @func()
  async checkApproval(expect: string, revision: string, approver: string, authors: string[] = []): Promise<string> {
    return (await this.open()).checkApproval({ expect, revision, approver, authors });
  }

  /**
   * Apply the organization as it was approved: plans again, and applies that plan only where it is the approved one to the attribute.
   *
   * Refuses every loss that is not named: of what the code protects, a trusted service, a policy, an audience, a contact, the last
   * administrator of an account.
   *
   * @param expect fingerprint of the approved plan, as tf-plan wrote it
   * @param approved plan.json of the approved plan, to say what moved since
   * @param allowLoss name of a loss that may happen, as the summary has it, which also lists these flags; once for each
   * @param bootstrap allow an empty state, as tf-plan does
   * @param revision full Git commit id, where the plan was given one
   * @param environment container to run in, as for tf-plan
   */
  @func({ cache: "never" })
  async tfApply(
    expect: string,
    approved?: File,
    allowLoss: string[] = [],
    bootstrap: boolean = false,
    revision?: string,
    environment?: Container,
  ): Promise<string> {
    return (await this.open()).tfApply({ expect, approved, allowLoss, bootstrap, revision, environment });
  }

  /**
   * Check that AWS is as the Terraform code has it; a difference is a failure with the summary of the plan.
   *
   * @param readOnly plan with a role that may only read: takes no lock on the state
   * @param environment container to run in, as for tf-plan
   */
  @func({ cache: "never" })
  async tfDrift(readOnly: boolean = false, environment?: Container): Promise<string> {
    return (await this.open()).tfDrift({ bootstrap: false, readOnly, revision: undefined, environment });
  }

  /**
   * Save the state that an apply on this engine could not save, most often because its credentials expired.
   *
   * @param environment container to run in, as for tf-plan
   */
  @func({ cache: "never" })
  async tfRecover(environment?: Container): Promise<string> {
    return (await this.open()).tfRecover(environment);
  }

  /**
   * Keep what an apply made by half, such as an account that could not be moved; Terraform would replace it, which is refused.
   *
   * Without `--expect` nothing is changed: it prints what it would do, and the `--expect` that does it as long as the state is the same.
   *
   * @param address what to keep, exactly as the error names it: aws_organizations_account.this["shop"]
   * @param expect what the same call printed without it
   * @param environment container to run in, as for tf-plan
   */
  @func({ cache: "never" })
  async tfUntaint(address: string, expect?: string, environment?: Container): Promise<string> {
    return (await this.open()).editState({ kind: "untaint", address, expect, environment });
  }

  /**
   * Let go of something, such as an account that is or will be closed: it leaves the state and stays in AWS as it is.
   *
   * It must have left the data before. With an account go its contacts, assignments and policy attachments. Without `--expect` nothing is
   * changed: it prints what it would do, and the `--expect` that does it as long as the state is the same.
   *
   * @param address what to let go, exactly as the state has it: aws_organizations_account.this["shop"]
   * @param expect what the same call printed without it
   * @param environment container to run in, as for tf-plan
   */
  @func({ cache: "never" })
  async tfForget(address: string, expect?: string, environment?: Container): Promise<string> {
    return (await this.open()).editState({ kind: "forget", address, expect, environment });
  }

  /**
   * Sign in through the Identity Center, for the function after it: `dagger call sso tf-plan -o plan`.
   *
   * Shows an address and a code in the progress output, and waits until they are confirmed in a browser. Takes credentials of one role,
   * in place of `--aws`; they are stored nowhere.
   *
   * @param account id or name of the account; by default sso.account of genesis.json
   * @param role name of the role, which is that of its permission set; by default sso.role of genesis.json
   */
  @func({ cache: "never" })
  async sso(account?: string, role?: string): Promise<Genesis> {
    const { aws, identity } = await (await this.open()).sso(account, role);
    this.aws = aws;
    this.identity = identity;
    return this;
  }

  /**
   * Say who signed in, and until when the credentials are good: `dagger call sso whoami`.
   *
   * @param format table, or json for programs
   */
  @func({ cache: "never" })
  async whoami(format: string = "table"): Promise<string> {
    return (await this.open()).whoami(format);
  }

  /** An AWS emulator: `dagger call aws-emulator up` serves it at localhost:5000, for `--emulator=tcp://localhost:5000`. */
  @func()
  async awsEmulator(): Promise<Service> {
    return (await this.open()).awsEmulator();
  }

  /**
   * Rehearse everything against embedded services, with no AWS account: publish, bootstrap, plan, apply, add an account, find a
   * change made by hand. Prints a report; fails at the first surprise.
   *
   * @param platforms narrows the build of the images, such as linux/amd64
   */
  @func({ cache: "never" })
  async rehearse(platforms: string[] = []): Promise<string> {
    return (await this.open()).rehearse(platforms);
  }

  /**
   * Show the organization as terraform/ has it: OUs, accounts, who may do what where, and the roles of workflows. Does not ask AWS.
   *
   * @param format table, json for programs, or svg (an image)
   */
  @func()
  async organization(format: string = "table"): Promise<string> {
    return (await this.open()).organization(format);
  }

  /** Draw docs/organization.svg from terraform/: `dagger call draw-organization --auto-apply`. */
  @func()
  @generate()
  async drawOrganization(): Promise<Changeset> {
    return (await this.open()).drawOrganization();
  }

  /** Check that docs/organization.svg shows the organization as terraform/ has it. */
  @func()
  @check()
  async checkPicture(): Promise<string> {
    return (await this.open()).checkPicture();
  }

  /** Check that every image builds for all its platforms and passes its smoke command, but for what the registry has of the same inputs. */
  @func()
  @check()
  async checkImages(): Promise<void> {
    return (await this.open()).checkImages();
  }

  /**
   * Check that images/lock.json, MODULE.bazel and the registry agree; a lock behind its sources is reported, not failed.
   *
   * @param format table: sentences; or json for programs
   */
  @func({ cache: "never" })
  @check()
  async checkLock(format: string = "table"): Promise<string> {
    return (await this.open()).checkLock(format);
  }

  private async open(): Promise<Functions> {
    const { openFunctions }: Implementation = await import(IMPLEMENTATION);
    return openFunctions(this);
  }
}
