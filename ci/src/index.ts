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
  /** AWS credentials. */
  aws?: Secret;

  /**
   * @param source The repository; by default the one that holds this module.
   * @param pins Replaces images/pins.json: the same names with images and archives of a mirror.
   * @param aws AWS credentials, the JSON of `aws configure export-credentials`. Without them images go to the embedded registry.
   */
  constructor(
    @argument({
      defaultPath: ".",
      ignore: ["*", "!images", "!terraform", "!genesis.json", "!MODULE.bazel", "**/.terraform", "**/*.tfstate*"],
    })
    source: Directory,
    pins?: File,
    aws?: Secret,
  ) {
    this.source = source;
    if (pins !== undefined) this.pins = pins;
    if (aws !== undefined) this.aws = aws;
  }

  /**
   * List the catalogue of images.
   *
   * @param format table, or json for programs
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
   * built nor pushed. One image that fails does not stop the others, and the call then fails with the report.
   *
   * @param names images to publish; all by default
   * @param platforms narrows the build, such as linux/amd64; the inputs, and so the tag, are then others
   * @param revision full Git commit id, for a label and the tag git-<12>
   * @param awaitRepositories report a missing repository as awaiting instead of failing
   * @param force build and push also what is published, under a new tag; no tag is moved
   * @param format table, or json for programs
   */
  @func({ cache: "never" })
  async publish(
    names: string[] = [],
    platforms: string[] = [],
    revision?: string,
    awaitRepositories: boolean = false,
    force: boolean = false,
    format: string = "table",
  ): Promise<string> {
    const args = { names, platforms, revision, awaitRepositories, force, format };
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

  /** The predefined Terraform environment with the code in /work: `dagger call terraform terminal`. */
  @func()
  async terraform(): Promise<Container> {
    return (await this.open()).terraform();
  }

  /**
   * Check the Terraform code in the predefined environment, without AWS: format, validate, tflint, terraform test and the
   * policy documents.
   */
  @func()
  @check()
  async tfLint(): Promise<string> {
    return (await this.open()).tfLint();
  }

  /** Check that every image builds for all its platforms and passes its smoke command. */
  @func()
  @check()
  async checkImages(): Promise<void> {
    return (await this.open()).checkImages();
  }

  /** Check that images/lock.json, MODULE.bazel and the registry agree; a lock behind its sources is reported, not failed. */
  @func({ cache: "never" })
  @check()
  async checkLock(): Promise<string> {
    return (await this.open()).checkLock();
  }

  private async open(): Promise<Functions> {
    const { openFunctions }: Implementation = await import(IMPLEMENTATION);
    return openFunctions(this);
  }
}
