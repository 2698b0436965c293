import { readAttribute } from "../effects.js";
import { stringifySorted } from "../fingerprint.js";
import { parseDocument, type Statement } from "../policy-document.js";
import { type Family, goes } from "./loss.js";

/** Statements of a bucket's policy that are not in it afterwards, word for word but for their order. */
export const listStatements: Family = ({ of }) =>
  of("aws_s3_bucket_policy")
    .filter((effect) => goes(effect) || effect.kind === "update")
    .flatMap((effect) => {
      const { before, after } = readAttribute(effect, "policy");
      const will = parseDocument(effect.kind === "delete" ? undefined : after);
      const kept = new Set(will.map(normalize));
      const { address } = effect.change;
      return parseDocument(before)
        .filter((statement) => !kept.has(normalize(statement)))
        .map((statement) => {
          const changed = statement.sid !== "" && will.find(({ sid }) => sid === statement.sid);
          const name = `bucket-statement:${statement.sid || describeStatement(statement)}`;
          return { name, old: statement.text, new: changed ? changed.text : "gone", ...(goes(effect) && { address }) };
        });
    });

function describeStatement({ effect, actions, principals }: Statement): string {
  return `${effect} ${actions[0] ?? "?"} to ${principals[0] ?? "?"}`;
}

/** Every list of a statement is a set, one of a single value may stand without its list, and a number or truth value as text. */
function normalize({ text }: Statement): string {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(sort).sort((a, b) => (stringifySorted(a) < stringifySorted(b) ? -1 : 1));
      return items.length === 1 ? items[0] : items;
    }
    if (typeof value !== "object" || value === null) return String(value);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sort(each)]));
  };
  return stringifySorted(sort(JSON.parse(text)));
}
