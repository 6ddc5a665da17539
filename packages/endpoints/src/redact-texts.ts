import { type CompileResult, evaluate, type Plan } from "@holdpoint/core";
import { NoScoreError } from "./classifier";

const policies = [
  { id: "persons", policyType: "pii_access", ruleDefinition: { mask_input: true } },
  { id: "secrets", policyType: "secret_leak", ruleDefinition: { mask_input: true } },
];

const nothing = { read: () => 0 };

export interface Redaction {
  /** Compiles the policies: that must not be part of the time that the first step's classifier has. */
  prepare(): void;
  /** The texts without personal data and secrets, as our own policies redact them. Throws NoScoreError for one that they cannot look at. */
  redact(texts: readonly string[]): readonly string[];
}

/** Takes personal data and secrets out of what classifiers are shown. `compile` is the core's, as whole as it is there. */
export function createRedaction(compile: (policies: readonly unknown[]) => CompileResult): Redaction {
  let known: Plan | undefined;
  const getPlan = (): Plan => {
    if (known) return known;
    const compiled = compile(policies);
    if (!compiled.ok) throw new NoScoreError("texts cannot be redacted");
    known = compiled.plan;
    return known;
  };
  return {
    prepare: () => void getPlan(),
    redact: (texts) =>
      texts.map((text) => {
        const { transforms, problems } = evaluate(getPlan(), { agentId: "redact", input: text }, nothing, () => 0);
        if (problems.length > 0) throw new NoScoreError("a text cannot be redacted");
        return transforms.find(({ path }) => path === "/input")?.text ?? text;
      }),
  };
}
