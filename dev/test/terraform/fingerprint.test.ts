import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  computeFingerprint,
  formatFingerprint,
  type PlanBasis,
  parseFingerprint,
  stringifySorted,
} from "../../../ci/terraform/fingerprint.js";
import type { ResourceChange } from "../../../ci/terraform/plan.js";
import { expectError } from "../fixtures/errors.js";
import { arbitraryChanges, makeChange, makeOutput, makePlanOf } from "./plans.js";

const BASIS: PlanBasis = { code: "c".repeat(64), lock: "l".repeat(64), lineage: "lineage" };
const print = (changes: readonly ResourceChange[], basis = BASIS, more = {}) =>
  computeFingerprint(makePlanOf(changes, more), basis).whole;

/** The same value with the keys of every object the other way round. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reverseKeys(each)]),
  );
}

function listPaths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, each]) => listPaths(each, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = replaceAt(copy[key], rest, by);
  return copy;
}

describe("a fingerprint", () => {
  it("is the same whatever the order of resources and keys", () => {
    fc.assert(
      fc.property(arbitraryChanges, (changes) => {
        const other = reverseKeys([...changes].reverse()) as ResourceChange[];
        expect(print(other)).toBe(print(changes));
      }),
    );
  });

  it("is another after any one value of a change is another", () => {
    fc.assert(
      fc.property(arbitraryChanges, fc.nat(), fc.nat(), (changes, which, where) => {
        const index = which % changes.length;
        const change = changes[index] as ResourceChange;
        fc.pre(change.change.actions[0] !== "no-op");
        const fields = { before: change.change.before, after: change.change.after };
        const paths = listPaths(fields).filter((path) => path.length > 0);
        const path = paths[where % paths.length] ?? [];
        const changed = { ...change.change, ...(replaceAt(fields, path, "something else entirely") as object) };
        fc.pre(stringifySorted(changed) !== stringifySorted(change.change));
        const others = changes.with(index, { ...change, change: changed });
        expect(print(others)).not.toBe(print(changes));
      }),
      { numRuns: 500 },
    );
  });

  it("is another where a resource is one more, one less, another kind of change, unknown, imported, moved or deposed", () => {
    const make = (kind: "update" | "replace" | "none", more = {}) =>
      makeChange(kind, "aws_iam_role", "a", { before: { a: 1 }, after: { a: 2 }, ...more });
    const one = make("update");
    const prints = [
      [one],
      [],
      [one, makeChange("create", "aws_iam_role", "b")],
      [make("replace")],
      [make("update", { unknown: { b: true } })],
      [make("update", { importing: { id: "x" } })],
      [make("update", { sensitive: { a: true } })],
      [{ ...one, previous_address: "aws_iam_role.old" }],
      [{ ...one, deposed: "12345678" }],
      [make("none", { after: { a: 1 } })],
    ].map((changes) => print(changes));
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("is another for other code, lock file, lineage, commit, container, output and version of Terraform", () => {
    const revision = "a".repeat(40);
    const bases = [{ code: "x" }, { lock: "x" }, { lineage: "x" }, { revision }, { environment: "x" }];
    const prints = [
      print([]),
      ...bases.map((each) => print([], { ...BASIS, ...each })),
      print([], BASIS, { output_changes: { x: makeOutput(1) } }),
      print([], BASIS, { terraform_version: "1.12.0" }),
      print([], BASIS, { complete: false }),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("does not depend on what does not change, nor on variables such as the role that plans", () => {
    const none = (status: string) =>
      makeChange("none", "aws_s3_bucket", "a", { before: { status }, after: { status } });
    expect(print([none("ACTIVE")])).toBe(print([none("BUSY")]));
    const variables = (value: string) => ({ variables: { runs_as: { value } } });
    expect(print([], BASIS, variables("plan"))).toBe(print([], BASIS, variables("apply")));
  });

  it("is read as it was written, and refused with any one character changed, left out or added", async () => {
    const fingerprint = computeFingerprint(makePlanOf([]), BASIS);
    const text = formatFingerprint(fingerprint);
    expect(parseFingerprint(`${text}\n`)).toEqual(fingerprint);
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === "0" ? "1" : "0";
      for (const damaged of [
        text.slice(0, at) + other + text.slice(at + 1),
        text.slice(0, at) + text.slice(at + 1),
        `${text.slice(0, at)}0${text.slice(at)}`,
      ]) {
        if (damaged === text) continue;
        await expectError("fingerprint-invalid", () => parseFingerprint(damaged));
      }
    }
  });
});
