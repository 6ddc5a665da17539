import { hmacSha256Hex } from "../decide/digest";
import { toOriginalSpan } from "../detect/injection";
import { findPii, type PiiFinding, piiCategoryNames } from "../detect/pii";
import { rewriteValue } from "../detect/redact";
import type { TextScan } from "../detect/text-scan";
import type { Evidence } from "../gen/messages";
import type { PiiAccessRule, PiiFindings } from "../gen/policy-types";
import { limits } from "../gen/tables";
import type { Evaluation, PrepareOperator } from "./operator";

const nothing: PiiFindings = { count: 0, categories: "", evidence: [] };
const inward = new Set(["input", "history", "tool_arg"]);

/** `pii_findings`: personal data in all texts, and the texts handed back without it where the rule masks. */
export const preparePiiFindings: PrepareOperator = (untyped, { patterns }) => {
  const rule = untyped as unknown as PiiAccessRule;
  patterns.usePii();
  const denied = new Set(rule.denied_pii_types.length > 0 ? rule.denied_pii_types : piiCategoryNames);
  for (const category of rule.allowed_pii_types) denied.delete(category);
  const wanted = (category: string): boolean => denied.has(category);

  const run = (evaluation: Evaluation): PiiFindings => {
    const { set, pii } = evaluation.patterns;
    const hash = createHasher(evaluation.salt);
    const categories = new Set<string>();
    const evidence: Evidence[] = [];
    let count = 0;
    for (const scan of evaluation.scans()) {
      for (const finding of findPii(scan, set, pii, wanted, rule.min_confidence)) {
        count++;
        categories.add(finding.category.category);
        const value = scan.normalised.text.slice(finding.start, finding.end);
        if (rule.log_access && evidence.length < limits.maxEvidence)
          evidence.push(describeFinding(scan, finding, hash?.(value)));
        if (inward.has(scan.text.role) ? rule.mask_input : rule.mask_output) {
          const { label, keepLast } = finding.category;
          evaluation.transforms.add(
            scan,
            finding.start,
            finding.end,
            rewriteValue(value, rule.strategy, label, keepLast, hash),
          );
        }
      }
    }
    if (count === 0) return nothing;
    return { count, categories: piiCategoryNames.filter((name) => categories.has(name)).join(", "), evidence };
  };
  return { reads: [], passing: nothing, run };
};

function describeFinding(scan: TextScan, finding: PiiFinding, valueHash: string | undefined): Evidence {
  const place = toOriginalSpan(scan, finding.start, finding.end);
  const evidence = { ...place, category: finding.category.category, score: finding.confidence };
  return valueHash === undefined ? evidence : { ...evidence, valueHash };
}

function createHasher(salt: Uint8Array | undefined): ((value: string) => string) | undefined {
  return salt && salt.length > 0 ? (value) => hmacSha256Hex(salt, value) : undefined;
}
