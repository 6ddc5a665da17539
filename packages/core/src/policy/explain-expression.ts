import { canonicalJson } from "../decide/canonical-json";
import { type CompilePattern, compileExpression, type ExprResult } from "../expr/compile-expression";
import type { ExprBindings, ExprEnv } from "../expr/environment";
import { type Token, tokenize } from "../expr/lexer";
import { CelDuration, CelMap, CelTimestamp, CelType, CelUint } from "../expr/values";
import type { ExpressionExplanation, ExpressionPart } from "../gen/messages";
import { limits } from "../gen/tables";

/** An expression of a rule, and what it is evaluated with. */
export interface ExplainableExpression {
  /** JSON pointer into the rule. */
  readonly path: string;
  readonly source: string;
  readonly environment: ExprEnv;
  readonly bindings: ExprBindings;
}

interface Reader {
  readonly expression: ExplainableExpression;
  readonly compilePattern: CompilePattern | undefined;
  readonly tokens: readonly Token[];
}

/** Tokens from `from` up to, not including, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The sub-expression that decided what an expression came to, with the values that it reads: of `a && b` the operand that
 * is false, of `a || b` the one that is true, of an error the part that failed (SPECIFICATION D-42). `compilePattern` is
 * what the expression was compiled with. Never throws.
 */
export function explainExpression(
  expression: ExplainableExpression,
  compilePattern: CompilePattern | undefined,
): ExpressionExplanation {
  try {
    const reader: Reader = { expression, compilePattern, tokens: tokenize(expression.source) };
    const whole: Range = { from: 0, to: reader.tokens.length - 1 };
    const result = outcomeOf(evaluate(reader, whole));
    const decided = narrow(reader, whole);
    const parts = listParts(reader, decided);
    const explained = { path: expression.path, result, decided: describe(reader, decided) };
    return parts.length > 0 ? { ...explained, parts } : explained;
  } catch {
    const none = { source: "", start: 0, end: 0, line: 1, column: 1, value: "error" };
    return { path: expression.path, result: "error", decided: none };
  }
}

function evaluate(reader: Reader, range: Range, wrap = ""): ExprResult | undefined {
  const text = textOf(reader, range);
  const source = wrap === "" ? text : `${wrap}(${text})`;
  const compiled = compileExpression(source, reader.expression.environment, { compilePattern: reader.compilePattern });
  return compiled.ok ? compiled.program.evaluate(reader.expression.bindings) : undefined;
}

const outcomeOf = (result: ExprResult | undefined): "true" | "false" | "error" =>
  result?.ok && typeof result.value === "boolean" ? (result.value ? "true" : "false") : "error";

/** Follows the operators that settle an outcome with one of their operands. */
function narrow(reader: Reader, written: Range): Range {
  const range = withoutBrackets(reader, written);
  const conditional = findConditional(reader, range);
  if (conditional) {
    const { condition, yes, no } = conditional;
    const outcome = outcomeOf(evaluate(reader, condition));
    return narrow(reader, outcome === "true" ? yes : outcome === "false" ? no : condition);
  }
  for (const [operator, settling] of [
    ["||", "true"],
    ["&&", "false"],
  ] as const) {
    const operands = split(reader, range, operator);
    if (operands.length === 1) continue;
    const outcomes = operands.map((operand) => outcomeOf(evaluate(reader, operand)));
    const settled = outcomes.indexOf(settling);
    const at = settled >= 0 ? settled : outcomes.indexOf("error");
    return at >= 0 ? narrow(reader, operands[at] as Range) : range;
  }
  const isNegated = reader.tokens[range.from]?.text === "!" && findRelation(reader, range) < 0;
  return isNegated ? narrow(reader, { from: range.from + 1, to: range.to }) : range;
}

const opens = new Set(["(", "[", "{"]);
const closes = new Set([")", "]", "}"]);
const isOp = (token: Token | undefined, text: string): boolean => token?.kind === "op" && token.text === text;

/** Positions of tokens outside all brackets. */
function* topLevel({ tokens }: Reader, { from, to }: Range): Generator<number> {
  let depth = 0;
  for (let at = from; at < to; at++) {
    const token = tokens[at] as Token;
    const isBracket = token.kind === "op";
    if (isBracket && closes.has(token.text)) depth--;
    if (depth === 0) yield at;
    if (isBracket && opens.has(token.text)) depth++;
  }
}

function withoutBrackets(reader: Reader, range: Range): Range {
  const { from, to } = range;
  if (!isOp(reader.tokens[from], "(")) return range;
  const [, second] = [...topLevel(reader, range)];
  // Of a range in brackets only the brackets themselves are outside all brackets.
  return second === to - 1 && isOp(reader.tokens[second], ")")
    ? withoutBrackets(reader, { from: from + 1, to: to - 1 })
    : range;
}

function split(reader: Reader, range: Range, operator: string): Range[] {
  const ranges: Range[] = [];
  let from = range.from;
  for (const at of topLevel(reader, range)) {
    if (!isOp(reader.tokens[at], operator)) continue;
    ranges.push({ from, to: at });
    from = at + 1;
  }
  return [...ranges, { from, to: range.to }];
}

