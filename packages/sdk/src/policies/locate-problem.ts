import { type CompileProblem, suggest } from "@holdpoint/core";
import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import type { ParsedText } from "./parse-policy-text";

/** A problem of the compiler with the file, line and column (from 1) it stands at. */
export function locateProblem(given: CompileProblem, parsed: ParsedText, file: string): CompileProblem {
  const found = findBest(parsed, given.pointer);
  const problem = found.short ? suggestShortField(given) : given;
  const unknownName = problem.message.startsWith("unknown field");
  const offset = found.exact && unknownName ? (found.keyOffset ?? found.offset) : found.offset;
  const { line, col } = parsed.lines.linePos(offset);
  const { line: innerLine, column: innerColumn, ...rest } = problem;
  if (innerLine === undefined || !isScalar(found.node)) return { ...rest, file, line, column: col };
  const inner = placeInScalar(found.node, parsed, innerLine, innerColumn ?? 1);
  return inner ? { ...rest, file, ...inner } : { ...rest, file, line, column: col };
}

interface Found {
  readonly node: Node | undefined;
  readonly offset: number;
  readonly keyOffset: number | undefined;
  readonly depth: number;
  readonly exact: boolean;
  /** Found only by leaving `ruleDefinition` out. */
  readonly short?: boolean;
}

/** The short form has one field of the policy beside those of the rule, which the compiler does not know of. */
function suggestShortField(problem: CompileProblem): CompileProblem {
  const name = problem.pointer.slice(problem.pointer.lastIndexOf("/") + 1);
  const unknown = problem.message.startsWith("unknown field") && problem.suggestion === undefined;
  const near = unknown ? suggest(name, ["enforcement"]) : undefined;
  if (near === undefined) return problem;
  return { ...problem, message: `unknown field \`${name.slice(0, 64)}\`, did you mean \`${near}\`?`, suggestion: near };
}

/** Where a pointer leads, or how far it got. The short form of a policy has no `ruleDefinition` in the file. */
function findBest(parsed: ParsedText, pointer: string): Found {
  const written = find(parsed, pointer);
  if (written.exact) return written;
  const short = find(parsed, pointer.replace("/ruleDefinition", "").replace(/\/enforcementMode$/, "/enforcement"));
  return short.exact || short.depth > written.depth ? { ...short, short: true } : written;
}

function find(parsed: ParsedText, pointer: string): Found {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
  let node: Node | undefined = parsed.document.contents ?? undefined;
  let found: Found = { node, offset: startOf(node), keyOffset: undefined, depth: 0, exact: steps.length === 0 };
  for (const [index, step] of steps.entries()) {
    const pair: Pair | undefined = isMap(node) ? node.items.find(({ key }) => nameOf(key) === step) : undefined;
    const child: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (pair === undefined && child === undefined) return found;
    node = isNode(child) ? child : undefined;
    const keyOffset = pair && isNode(pair.key) ? startOf(pair.key) : undefined;
    // A block that belongs to a key starts on the key's line for the reader.
    const offset = node === undefined || !isScalar(node) ? (keyOffset ?? startOf(node)) : startOf(node);
    found = { node, offset, keyOffset, depth: index + 1, exact: index === steps.length - 1 };
  }
  return found;
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

const startOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;

/** A place inside a text (an expression, say) as a place in the file; undefined where quoting hides the correspondence. */
function placeInScalar(node: Scalar, { lines, text }: ParsedText, line: number, column: number) {
  const start = startOf(node);
  const from = lines.linePos(start);
  if (node.type === "BLOCK_LITERAL") {
    const body = text.slice(text.indexOf("\n", start) + 1);
    const indent = body.match(/^(?:[ ]*\n)*([ ]*)/)?.[1]?.length ?? 0;
    return { line: from.line + line, column: indent + column };
  }
  const quote = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE" ? 1 : 0;
  const verbatim = typeof node.value === "string" && text.startsWith(node.value, start + quote);
  return verbatim && line === 1 ? { line: from.line, column: from.col + quote + column - 1 } : undefined;
}
