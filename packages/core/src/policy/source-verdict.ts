import type { DataAccessRule, SourceVerdict } from "../gen/policy-types";
import { dataClassificationRank, limits } from "../gen/tables";
import { createGlobListMatcher, type GlobMatcher } from "./glob-matcher";
import { normaliseUri } from "./normalise-uri";
import type { Evaluation, OperatorFailure, PrepareContext, PrepareOperator } from "./operator";
import { pointTo } from "./problems";

const passing: SourceVerdict = {
  decision: "",
  source: "",
  too_sensitive: false,
  classification: "",
  most: "",
  evidence: [],
};

/** `source_verdict`: where data comes from, by normalised URI, and how it is classified. */
export const prepareSourceVerdict: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as DataAccessRule;
  const isDenied = readGlobs(rule.denied_sources, "denied_sources", context);
  const isAllowed = rule.allowed_sources && readGlobs(rule.allowed_sources, "allowed_sources", context);
  const most = rule.max_classification;

  const run = ({ view }: Evaluation): SourceVerdict | OperatorFailure => {
    const { dataSource, dataClassification } = view.extras;
    const source = normaliseUri(dataSource);
    if (source === undefined)
      return { failure: "REQUEST_INVALID", message: "`/dataSource` can be read in more than one way" };
    const classification = dataClassification || rule.unstated_classification;
    const tooSensitive = most !== undefined && dataClassificationRank[classification] > dataClassificationRank[most];
    const decision = judge(source);
    if (decision === "" && !tooSensitive) return passing;
    return {
      decision,
      source: source.slice(0, limits.maxNameChars),
      too_sensitive: tooSensitive,
      classification,
      most: most ?? "",
      evidence: [],
    };
  };
  const judge = (source: string): string => {
    if (source !== "" && isDenied(source)) return "denied";
    if (!isAllowed || (source === "" && !rule.require_source)) return "";
    return source !== "" && isAllowed(source) ? "" : "not_allowed";
  };
  return { reads: [], passing, run };
};

/** Globs are normalised as what they are compared with is; one that would change its meaning by that is refused. */
function readGlobs(globs: readonly string[], field: string, { pointer, problems }: PrepareContext): GlobMatcher {
  const normal = globs.map((written, index) => {
    const found = normaliseUri(written.replace(/\?/g, "\u{f0000}"))?.replaceAll("\u{f0000}", "?");
    if (found !== undefined && !written.includes("\\")) return found;
    const at = pointTo(pointTo(pointTo(pointer, "ruleDefinition"), field), index);
    problems.add(at, "a source is written without dot segments, backslashes, encoded slashes and control characters");
    return "";
  });
  return createGlobListMatcher(normal);
}