function findConditional(reader: Reader, range: Range): { condition: Range; yes: Range; no: Range } | undefined {
  let question = -1;
  for (const at of topLevel(reader, range)) {
    if (question < 0 && isOp(reader.tokens[at], "?")) question = at;
    else if (question >= 0 && isOp(reader.tokens[at], ":")) {
      const { from, to } = range;
      return {
        condition: { from, to: question },
        yes: { from: question + 1, to: at },
        no: { from: at + 1, to },
      };
    }
  }
  return undefined;
}

const relations = new Set(["<", "<=", ">", ">=", "==", "!=", "in"]);

function findRelation(reader: Reader, range: Range): number {
  for (const at of topLevel(reader, range)) {
    const token = reader.tokens[at] as Token;
    if (token.kind === "op" && relations.has(token.text)) return at;
  }
  return -1;
}

/** The names that a piece reads, with their fields, and the operands of its comparison. */
function listParts(reader: Reader, range: Range): ExpressionPart[] {
  const relation = findRelation(reader, range);
  const operands =
    relation < 0
      ? []
      : [
          { from: range.from, to: relation },
          { from: relation + 1, to: range.to },
        ].map((operand) => withoutBrackets(reader, operand));
  const parts = new Map<string, ExpressionPart>();
  for (const piece of [...listNames(reader, range), ...operands]) {
    const isLiteral = piece.to - piece.from === 1 && reader.tokens[piece.from]?.kind === "literal";
    const source = textOf(reader, piece);
    // A loop's own variable has no value outside it.
    if (isLiteral || parts.has(source) || source === textOf(reader, range)) continue;
    const result = evaluate(reader, piece);
    if (result) parts.set(source, describe(reader, piece, result));
  }
  return [...parts.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

const constants = new Set(["true", "false", "null"]);

function listNames({ tokens }: Reader, { from, to }: Range): Range[] {
  const names: Range[] = [];
  for (let at = from; at < to; at++) {
    const token = tokens[at] as Token;
    const isName = token.kind === "ident" && !isOp(tokens[at - 1], ".") && !constants.has(token.text);
    if (!isName || isOp(tokens[at + 1], "(")) continue;
    let end = at + 1;
    while (end + 1 < to) {
      const isField = isOp(tokens[end], ".") && !isOp(tokens[end + 2], "(");
      const isIndex = isOp(tokens[end], "[") && tokens[end + 1]?.kind === "literal" && isOp(tokens[end + 2], "]");
      if (!isField && !isIndex) break;
      end += isField ? 2 : 3;
    }
    names.push({ from: at, to: Math.min(end, to) });
    at = end - 1;
  }
  return names;
}

function describe(reader: Reader, range: Range, known?: ExprResult): ExpressionPart {
  const { source } = reader.expression;
  const startAt = (reader.tokens[range.from] as Token).pos;
  const text = textOf(reader, range);
  const before = source.slice(0, startAt);
  const start = [...before].length;
  return {
    source: text,
    start,
    end: start + [...text].length,
    line: before.split("\n").length,
    column: [...before.slice(before.lastIndexOf("\n") + 1)].length + 1,
    value: formatValue(reader, range, known ?? evaluate(reader, range)),
  };
}

function textOf({ tokens, expression }: Reader, { from, to }: Range): string {
  const last = tokens[to - 1];
  if (!last || to <= from) return "";
  const quotes = last.kind === "quoted" ? 2 : 0;
  return expression.source.slice((tokens[from] as Token).pos, last.pos + last.text.length + quotes);
}

/** Names whose texts are the user's own. */
const texts = new Set(["input", "output", "result"]);

function formatValue(reader: Reader, range: Range, result: ExprResult | undefined): string {
  if (!result) return "error";
  if (!result.ok) return `error: ${result.reason}`;
  const { value } = result;
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "bigint":
      return String(value);
    case "number":
      return formatDouble(value);
    case "string": {
      const length = [...value].length;
      const isPrivate = reader.tokens.slice(range.from, range.to).some(({ text }) => texts.has(text));
      return isPrivate || length > limits.maxExplainedChars ? `string of ${length} code points` : canonicalJson(value);
    }
  }
  if (value === null) return "null";
  if (value instanceof CelUint) return `${value.celUint}u`;
  if (value instanceof CelType) return value.celType;
  if (value instanceof CelTimestamp || value instanceof CelDuration) {
    const written = evaluate(reader, range, "string");
    const name = value instanceof CelTimestamp ? "timestamp" : "duration";
    return written?.ok ? `${name}(${canonicalJson(written.value)})` : name;
  }
  if (value instanceof Uint8Array) return `bytes of length ${value.length}`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  return `map of ${value instanceof CelMap ? value.celEntries.size : Object.keys(value as object).length}`;
}

function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const written = canonicalJson(value);
  return /^-?\d+$/.test(written) ? `${written}.0` : written;
}
