import type { Decision } from "../gen/messages";
import { environmentDefault, limits } from "../gen/tables";
import { type Applicable, findApplicable } from "./applicable";
import { digestValue, summariseArguments } from "./argument-shingles";
import { type Charge, chargesForView } from "./charges";
import type { Clock } from "./evaluate";
import { recallEvaluation } from "./last-view";
import type { Plan } from "./plan";
import { bindRequest, type RequestView } from "./request";
import type { SessionStep } from "./session-state";

/** What a step that goes ahead leaves behind. */
export interface Effects {
  readonly charges: readonly Charge[];
  /** The step for the history of its session; undefined when it has none, or no policy asks for it. */
  readonly session: SessionEffect | undefined;
}

export interface SessionEffect {
  readonly sessionId: string;
  /** The session that this one was delegated from: it gets the labels too. Empty for none. */
  readonly parentSessionId: string;
  readonly step: SessionStep;
}

/** What a store has to apply once a step goes ahead: charges, and a step of the session's history. Pure; never throws. */
export function effectsFor(plan: Plan, request: unknown, decision: Decision, clock: Clock): Effects {
  if (!plan.keepsState) return nothing;
  try {
    const known = recallEvaluation(plan, request, decision);
    const view = known?.view ?? bindRequest(request, environmentDefault);
    const nowMs = clock();
    return {
      charges: chargesForView(plan, view, nowMs, known?.subject),
      session: recordStep(plan, view, decision, nowMs, known?.applicable),
    };
  } catch {
    return nothing;
  }
}

const nothing: Effects = Object.freeze({ charges: Object.freeze([]), session: undefined });

function recordStep(
  plan: Plan,
  view: RequestView,
  decision: Decision,
  nowMs: number,
  found: Applicable | undefined,
): SessionEffect | undefined {
  if (!plan.usesSessions || view.sessionId === "") return undefined;
  const { phase, agentId, extras } = view;
  const tool = phase === "tool_call" || phase === "tool_result" ? view.tool.name : "";
  const args = phase === "tool_call" ? summariseArguments(view.tool.args) : undefined;
  const result = phase === "tool_result";
  const input = result ? view.toolInput : undefined;
  const applicable = found && view.broken.size === 0 ? found : findApplicable(plan, view);
  const isAllPassed = decision.outcomes === applicable.passed;
  const step: SessionStep = {
    atMs: nowMs,
    phase,
    agentId,
    tool,
    target: phase === "agent_call" ? extras.targetAgentId : "",
    verdict: decision.verdict,
    passed: isAllPassed ? applicable.passedIds : listPolicies(decision, "passed"),
    violated: isAllPassed ? none : listPolicies(decision, "violated"),
    labels: listLabels(applicable, view),
    argsDigest: args?.digest ?? (input === undefined || input === null ? "" : digestValue(input)),
    shingles: args?.shingles ?? none,
    resultDigest: result ? digestValue(view.toolOutput ?? null) : "",
  };
  return { sessionId: view.sessionId, parentSessionId: extras.parentSessionId, step };
}

const listPolicies = ({ outcomes }: Decision, wanted: string): readonly string[] =>
  outcomes
    .filter(({ status }) => status === wanted || (wanted === "violated" && status === "error"))
    .slice(0, limits.maxStepPolicies)
    .map(({ policyId }) => policyId);

const none: readonly never[] = Object.freeze([]);

/** Labels that the policies in force for this step give it, whatever they decided. */
function listLabels({ labelling }: Applicable, view: RequestView): readonly string[] {
  if (labelling.length === 0) return none;
  const labels = labelling.flatMap((operator) => operator.labels?.(view) ?? []);
  return labels.length > 0 ? [...new Set(labels)].sort() : labels;
}
