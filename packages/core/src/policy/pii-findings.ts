import { hmacSha256Hex } from "../decide/digest";
import { toOriginalSpan } from "../detect/original-span";
import { findPii, type PiiFinding, piiCategoryNames } from "../detect/pii";
import { findPiiInReadings } from "../detect/pii-readings";
import { rewriteValue } from "../detect/redact";
import { holdsForeignToken } from "../detect/restore-tokens";
import type { TextScan } from "../detect/text-scan";
import type { Evidence } from "../gen/messages";
import type { PiiAccessRule, PiiFindings } from "../gen/policy-types";
import { limits } from "../gen/tables";
import type { Evaluation, PrepareOperator } from "./operator";
import { prepareRecognizers } from "./pii-recognizers";
import { pointTo } from "./problems";

const nothing: PiiFindings = { count: 0, categories: "", forged: 0, evidence: [] };
const inward = new Set(["input", "history", "tool_arg"]);
/** Texts that the model did not write: a token among them that the vault does not know was put there by someone else. */
const fromOutside = new Set(["input", "history", "tool_result"]);

/** `pii_findings`: personal data in all texts, and the texts handed back without it where the rule masks. */
export const preparePiiFindings: PrepareOperator = (untyped, { patterns, pointer, problems }) => {
  const rule = untyped as unknown as PiiAccessRule;
  patterns.usePii();
  const denied = new Set(rule.denied_pii_types.length > 0 ? rule.denied_pii_types : piiCategoryNames);
  for (const category of rule.allowed_pii_types) denied.delete(category);
  const wanted = (category: string): boolean => denied.has(category);
  // A rule that names no category asks for none in particular.
  const isAsked = rule.denied_pii_types.length > 0;
  const own = prepareRecognizers(rule, pointTo(pointTo(pointer, "ruleDefinition"), "recognizers"), problems);
  const names = [...piiCategoryNames, ...rule.recognizers.map(({ name }) => name)];

  const run = (evaluation: Evaluation): PiiFindings => {
    const { set, pii } = evaluation.patterns;
    const evidence: Evidence[] = [];
    let hash: ReturnType<typeof createHasher>;
    let categories: Set<string> | undefined;
    const { vault } = evaluation;
    let count = 0;
    let forged = 0;
    const find = (scan: TextScan): PiiFinding[] => findPii(scan, set, pii, wanted, rule.min_confidence, own, isAsked);
    for (const whole of evaluation.scans()) {
      const isMasked = inward.has(whole.text.role) ? rule.mask_input : rule.mask_output;
      if (rule.strategy === "tokenize" && isMasked && fromOutside.has(whole.text.role)) {
        if (holdsForeignToken(whole.text.value, vault)) forged++;
      }
      for (const { scan, finding } of findPiiInReadings(whole, set, find)) {
        if (!categories) {
          categories = new Set();
          hash = createHasher(evaluation.salt);
        }
        count++;
        categories.add(finding.category.category);
        const value = scan.normalised.text.slice(finding.start, finding.end);
        if (rule.log_access && evidence.length < limits.maxEvidence)
          evidence.push(describeFinding(scan, finding, hash?.(value)));
        if (isMasked) {
          const { label, keepLast } = finding.category;
          const { start, end } = scan.normalised.toOriginalSpan(finding);
          // The vault gives back what the user wrote, not its normalised form.
          const tokenize = vault && ((kind: string) => vault.add(kind, scan.text.value.slice(start, end)));
          const written = rewriteValue(value, rule.strategy, label, keepLast, hash, tokenize);
          evaluation.transforms.add(scan, finding.start, finding.end, written);
        }
      }
    }
    if (count === 0 && forged === 0) return nothing;
    return { count, categories: names.filter((name) => categories?.has(name)).join(", "), forged, evidence };
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
