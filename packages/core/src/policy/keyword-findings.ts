import { toOriginalSpan } from "../detect/original-span";
import type { TextScan } from "../detect/text-scan";
import { compilePattern } from "../expr/compile-pattern";
import type { Evidence } from "../gen/messages";
import type { KeywordFilterRule, KeywordFindings } from "../gen/policy-types";
import { limits } from "../gen/tables";
import { normaliseText } from "../match/index";
import type { Evaluation, OperatorFailure, PrepareContext, PreparedOperator, PrepareOperator } from "./operator";
import { pointTo } from "./problems";

interface Term {
  readonly shown: string;
  /** Whether its pattern takes in the character before, and the one after. */
  readonly borders: readonly [boolean, boolean];
  readonly pattern: number;
}

const nothing: KeywordFindings = { denied: "", missing: "", path: "", evidence: [] };

/** What letters, marks, digits and `_` are, in RE2's words; everything else parts words (SPECIFICATION P-5). */
const wordChar = "\\p{L}\\p{M}\\p{N}_";

/** By the matcher's own tables, so that every language agrees. */
function isWordChar(char: string): boolean {
  wordTest ??= compilePattern(`^[${wordChar}]`);
  return wordTest.ok && wordTest.test(char);
}

let wordTest: ReturnType<typeof compilePattern> | undefined;

/** The role of the text that each phase is about. */
const rolesOf: Readonly<Record<string, string>> = {
  input: "input",
  agent_call: "input",
  tool_call: "tool_arg",
  tool_result: "tool_result",
  output: "output",
};

/** `keyword_findings`: denied terms that occur in any text, required ones that do not in the phase's own. */
export const prepareKeywordFindings: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as KeywordFilterRule;
  const terms = rule.terms.flatMap((term, index) => addTerm(term, index, rule, context));
  const byPattern = new Map(terms.map((term) => [term.pattern, term]));

  const findDenied = (evaluation: Evaluation): KeywordFindings => {
    const evidence: Evidence[] = [];
    let first: { term: Term; path: string } | undefined;
    for (const scan of evaluation.scans()) {
      for (const hit of scan.hits) {
        const term = byPattern.get(hit);
        if (!term) continue;
        first ??= { term, path: scan.text.path };
        locate(scan, evaluation, term, evidence);
      }
    }
    return first ? { denied: first.term.shown, missing: "", path: first.path, evidence } : nothing;
  };

  const findMissing = (evaluation: Evaluation): KeywordFindings => {
    const role = rolesOf[evaluation.view.phase];
    const found = new Set<number>();
    for (const scan of evaluation.scans()) if (scan.text.role === role) for (const hit of scan.hits) found.add(hit);
    const missing = terms.find(({ pattern }) => !found.has(pattern));
    return missing ? { denied: "", missing: missing.shown, path: "", evidence: [] } : nothing;
  };

  const run = (evaluation: Evaluation): KeywordFindings | OperatorFailure =>
    rule.mode === "deny" ? findDenied(evaluation) : findMissing(evaluation);
  const listens: PreparedOperator["listens"] = (pattern) => byPattern.has(pattern);
  return { reads: [], passing: nothing, listens, run };
};

/** A term among the plan's patterns; one that RE2 refuses is a problem at its place. */
function addTerm(term: string, index: number, rule: KeywordFilterRule, context: PrepareContext): Term[] {
  if (typeof term !== "string") return [];
  const written = writePattern(term, rule.match);
  const at = pointTo(pointTo(pointTo(context.pointer, "ruleDefinition"), "terms"), index);
  if (written === undefined) {
    context.problems.add(at, "nothing is left of this term once it is normalised");
    return [];
  }
  const { source, borders } = written;
  const compiled = compilePattern(source);
  if (!compiled.ok) {
    const [problem] = compiled.problems;
    context.problems.add(at, `pattern refused at position ${problem?.position ?? 0}: ${problem?.message ?? ""}`);
    return [];
  }
  const id = `terms.${context.policy.id}.${index}`;
  const pattern = context.patterns.addOwn(id, source, rule.case_sensitive ? "" : "i");
  return [{ shown: term.slice(0, 64), borders, pattern }];
}

/** A term is normalised as texts are; any white space stands for any white space. */
function writePattern(
  term: string,
  match: KeywordFilterRule["match"],
): { readonly source: string; readonly borders: readonly [boolean, boolean] } | undefined {
  if (match === "re2") return { source: term, borders: [false, false] };
  const normal = normaliseText(term, { decode: false }).text.trim();
  if (normal === "") return undefined;
  const body = normal
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("\\s+");
  if (match === "substring") return { source: body, borders: [false, false] };
  const chars = [...normal];
  const borders = [isWordChar(chars[0] ?? ""), isWordChar(chars[chars.length - 1] ?? "")] as const;
  const before = borders[0] ? `(?:^|[^${wordChar}])` : "";
  const after = borders[1] ? `(?:$|[^${wordChar}])` : "";
  return { source: before + body + after, borders };
}

function locate(scan: TextScan, { patterns }: Evaluation, { pattern, borders }: Term, evidence: Evidence[]): void {
  const { text } = scan.normalised;
  for (const { start, end } of patterns.set.spans(text, pattern)) {
    if (evidence.length >= limits.maxEvidence) return;
    const [head, tail] = measureBorders(text.slice(start, end), borders);
    evidence.push({ ...toOriginalSpan(scan, start + head, end - tail), category: "keyword" });
  }
}

/** Lengths of the characters before and after a term that its match took in; they are no part of it. */
function measureBorders(found: string, [before, after]: Term["borders"]): readonly [number, number] {
  const chars = [...found];
  const [first = "", last = ""] = [chars[0], chars[chars.length - 1]];
  return [before && !isWordChar(first) ? first.length : 0, after && !isWordChar(last) ? last.length : 0];
}
