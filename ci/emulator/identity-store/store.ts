import { randomUUID } from "node:crypto";
import { ApiError } from "../answer.js";
import { type Input, isObject, readObject, readObjects, readString } from "../input.js";

/** A user or group: its attributes, spelled as the API returns them. */
export type Entity = Input;

/** A user in a group. */
export interface Membership {
  IdentityStoreId: string;
  MembershipId: string;
  GroupId: string;
  MemberId: { UserId: string };
}

/** A kind of entity, and which attributes no two of a store may share, as paths of UniqueAttribute. */
export interface Kind {
  name: "USER" | "GROUP";
  idField: "UserId" | "GroupId";
  unique: readonly string[];
}

export const USER: Kind = { name: "USER", idField: "UserId", unique: ["userName", "emails.value"] };
export const GROUP: Kind = { name: "GROUP", idField: "GroupId", unique: ["displayName"] };

/** The users, groups and memberships of an identity store. */
export class IdentityStore {
  readonly users = new Map<string, Entity>();
  readonly groups = new Map<string, Entity>();
  readonly memberships = new Map<string, Membership>();

  constructor(readonly id: string) {}

  all(kind: Kind): Map<string, Entity> {
    return kind === USER ? this.users : this.groups;
  }

  create(kind: Kind, attributes: Entity): Entity {
    const id = randomUUID();
    const entity = { ...attributes, [kind.idField]: id, IdentityStoreId: this.id };
    this.checkUnique(kind, entity, id);
    this.all(kind).set(id, entity);
    return entity;
  }

  find(kind: Kind, input: Input): Entity {
    const id = readString(input, kind.idField);
    const entity = this.all(kind).get(id);
    if (entity === undefined) throw missing(kind.name, id);
    return entity;
  }

  /** The entity with a value of a unique attribute. */
  findByAttribute(kind: Kind, input: Input): Entity {
    const attribute = readObject(readObject(input, "AlternateIdentifier"), "UniqueAttribute");
    const path = kind.unique.find(
      (each) => each.toLowerCase() === readString(attribute, "AttributePath").toLowerCase(),
    );
    if (path === undefined) {
      throw new ApiError("ValidationException", `The attribute ${attribute.AttributePath} is not a unique attribute`);
    }
    const value = readString(attribute, "AttributeValue");
    const found = [...this.all(kind).values()].find((entity) => listValues(entity, path).includes(value));
    if (found === undefined) throw missing(kind.name, value);
    return found;
  }

  /** Refuses attributes that another entity has. */
  checkUnique(kind: Kind, entity: Entity, id: string): void {
    for (const path of kind.unique) {
      const values = new Set(listValues(entity, path).map((value) => value.toLowerCase()));
      for (const [otherId, other] of this.all(kind)) {
        if (otherId === id || !listValues(other, path).some((value) => values.has(value.toLowerCase()))) continue;
        const members = { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" };
        throw new ApiError("ConflictException", `Duplicate ${kind.name} ${path}`, undefined, members);
      }
    }
  }
}

/** All identity stores, by id. */
export class IdentityStores {
  readonly #stores = new Map<string, IdentityStore>();

  open(input: Input): IdentityStore {
    const id = readString(input, "IdentityStoreId");
    const store = this.#stores.get(id) ?? new IdentityStore(id);
    this.#stores.set(id, store);
    return store;
  }
}

/** What AWS answers to an id that is not there. */
export function missing(kind: string, id: string): ApiError {
  return new ApiError("ResourceNotFoundException", `${kind} not found.`, undefined, {
    ResourceType: kind,
    ResourceId: id,
  });
}

/** Those whose attributes match all filters: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Filter.html */
export function filterEntities(entities: Iterable<Entity>, input: Input): Entity[] {
  const filters = readObjects(input, "Filters");
  return [...entities].filter((entity) =>
    filters.every((filter) =>
      listValues(entity, readString(filter, "AttributePath")).includes(String(filter.AttributeValue)),
    ),
  );
}

/** `displayName` is DisplayName in what the API returns. */
export function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The values at a path such as `userName` or `emails.value`. */
function listValues(entity: Entity, path: string): string[] {
  const [first = "", second] = path.split(".");
  const value = entity[capitalize(first)];
  if (second === undefined) return typeof value === "string" ? [value] : [];
  const parts = Array.isArray(value) ? value : [value];
  return parts
    .map((part) => (isObject(part) ? part[capitalize(second)] : undefined))
    .filter((each) => typeof each === "string");
}
