import { type CompileProblem, limits, readPolicyDocument } from "@holdpoint/core";
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { PlacedPolicy } from "../admin/check-policy-set";
import { invalid } from "../errors";
import { findTextFaults } from "./find-text-faults";
import { readFields } from "./read-fields";
import { readWrittenPolicies } from "./read-policies";

interface Located {
  readonly written: readonly PlacedPolicy[];
  readonly problems?: readonly CompileProblem[];
  /** A problem with its line and column, where the policies came as text. */
  locate(problem: CompileProblem): CompileProblem;
}

/**
 * What is to be validated: policies as JSON, as for a write, or `{text}` with a policy file in YAML or JSON, whose
 * problems then carry the line and the column, from 1.
 */
export function readPolicyText(body: unknown): Located {
  if (typeof body !== "object" || body === null || !("text" in body)) {
    return { ...readWrittenPolicies(body), locate: (problem) => problem };
  }
  const { text } = readFields(body, { text: { kind: "any", required: true } });
  if (typeof text !== "string") throw invalid("/text", "expected a string");
  if (text.length > limits.maxPolicyFileBytes)
    throw invalid("/text", `is longer than ${limits.maxPolicyFileBytes} characters`);
  return parseText(text);
}

function parseText(text: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.2",
    merge: false,
    uniqueKeys: false,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (problems: readonly CompileProblem[]): Located => ({ written: [], problems, locate: (p) => p });
  if (document.errors.length > 0) {
    return refuse(document.errors.map(({ pos, code }) => ({ pointer: "", message: describe(code), ...at(pos[0]) })));
  }
  const faults = findTextFaults(document);
  if (faults.length > 0) return refuse(faults.map(({ offset, message }) => ({ pointer: "", message, ...at(offset) })));
  const locate = (problem: CompileProblem): CompileProblem => {
    const offset = findOffset(document, problem.pointer, problem.message.startsWith("unknown field"));
    return offset === undefined ? problem : { ...problem, ...at(offset) };
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return refuse([{ pointer: "", message: "the aliases of the text refer to too much or to nothing" }]);
  }
  const read = readPolicyDocument(value);
  if (!read.ok) return refuse(read.problems.map(locate));
  if (read.policies.length === 0)
    return refuse([locate({ pointer: "", message: "expected at least one policy, got none" })]);
  return { written: read.policies, locate };
}

/** The library's own messages quote the text; its codes do not. */
const describe = (code: string): string =>
  code === "MULTIPLE_DOCS"
    ? "a second document begins here, a file has one"
    : `not valid yaml or json: ${code.toLowerCase().replaceAll("_", " ")}`;

/** Where the value at the pointer stands, or the name before it; what is around it when it is not there. */
function findOffset(document: Document, pointer: string, ofName: boolean): number | undefined {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0];
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replace(/~1/g, "/").replace(/~0/g, "~");
    const next: unknown = isMap(node)
      ? node.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === name)
      : isSeq(node)
        ? node.items[Number(name)]
        : undefined;
    if (next === undefined) break;
    const pair = isPair(next) ? (next as Pair<Node, Node | null>) : undefined;
    offset = (pair ? ((ofName ? null : pair.value) ?? pair.key) : (next as Node)).range?.[0] ?? offset;
    node = pair ? pair.value : next;
  }
  return offset;
}
