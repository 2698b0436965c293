import { ApiError } from "../answer.js";
import { type Input, isObject, readObjects, readString } from "../input.js";
import { capitalize, type Entity, type IdentityStore, type Kind } from "./store.js";

/**
 * Applies the operations of UpdateUser or UpdateGroup: a path such as `displayName`, `name.givenName` or `emails`, and a value; without a
 * value the attribute goes. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
 */
export function updateEntity(store: IdentityStore, kind: Kind, input: Input): void {
  const entity = store.find(kind, input);
  const changed = structuredClone(entity);
  for (const operation of readObjects(input, "Operations")) {
    const names = readString(operation, "AttributePath").split(".").map(capitalize);
    const last = names.pop() ?? "";
    setAttribute(descend(changed, names), last, capitalizeKeys(operation.AttributeValue));
  }
  store.checkUnique(kind, changed, readString(entity, kind.idField));
  store.all(kind).set(readString(entity, kind.idField), changed);
}

function descend(entity: Entity, names: readonly string[]): Entity {
  return names.reduce<Entity>((parent, name) => {
    const child = parent[name] ?? {};
    if (!isObject(child)) throw new ApiError("ValidationException", `${name} holds no attributes`);
    parent[name] = child;
    return child;
  }, entity);
}

function setAttribute(entity: Entity, name: string, value: unknown): void {
  if (value === undefined || value === null) delete entity[name];
  else entity[name] = value;
}

/** Values are documents, whose keys start small; what is returned has structures, whose names start with a capital. */
function capitalizeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalizeKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [capitalize(name), capitalizeKeys(each)]));
}
