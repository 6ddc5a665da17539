import type { SessionCheck, SessionLimitsRule } from "../gen/policy-types";
import { areAlike, summariseArguments } from "./argument-shingles";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";
import type { SessionState, SessionStep } from "./session-state";

/** `session_check`: what this step adds to its session, and whether it goes round in a circle (SPECIFICATION P-24). */
export const prepareSessionCheck: PrepareOperator = (untyped) => {
  const rule = untyped as unknown as SessionLimitsRule;
  return {
    reads: ["session", "tool"],
    usesSession: true,
    run: (evaluation): SessionCheck | OperatorFailure => {
      const { view, nowMs } = evaluation;
      const session = evaluation.session();
      if (session !== undefined && "failure" in session) return session;
      const tool = view.phase === "tool_call" ? view.tool.name : "";
      if (view.phase === "tool_call" && tool === "")
        return { failure: "REQUEST_INVALID", message: "there is no tool in this request" };
      const repeats = tool !== "" && rule.loop.repeat > 0 && session ? countRepeats(evaluation, session, rule) : 0;
      return {
        tool_calls: tool === "" ? 0 : 1,
        turns: view.phase === "input" ? 1 : 0,
        duration_s: session ? Math.max(0, Math.ceil((nowMs - session.startedMs) / 1000)) : 0,
        repeats,
        looping: rule.loop.repeat > 0 && repeats >= rule.loop.repeat,
        tool,
        evidence: [],
      };
    },
  };
};

interface PairedCall {
  readonly call: SessionStep;
  result: string;
}

/**
 * How often the call has come, this one included: earlier calls of the tool with like arguments, newest first, as long
 * as each has the result of the newest. Calls whose result is not known are passed over.
 */
function countRepeats({ view }: Evaluation, session: SessionState, { loop }: SessionLimitsRule): number {
  const calls = pairCalls(session.steps, view.tool.name);
  if (calls.length + 1 < loop.repeat) return 1;
  const current = summariseArguments(view.tool.args);
  const thousandths = Math.floor(loop.similarity * 1000 + 0.5);
  let repeats = 1;
  let result: string | undefined;
  for (let index = calls.length - 1; index >= 0; index--) {
    const { call, result: known } = calls[index] as PairedCall;
    if (!areAlike({ digest: call.argsDigest, shingles: call.shingles }, current, thousandths)) continue;
    if (loop.same_result) {
      if (known === "") continue;
      result ??= known;
      if (known !== result) break;
    }
    repeats++;
  }
  return repeats;
}

/** The calls of a tool, each with the result that came for it: the newest call without one, of the same arguments if they are known. */
function pairCalls(steps: readonly SessionStep[], tool: string): readonly PairedCall[] {
  const calls: PairedCall[] = [];
  for (const step of steps) {
    if (step.tool !== tool) continue;
    if (step.phase === "tool_call") calls.push({ call: step, result: "" });
    else if (step.phase === "tool_result") {
      for (let index = calls.length - 1; index >= 0; index--) {
        const paired = calls[index] as PairedCall;
        if (paired.result !== "" || (step.argsDigest !== "" && step.argsDigest !== paired.call.argsDigest)) continue;
        paired.result = step.resultDigest;
        break;
      }
    }
  }
  return calls;
}
