import type { ExprEnv, ExprProgram } from "../expr/index";
import type { SequenceCheck, SequenceRule } from "../gen/policy-types";
import { closedVariables, expressionVariables, stepVariables } from "../gen/tables";
import { compileCondition } from "./compile-condition";
import { bindVariables, isAgentVariable, partsOf } from "./expression-result";
import { isFailure, type OperatorFailure, type PrepareContext, type PrepareOperator } from "./operator";
import { pointTo } from "./problems";
import type { Part } from "./request";
import type { SessionState, SessionStep } from "./session-state";

const now: ExprEnv = { variables: expressionVariables, closed: closedVariables };
const earlier: ExprEnv = { variables: stepVariables, closed: closedVariables };

interface Order {
  readonly when: ExprProgram;
  readonly after: ExprProgram | undefined;
  readonly notAfter: ExprProgram | undefined;
  readonly within: ExprProgram | undefined;
  readonly windowMs: number;
  readonly place: number;
}

type Answer = SequenceCheck | OperatorFailure;

const passing: SequenceCheck = { decision: "", message: "", evidence: [] };

/** `sequence_check`: the first rule whose order of steps is broken (SPECIFICATION P-29). */
export const prepareSequenceCheck: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as SequenceRule;
  const orders = (rule.rules ?? []).flatMap((item, index) => compileOrder(item, index, context) ?? []);
  const asksAgent = orders.some(({ when }) => when.variables.some(isAgentVariable));
  const reads = orders.flatMap(({ when }) => when.variables.flatMap((name): readonly Part[] => partsOf[name] ?? []));
  return {
    reads: [...reads, "session"],
    usesSession: true,
    passing,
    /** Up to the rule that decides: nobody asks the ones after it. */
    expressions: (evaluation) => {
      const bindings = bindVariables(evaluation, asksAgent);
      const decides = (order: Order): boolean => {
        const concerned = order.when.test(bindings);
        const session = concerned === 1 ? evaluation.session() : undefined;
        if (concerned !== 1 || (session && isFailure(session))) return concerned !== 0;
        return judge(order, session, evaluation.nowMs, rule.message) !== passing;
      };
      const last = orders.findIndex(decides);
      return orders.slice(0, last < 0 ? orders.length : last + 1).map(({ place }) => ({
        path: `/rules/${place}/when`,
        source: rule.rules[place]?.when ?? "",
        environment: now,
        bindings,
      }));
    },
    run: (evaluation): Answer => {
      const bindings = bindVariables(evaluation, asksAgent);
      for (const order of orders) {
        const concerned = order.when.test(bindings);
        if (concerned === 2) return explainFailure(order.when, bindings);
        if (concerned === 0) continue;
        const session = evaluation.session();
        if (session && isFailure(session)) return session;
        const answer = judge(order, session, evaluation.nowMs, rule.message);
        if (answer !== passing) return answer;
      }
      return passing;
    },
  };
};

function explainFailure(program: ExprProgram, bindings: Record<string, unknown>): OperatorFailure {
  const result = program.evaluate(bindings);
  return { failure: "EXPRESSION_FAILED", message: result.ok ? "the expression has no value" : result.message };
}

function judge(order: Order, session: SessionState | undefined, nowMs: number, message: string): Answer {
  const steps = session?.steps ?? [];
  const found = (program: ExprProgram): boolean | OperatorFailure => {
    for (let index = steps.length - 1; index >= 0; index--) {
      const step = steps[index] as SessionStep;
      if (nowMs - step.atMs > order.windowMs) continue;
      const bindings = { step: bindStep(step, nowMs) };
      const is = program.test(bindings);
      if (is === 2) return explainFailure(program, bindings);
      if (is === 1) return true;
    }
    return false;
  };
  const say = (decision: string, why: string): Answer => ({
    decision,
    message: message || `rule ${order.place + 1}: this step ${why}`,
    evidence: [],
  });
  if (order.after) {
    const is = found(order.after);
    if (typeof is === "object") return is;
    if (is) return say("forbidden", "may not come after an earlier one");
    // What was dropped may have been it.
    if (session?.truncated)
      return { failure: "USAGE_UNAVAILABLE", message: "the session has too many different steps" };
  }
  for (const required of [order.notAfter, order.within]) {
    if (!required) continue;
    const is = found(required);
    if (typeof is === "object") return is;
    if (!is) return say("missing", "must come after one that is missing");
  }
  return passing;
}

const bindStep = (step: SessionStep, nowMs: number) => ({
  phase: step.phase,
  tool: step.tool,
  agent: step.agentId,
  target: step.target,
  verdict: step.verdict,
  passed: step.passed,
  violated: step.violated,
  labels: step.labels,
  ageSeconds: Math.max(0, nowMs - step.atMs) / 1000,
});

function compileOrder(item: SequenceRule["rules"][number], place: number, context: PrepareContext): Order | undefined {
  const pointer = pointTo(pointTo(pointTo(context.pointer, "ruleDefinition"), "rules"), place);
  const compile = (name: "when" | "after" | "not_after" | "within", env: ExprEnv): ExprProgram | undefined => {
    const source = item[name];
    return typeof source === "string" ? compileCondition(source, env, `${pointer}/${name}`, context) : undefined;
  };
  const [when, after] = [compile("when", now), compile("after", earlier)];
  const [notAfter, within] = [compile("not_after", earlier), compile("within", earlier)];
  if (item.after === undefined && item.not_after === undefined && item.within === undefined)
    context.problems.add(pointer, "needs at least one of `after`, `not_after`, `within`");
  if (item.within !== undefined && item.window === undefined)
    context.problems.add(`${pointer}/window`, "missing field `window`, which `within` needs");
  const windowMs = item.window ?? Number.POSITIVE_INFINITY;
  return when && { when, after, notAfter, within, windowMs, place };
}
