import { hmacSha256Hex } from "../decide/digest";
import { countCodePoints } from "../detect/offsets";
import { findSecrets, type SecretFinding, secretKindNames } from "../detect/secrets";
import type { TextScan } from "../detect/text-scan";
import type { Evidence } from "../gen/messages";
import type { SecretFindings, SecretLeakRule } from "../gen/policy-types";
import { limits, type Severity, severityRank } from "../gen/tables";
import { normaliseText } from "../match/index";
import type { Evaluation, PrepareOperator } from "./operator";

const nothing: SecretFindings = { count: 0, kinds: "", severity: "low", evidence: [] };
const inward = new Set(["input", "history", "tool_arg"]);
/** Findings stand in the original text already. */
const asWritten = normaliseText("");

/** `secret_findings`: credentials in the texts that the rule scans, and the texts handed back without them where it masks. */
export const prepareSecretFindings: PrepareOperator = (untyped, { patterns }) => {
  const rule = untyped as unknown as SecretLeakRule;
  patterns.useSecrets();
  const kinds = new Set(rule.kinds.length > 0 ? rule.kinds : secretKindNames);
  const wanted = (kind: string): boolean => kinds.has(kind);
  const minEntropy = Math.floor(rule.min_entropy * 1000 + 0.5);

  const run = (evaluation: Evaluation): SecretFindings => {
    const { set, secrets } = evaluation.patterns;
    const { salt } = evaluation;
    let found: Set<string> | undefined;
    const evidence: Evidence[] = [];
    let severity: Severity = "low";
    let count = 0;
    for (const scan of evaluation.scans()) {
      const isInward = inward.has(scan.text.role);
      if (!(isInward ? rule.scan_input : rule.scan_output)) continue;
      const findings = findSecrets(scan, set, secrets, wanted, minEntropy);
      if (findings.length === 0) continue;
      const place = { ...scan, normalised: asWritten };
      for (const finding of findings) {
        count++;
        found ??= new Set();
        found.add(finding.kind);
        if (severityRank[finding.severity as Severity] > severityRank[severity])
          severity = finding.severity as Severity;
        if (evidence.length < limits.maxEvidence) evidence.push(describeFinding(scan, finding, salt));
        if (!(isInward ? rule.mask_input : rule.mask_output)) continue;
        const written = `[${finding.kind.toUpperCase()}]`;
        evaluation.transforms.add(place, finding.start, finding.end, written);
      }
    }
    if (count === 0) return nothing;
    return { count, kinds: secretKindNames.filter((name) => found?.has(name)).join(", "), severity, evidence };
  };
  return {
    reads: [],
    passing: nothing,
    listens: (pattern, plan) => wanted(plan.secrets[pattern]?.kind ?? ""),
    run,
  };
};

function describeFinding(
  { text }: TextScan,
  { kind, start, end, value, confidence }: SecretFinding,
  salt: Uint8Array | undefined,
): Evidence {
  const first = countCodePoints(text.value, 0, start);
  const last = first + countCodePoints(text.value, start, end);
  const evidence = { path: text.path, start: first, end: last, category: kind, score: confidence };
  return salt && salt.length > 0 ? { ...evidence, valueHash: hmacSha256Hex(salt, value) } : evidence;
}
