import { type CompileProblem, suggest } from "@holdpoint/core";
import type { ParsedText } from "./parse-policy-text";
import type { PlacedNode } from "./placed-node";

/** A problem of the compiler with the file, line and column (from 1) it stands at. */
export function locateProblem(given: CompileProblem, parsed: ParsedText, file: string): CompileProblem {
  const found = findBest(parsed, given.pointer);
  const problem = found.short ? suggestShortField(given) : given;
  const unknownName = problem.message.startsWith("unknown field");
  const offset = found.exact && unknownName ? (found.keyOffset ?? found.offset) : found.offset;
  const { line: innerLine, column: innerColumn, ...rest } = problem;
  const inner =
    innerLine === undefined || !found.node ? undefined : placeInText(found.node, parsed, innerLine, innerColumn ?? 1);
  return { ...rest, file, ...(inner ?? parsed.places(offset)) };
}

interface Found {
  readonly node: PlacedNode | undefined;
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
  let node = parsed.root;
  let found: Found = { node, offset: node?.start ?? 0, keyOffset: undefined, depth: 0, exact: steps.length === 0 };
  for (const [index, step] of steps.entries()) {
    const member = node?.members?.get(step);
    const child: PlacedNode | undefined = member?.node ?? node?.items?.[Number(step)];
    if (child === undefined) return found;
    node = child;
    // A block that belongs to a key starts on the key's line for the reader.
    const isCollection = node.members !== undefined || node.items !== undefined;
    const offset = isCollection ? (member?.keyStart ?? node.start) : node.start;
    found = { node, offset, keyOffset: member?.keyStart, depth: index + 1, exact: index === steps.length - 1 };
  }
  return found;
}

/** A place inside a text (an expression, say) as a place in the file; undefined where quoting hides the correspondence. */
function placeInText({ value, start, style }: PlacedNode, { places, text }: ParsedText, line: number, column: number) {
  if (typeof value !== "string" || style === undefined) return undefined;
  const from = places(start);
  if (style === "literal") {
    const body = text.slice(text.indexOf("\n", start) + 1);
    const indent = body.match(/^(?:[ ]*\r?\n)*([ ]*)/)?.[1]?.length ?? 0;
    return { line: from.line + line, column: indent + column };
  }
  const quote = style === "quoted" ? 1 : 0;
  const verbatim = text.startsWith(value, start + quote);
  return verbatim && line === 1 ? { line: from.line, column: from.column + quote + column - 1 } : undefined;
}
