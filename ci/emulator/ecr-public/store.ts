import { ApiError } from "../answer.js";
import type { ApiCall } from "../call.js";
import { type Input, readOptionalString, readString } from "../input.js";
import type { MotoClient } from "../moto-client.js";

/** A public repository. */
export interface Repository {
  /** What the API returns of it. */
  description: {
    repositoryArn: string;
    registryId: string;
    repositoryName: string;
    repositoryUri: string;
    createdAt: number;
  };
  catalog: Input;
  policy?: string;
  tags: Map<string, string>;
}

/** A public registry: an account has one. */
export interface Registry {
  account: string;
  /** The alias that AWS gives a registry, the first part of its images' names. */
  alias: string;
  displayName?: string;
  repositories: Map<string, Repository>;
}

/** The registries of all accounts. */
export class RegistryStore {
  readonly #registries = new Map<string, Registry>();

  /** The caller's registry. */
  async open(call: ApiCall, moto: MotoClient): Promise<Registry> {
    const account = await moto.getAccount(call);
    const known = this.#registries.get(account);
    if (known !== undefined) return known;
    const registry: Registry = { account, alias: `e${account.slice(-7)}`, repositories: new Map() };
    this.#registries.set(account, registry);
    return registry;
  }

  /** A repository of the caller, by name. */
  async find(call: ApiCall, moto: MotoClient): Promise<Repository> {
    const registry = await this.open(call, moto);
    checkRegistryId(call.input, registry);
    return findByName(registry, readString(call.input, "repositoryName"));
  }

  /** A repository of the caller, by ARN. */
  async findByArn(call: ApiCall, moto: MotoClient): Promise<Repository> {
    const arn = readString(call.input, "resourceArn");
    const registry = await this.open(call, moto);
    const found = [...registry.repositories.values()].find(({ description }) => description.repositoryArn === arn);
    if (found === undefined) throw missing(arn, registry);
    return found;
  }
}

export function findByName(registry: Registry, name: string): Repository {
  const repository = registry.repositories.get(name);
  if (repository === undefined) throw missing(name, registry);
  return repository;
}

/** Another account's registry is not the caller's to change. */
export function checkRegistryId(input: Input, registry: Registry): void {
  const id = readOptionalString(input, "registryId");
  if (id !== undefined && id !== registry.account) {
    throw new ApiError("RegistryNotFoundException", `The registry with id '${id}' is not that of the caller`);
  }
}

function missing(name: string, { account }: Registry): ApiError {
  return new ApiError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  );
}
