import ts from "typescript";
import { type Source, walk } from "./source.js";

/** What the errors of one code tell the user, gathered from every place that makes one. */
export interface ErrorTexts {
  /** What did not happen, or is kept. */
  effects: Set<string>;
  /** What to run next. */
  nexts: Set<string>;
}

/**
 * Gathers the effects and next steps of each code: from the object literals that have a `code` of `codes` beside one of them. What
 * a text takes from its place stands as `…`; a text that is computed as a whole is left out.
 */
export function findErrors(sources: readonly Source[], codes: readonly string[]): Map<string, ErrorTexts> {
  const found = new Map(codes.map((code) => [code, { effects: new Set<string>(), nexts: new Set<string>() }]));
  for (const { file } of sources) {
    walk(file, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const code = node.properties.find((property) => nameOf(property) === "code");
      for (const each of code === undefined ? [] : readTexts(readValue(code))) {
        const texts = found.get(each);
        for (const property of texts === undefined ? [] : node.properties) {
          const set = { effect: texts?.effects, next: texts?.nexts }[nameOf(property) ?? ""];
          if (set !== undefined) for (const text of readTexts(readValue(property))) set.add(text);
        }
      }
    });
  }
  return found;
}

function nameOf(property: ts.ObjectLiteralElementLike): string | undefined {
  return property.name !== undefined && ts.isIdentifier(property.name) ? property.name.text : undefined;
}

function readValue(property: ts.ObjectLiteralElementLike): ts.Node | undefined {
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** The texts that an expression, or a type of literals, may come to. */
function readTexts(node: ts.Node | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("")];
  }
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(readTexts);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return [node.left, node.right].flatMap(readTexts);
  }
  if (ts.isIdentifier(node)) return readTexts(findDeclared(node));
  if (ts.isUnionTypeNode(node)) return node.types.flatMap(readTexts);
  return ts.isLiteralTypeNode(node) ? readTexts(node.literal) : [];
}

/** What a name of the same file stands for: the value of a constant, or the type of a parameter. */
function findDeclared(name: ts.Identifier): ts.Node | undefined {
  for (let scope: ts.Node = name.parent; scope !== undefined; scope = scope.parent) {
    let found: ts.Node | undefined;
    const names = (node: ts.Node) => ts.isIdentifier(node) && node.text === name.text;
    if (ts.isFunctionLike(scope)) found = scope.parameters.find((parameter) => names(parameter.name))?.type;
    if (ts.isBlock(scope) || ts.isSourceFile(scope)) {
      for (const statement of scope.statements.filter(ts.isVariableStatement)) {
        found ??= statement.declarationList.declarations.find((each) => names(each.name))?.initializer;
      }
    }
    if (found !== undefined) return found;
  }
  return undefined;
}
