import { compile, evaluate, type Plan } from "@holdpoint/core";

/** What a scan looks for, and the policy type that finds it. */
export const detectorTypes = {
  injection: "injection_scan",
  pii: "pii_access",
  secrets: "secret_leak",
  moderation: "content_moderation",
} as const;

export type Detector = keyof typeof detectorTypes;
export const detectorNames = Object.keys(detectorTypes) as readonly Detector[];

/** One thing found; offsets are code points of the text. */
export interface Finding {
  readonly detector: Detector;
  readonly category: string;
  readonly severity: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

export interface DetectedText {
  readonly findings: readonly Finding[];
  /** Detectors that are violated; some name no place. */
  readonly flagged: readonly Detector[];
  /** The text without personal data and secrets. */
  readonly redacted: string;
}

export interface DetectorOptions {
  /** Default all. */
  readonly detectors?: readonly Detector[];
  /** Fields of the detectors' rules, beyond their defaults. */
  readonly rules?: Partial<Record<Detector, Readonly<Record<string, unknown>>>>;
}

const masks: ReadonlySet<Detector> = new Set(["pii", "secrets"]);

/** A function that looks through texts with the detectors as policies have them by default. */
export function createTextDetector(options: DetectorOptions = {}): (text: string) => DetectedText {
  const chosen = options.detectors ?? detectorNames;
  const plan = compileDetectors(chosen, options.rules ?? {});
  const isChosen = (id: string): id is Detector => chosen.includes(id as Detector);
  return (input) => {
    const decision = evaluate(plan, { agentId: "scan", input }, { read: () => 0 }, () => 0);
    const violated = decision.violations.filter(({ policyId }) => isChosen(policyId));
    return {
      flagged: violated.map(({ policyId }) => policyId as Detector),
      findings: violated.flatMap(({ policyId, severity, evidence }) =>
        evidence.map(({ category, score, start, end }) => ({
          detector: policyId as Detector,
          category: category ?? "",
          severity,
          score: score ?? 0,
          start: start ?? 0,
          end: end ?? 0,
        })),
      ),
      redacted: decision.transforms.find(({ path }) => path === "/input")?.text ?? input,
    };
  };
}

function compileDetectors(chosen: readonly Detector[], rules: NonNullable<DetectorOptions["rules"]>): Plan {
  const compiled = compile(
    chosen.map((id) => ({
      id,
      policyType: detectorTypes[id],
      enforcementMode: "warn",
      ruleDefinition: { ...(masks.has(id) ? { mask_input: true } : {}), ...rules[id] },
    })),
  );
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  return compiled.plan;
}
