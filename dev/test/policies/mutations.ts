import { type Policy, parsePolicy } from "../../../ci/policies/document.js";
import { type PlannedPolicies, parsePlanned } from "../../../ci/policies/planned.js";

/** A change of the planned policies that a row must notice. */
export interface Mutation {
  name: string;
  planned: PlannedPolicies;
  policies: ReadonlyMap<string, Policy>;
}

type Raw = Record<string, unknown>;
type Block = Record<string, Record<string, string | string[]>>;

/** Everything that can be taken from, or added to, one document, one part at a time. */
export function listMutations(planned: PlannedPolicies): Mutation[] {
  const policies = parsePlanned(planned);
  const inDocuments = [...planned.documents.values()].flatMap(({ address, kind, text }) => {
    const { Statement: statements } = JSON.parse(text) as { Statement: Raw[] };
    const replace = (index: number, changed: readonly Raw[]) => [
      ...statements.slice(0, index),
      ...changed,
      ...statements.slice(index + 1),
    ];
    return statements.flatMap((statement, index) => {
      const where = `${address} ${statement.Sid ?? index}`;
      const changes: (readonly [string, readonly Raw[]])[] = [
        ["without the statement", []],
        ...mutateStatement(statement).map(([name, changed]) => [name, [changed]] as const),
      ];
      return changes.map(([name, changed]): Mutation => {
        const Statement = replace(index, changed);
        // AWS knows no policy without statements: then nothing of it is left.
        const policy: Policy =
          Statement.length === 0
            ? { kind, subject: address, statements: [] }
            : parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), address, kind);
        return { name: `${where}: ${name}`, planned, policies: new Map([...policies, [address, policy]]) };
      });
    });
  });
  return [...inDocuments, ...mutatePlan(planned).map(([name, changed]) => ({ name, planned: changed, policies }))];
}

function mutateStatement(statement: Raw): [string, Raw][] {
  const changes: [string, Raw][] = [];
  for (const element of ["Action", "Resource"]) {
    const values = [statement[element] ?? []].flat() as string[];
    for (const value of values.length > 1 ? values : []) {
      changes.push([
        `without ${element} ${value}`,
        { ...statement, [element]: values.filter((each) => each !== value) },
      ]);
    }
    if (values.length > 0 && !values.includes("*"))
      changes.push([`with every ${element}`, { ...statement, [element]: "*" }]);
  }
  if (statement.Principal !== undefined && statement.Principal !== "*") {
    changes.push(["for every principal", { ...statement, Principal: "*" }]);
    changes.push(["for another principal", { ...statement, Principal: { AWS: "arn:aws:iam::555555555555:root" } }]);
  }
  if (statement.Principal === "*") {
    changes.push(["for one principal", { ...statement, Principal: { AWS: "arn:aws:iam::555555555555:root" } }]);
  }
  const block = (statement.Condition ?? {}) as Block;
  for (const [name, changed] of mutateConditions(block)) {
    const { Condition: _, ...rest } = statement;
    changes.push([name, Object.keys(changed).length === 0 ? rest : { ...rest, Condition: changed }]);
  }
  return changes;
}

function mutateConditions(block: Block): [string, Block][] {
  return Object.entries(block).flatMap(([operator, keys]) => {
    const { [operator]: _, ...others } = block;
    return Object.entries(keys).flatMap(([key, value]): [string, Block][] => {
      const { [key]: __, ...rest } = keys;
      const values = [value].flat();
      const put = (name: string, changed: string[], as = operator): [string, Block] => {
        const kept = Object.keys(rest).length === 0 || as === operator ? {} : { [operator]: rest };
        return [name, { ...others, ...kept, [as]: { ...(as === operator ? rest : {}), [key]: changed } }];
      };
      const changes: [string, Block][] = [
        [`without ${operator} ${key}`, Object.keys(rest).length === 0 ? others : { ...others, [operator]: rest }],
        ...(values.length > 1 ? values : []).map((each) =>
          put(
            `${operator} ${key} without ${each}`,
            values.filter((other) => other !== each),
          ),
        ),
      ];
      if (operator === "StringEquals") {
        changes.push(put(`${key} need not exist`, values, "StringEqualsIfExists"));
        changes.push(put(`${key} in any case`, values, "StringEqualsIgnoreCase"));
        changes.push(put(`${key} as all values`, values, "ForAllValues:StringEquals"));
        for (const each of values) {
          const more = [
            each.replace("acme", "*"),
            each.replace(/[^:]*$/, "*"),
            each.replace("acme", "mallory"),
            `${each}*`,
          ];
          for (const text of more.filter((other) => other !== each)) {
            changes.push(put(`${key} also like ${text}`, [...values, text], "StringLike"));
          }
        }
      }
      if (operator.startsWith("Arn")) {
        changes.push(put(`${key} like every role`, ["arn:aws:iam::*:role/*"]));
        const anyPath = values.map((each) => each.replace("role/", "role/*"));
        if (anyPath.join() !== values.join()) changes.push(put(`${key} like one with any path`, anyPath));
        changes.push(put(`${key} the other way round`, values, operator === "ArnLike" ? "ArnNotLike" : "ArnLike"));
      }
      if (operator === "BoolIfExists") changes.push(put(`${key} must exist`, values, "Bool"));
      if (operator.startsWith("Bool"))
        changes.push(put(`${key} the other way round`, [values[0] === "true" ? "false" : "true"]));
      return changes;
    });
  });
}

/** What is around the documents: attachments, roles, the bucket's settings. */
function mutatePlan(planned: PlannedPolicies): [string, PlannedPolicies][] {
  const changes: [string, PlannedPolicies][] = [];
  for (const [account, addresses] of planned.controls) {
    for (const address of addresses) {
      const controls = new Map([...planned.controls, [account, addresses.filter((each) => each !== address)]]);
      changes.push([`${account} without ${address}`, { ...planned, controls }]);
    }
  }
  for (const role of planned.roles) {
    const put = (change: Partial<typeof role>): PlannedPolicies => ({
      ...planned,
      roles: planned.roles.map((each) => (each === role ? { ...role, ...change } : each)),
    });
    if (!role.managed.includes("AdministratorAccess")) {
      changes.push([`${role.arn} as administrator`, put({ managed: ["AdministratorAccess"] })]);
    }
    for (const name of role.managed) changes.push([`${role.arn} without ${name}`, put({ managed: [] })]);
    for (const address of role.inline) changes.push([`${role.arn} without ${address}`, put({ inline: [] })]);
  }
  for (const [name, value] of Object.entries(planned.bucketSettings)) {
    const bucketSettings = { ...planned.bucketSettings, [name]: value === true ? false : "Suspended" };
    changes.push([`bucket setting ${name}`, { ...planned, bucketSettings }]);
  }
  changes.push(["the state bucket without a policy", { ...planned, buckets: new Map() }]);
  return changes;
}
