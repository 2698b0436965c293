import ts from "typescript";
import { type Source, walk } from "./source.js";

/** A test that asserts a code. */
export interface Proof {
  /** The test's file, from the root of the repository. */
  path: string;
  title: string;
}

/**
 * The tests that name each code in their own text: a literal that is the code, or has it in brackets as a message does. A code that stands
 * only in a helper, outside of any test, proves nothing here.
 */
export function findProofs(tests: readonly Source[], codes: readonly string[]): Map<string, Proof[]> {
  const found = new Map<string, Proof[]>(codes.map((code) => [code, []]));
  for (const { path, file } of tests) {
    walk(file, (node) => {
      const text = readText(node);
      if (text === undefined) return;
      const title = findTitle(node);
      if (title === undefined) return;
      for (const [code, proofs] of found) {
        if (text !== code && !text.includes(`[${code}]`) && !text.includes(`\\[${code}\\]`)) continue;
        if (proofs.every((proof) => proof.path !== path || proof.title !== title)) proofs.push({ path, title });
      }
    });
  }
  return found;
}

function readText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) return node.text;
  return ts.isRegularExpressionLiteral(node) ? node.text : undefined;
}

/** The titles of all tests of a file: a test, and a table of tests, has one. */
export function listTitles({ file }: Source): Set<string> {
  const titles = new Set<string>();
  walk(file, (node) => {
    if (!ts.isCallExpression(node) || rootOf(node) !== "it") return;
    const title = node.arguments[0];
    // Not of `it.each("…")(…)`: what stands in a table is no title.
    if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
  });
  return titles;
}

/** The title of the `it` around a node: of its body, or of the table of its `each`. A title itself is around nothing. */
function findTitle(node: ts.Node): string | undefined {
  for (let child = node, parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
    if (!ts.isCallExpression(parent) || rootOf(parent) !== "it") continue;
    const title = parent.arguments[0];
    if (title === undefined || title === child || !ts.isStringLiteralLike(title)) continue;
    return title.text;
  }
  return undefined;
}

/** `it` of `it(…)`, `it.each(…)(…)` and `it.skip(…)`. */
function rootOf(call: ts.CallExpression): string | undefined {
  let callee: ts.Expression = call.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return ts.isIdentifier(callee) ? callee.text : undefined;
}
