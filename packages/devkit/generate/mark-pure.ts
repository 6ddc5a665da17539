import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import ts from "typescript";

/** Whether a bundler sees by itself that the value can be dropped when nobody uses it. */
function isPlain(node: ts.Node): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return isPlain(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return isPlain(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isPlain);
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isPlainProperty);
  return (
    ts.isFunctionLike(node) ||
    ts.isLiteralExpression(node) ||
    ts.isIdentifier(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

const isPlainProperty = (property: ts.ObjectLiteralElementLike): boolean =>
  !(property.name && ts.isComputedPropertyName(property.name)) &&
  (ts.isShorthandPropertyAssignment(property) ||
    ts.isMethodDeclaration(property) ||
    (ts.isPropertyAssignment(property) && isPlain(property.initializer)));

const isCallOfPlain = (node: ts.Node): boolean =>
  (ts.isCallExpression(node) || ts.isNewExpression(node)) && (node.arguments ?? []).every(isPlain);

/**
 * A module's text with the values at its top marked as free of effects, as `"sideEffects": false` promises for all of it: a
 * bundler that reads one built file can then drop what its user does not import. Lines stay where they are.
 */
export function markPure(text: string): string {
  const file = ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest);
  const inserts: { at: number; text: string }[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { initializer } of statement.declarationList.declarations) {
      if (!initializer || isPlain(initializer)) continue;
      const from = initializer.getStart(file);
      if (isCallOfPlain(initializer)) inserts.push({ at: from, text: "/* @__PURE__ */ " });
      else inserts.push({ at: from, text: "/* @__PURE__ */ (() => (" }, { at: initializer.getEnd(), text: "))()" });
    }
  }
  let marked = text;
  for (const { at, text: more } of inserts.reverse()) marked = marked.slice(0, at) + more + marked.slice(at);
  return marked;
}

/** Marks the sources of the packages when they are built. */
export const markPureTops: Plugin = {
  name: "mark-pure-tops",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/].*[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: markPure(readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};
