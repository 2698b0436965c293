import { unescapeText } from "./format-hcl.js";
import type { State } from "./state.js";

/** Characters that Go prints as they are: https://pkg.go.dev/unicode#IsPrint */
const PRINTED = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/**
 * The address of an instance as Terraform writes it, such as `aws_organizations_account.this["shop"]`. A key is quoted as
 * `toHCLQuotedString` does: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/addrs/instance_key.go
 */
export function formatAddress(type: string, name: string, key?: string | number): string {
  if (key === undefined) return `${type}.${name}`;
  return `${type}.${name}[${typeof key === "number" ? key : quoteKey(key)}]`;
}

function quoteKey(key: string): string {
  const quoted = [...key].map((character, index, all) => {
    const isMarker = (character === "$" || character === "%") && all[index + 1] === "{";
    return isMarker ? character + character : (SHORT[character] ?? quoteCharacter(character));
  });
  return `"${quoted.join("")}"`;
}

function quoteCharacter(character: string): string {
  if (PRINTED.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** The type and the key of an address of `formatAddress`; a key that is no text is left out. */
export function parseAddress(address: string): { type: string; key?: string } {
  const [, type = "", quoted] = /^(\w+)\.\w+(?:\[(".*")\])?$/s.exec(address) ?? [];
  if (quoted === undefined) return { type };
  // JSON has all of these escapes but the long one.
  const json = quoted.replaceAll(/\\(?:U([0-9a-f]{8})|.)/g, (pair: string, code?: string) =>
    code === undefined ? pair : String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return { type, key: unescapeText(String(JSON.parse(json))) };
}

type StateInstance = State["resources"][number]["instances"][number];

/** An instance that a state manages. */
export interface Instance extends Pick<StateInstance, "attributes" | "status"> {
  address: string;
  type: string;
  name: string;
  key: string | number | undefined;
}

/** All that a state manages in the root module. What is only still to be destroyed (`deposed`) is left out. */
export function listInstances({ resources }: State): Instance[] {
  const own = resources.filter(({ mode, module }) => mode === "managed" && !module);
  return own.flatMap(({ type, name, instances }) =>
    instances
      .filter(({ deposed }) => !deposed)
      .map(({ index_key, attributes, status }) => {
        const key = index_key ?? undefined;
        return { address: formatAddress(type, name, key), type, name, key, attributes, status };
      }),
  );
}

/** The addresses of `listInstances`. */
export function listAddresses(state: State): Set<string> {
  return new Set(listInstances(state).map(({ address }) => address));
}
