import { type Clock, type Decision, evaluate, type Plan, type UsageReader } from "@holdpoint/core";
import { copyJson } from "../transport/copy-json";
import { createRewrite, wasScanned } from "./traced-content";

/** What a trace holds that may carry somebody's text. */
export interface TraceTexts {
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Anything else, as JSON. */
  readonly others: Readonly<Record<string, unknown>>;
}

const nobody: UsageReader = { read: () => 0 };

/**
 * The texts of a trace as the plan's policies want them seen. They are decided here once more, for a trace can hold a
 * text that was never enforced, or enforced elsewhere. What no policy could read is left out. Never throws.
 */
export function redactTrace(
  texts: TraceTexts,
  plan: Plan,
  identity: { readonly agentId: string; readonly environment: string | undefined },
  clock: Clock,
): TraceTexts {
  const base = identity.environment === undefined ? { agentId: identity.agentId } : { ...identity };
  const decide = (request: object): Decision => evaluate(plan, { ...base, ...request }, nobody, clock);
  const redactText = (field: "input" | "output", text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const decision = decide({ phase: field, [field]: text });
    return wasScanned(decision) ? createRewrite(decision)?.(text, `/${field}`) : undefined;
  };
  const redactValue = (value: unknown, pointer: string, request: (value: unknown) => object): unknown => {
    const decision = decide(request(value));
    const rewrite = wasScanned(decision) ? createRewrite(decision) : undefined;
    if (!rewrite) return {};
    if (decision.transforms.length + decision.violations.length === 0) return value;
    const copied = copyJson(value, { exact: false, pointer, text: rewrite });
    return copied.ok ? copied.value : {};
  };
  // Attributes may hold what went in or what came out: both kinds of policy get to see them.
  const asArguments = redactValue(texts.others, "/tool/args", (args) => ({
    phase: "tool_call",
    tool: { name: "trace", args },
  }));
  const others = redactValue(asArguments, "/toolOutputs/0/output", (output) => ({
    phase: "tool_result",
    toolOutputs: [{ name: "trace", output }],
  }));
  return {
    input: redactText("input", texts.input),
    output: redactText("output", texts.output),
    others: others as Record<string, unknown>,
  };
}
