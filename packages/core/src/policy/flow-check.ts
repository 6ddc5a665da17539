import type { FlowCheck, InformationFlowRule } from "../gen/policy-types";
import { listHosts } from "./external-hosts";
import { createGlobMatcher, type GlobMatcher } from "./glob-matcher";
import { isPrivateHost } from "./host";
import {
  type Evaluation,
  isFailure,
  type OperatorFailure,
  type PrepareContext,
  type PrepareOperator,
} from "./operator";
import { pointTo } from "./problems";
import type { RequestView } from "./request";
import type { SessionState } from "./session-state";

interface Source {
  readonly tool: GlobMatcher | undefined;
  readonly origin: GlobMatcher | undefined;
  readonly labels: readonly string[];
}

interface Sink {
  readonly tool: GlobMatcher | undefined;
  readonly agent: GlobMatcher | undefined;
  readonly output: boolean;
  readonly forbid: readonly (readonly string[])[];
}

const passing: FlowCheck = { decision: "", labels: "", sink: "", evidence: [] };
const dangerous = ["private", "untrusted"];

/** `flow_check`: labels that the session carries against the sink that this step reaches (SPECIFICATION P-30). */
export const prepareFlowCheck: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as InformationFlowRule;
  const sources = (rule.sources ?? []).map((item, index) => readSource(item, index, context));
  const sinks = (rule.sinks ?? []).map((item, index) => readSink(item, index, context));
  return {
    reads: [],
    usesSession: true,
    passing,
    labels: (view) => listLabels(sources, view),
    run: (evaluation) => check(evaluation, sources, sinks, rule.trifecta),
  };
};

function check(
  evaluation: Evaluation,
  sources: readonly Source[],
  sinks: readonly Sink[],
  trifecta: boolean,
): FlowCheck | OperatorFailure {
  const { view } = evaluation;
  const brought = listLabels(sources, view);
  // Labels that no session keeps would be lost without a word, those of the one that delegated too (D-52).
  for (const keeper of brought.length > 0 ? [evaluation.session(), evaluation.session("parent")] : [])
    if (keeper && isFailure(keeper)) return keeper;
  if (view.phase === "tool_result") return passing;
  const name = nameSink(view);
  const reached = sinks.filter((sink) => reaches(sink, view));
  const outside = trifecta && (reached.length > 0 || namesPublicHost(view));
  if (reached.length === 0 && !outside) return passing;
  const sessions = [evaluation.session(), evaluation.session("parent")];
  for (const session of sessions) if (session && isFailure(session)) return session;
  const carried = new Set([...brought, ...sessions.flatMap(labelsOf)]);
  for (const { forbid } of reached) {
    const together = forbid.find((labels) => labels.every((label) => carried.has(label)));
    if (together) return { decision: "forbidden", labels: together.join(", "), sink: name, evidence: [] };
  }
  if (outside && dangerous.every((label) => carried.has(label)))
    return { decision: "trifecta", labels: dangerous.join(", "), sink: name, evidence: [] };
  return passing;
}

const labelsOf = (session: SessionState | OperatorFailure | undefined): readonly string[] =>
  session && !isFailure(session) ? session.labels : [];

/** Labels of what a step brings in: the results of a tool, or data from an origin. */
function listLabels(sources: readonly Source[], view: RequestView): readonly string[] {
  const { dataSource } = view.extras;
  const labels = sources
    .filter(
      ({ tool, origin }) =>
        (tool?.(view.tool.name) && view.phase === "tool_result") || (dataSource !== "" && origin?.(dataSource)),
    )
    .flatMap((source) => source.labels);
  return labels.length > 0 ? [...new Set(labels)].sort() : labels;
}

const nameSink = ({ phase, tool, extras }: RequestView): string =>
  phase === "output"
    ? "the output"
    : phase === "agent_call"
      ? `agent \`${extras.targetAgentId}\``
      : `tool \`${tool.name}\``;

function reaches({ tool, agent, output }: Sink, view: RequestView): boolean {
  switch (view.phase) {
    case "tool_call":
      return tool?.(view.tool.name) ?? false;
    case "agent_call":
      return agent?.(view.extras.targetAgentId) ?? false;
    default:
      return output && view.phase === "output";
  }
}

/** An address that cannot be read, or too many to look at, may be public. */
function namesPublicHost(view: RequestView): boolean {
  const hosts = listHosts(view);
  return hosts === undefined || hosts.some(({ host }) => host === undefined || !isPrivateHost(host));
}

function readSource(
  { tool, origin, labels }: InformationFlowRule["sources"][number],
  index: number,
  context: PrepareContext,
): Source {
  const place = pointTo(`${context.pointer}/ruleDefinition/sources`, index);
  if (tool === undefined && origin === undefined) context.problems.add(place, "needs at least one of `tool`, `origin`");
  if (labels?.length === 0) context.problems.add(`${place}/labels`, "is empty");
  labels?.forEach((label, at) => {
    if (typeof label === "string" && label.includes("+"))
      context.problems.add(pointTo(`${place}/labels`, at), "holds `+`, which joins labels in `forbid`");
  });
  return {
    tool: tool && createGlobMatcher(tool),
    origin: origin && createGlobMatcher(origin),
    labels: labels ?? [],
  } as Source;
}

function readSink(item: InformationFlowRule["sinks"][number], index: number, context: PrepareContext): Sink {
  const { tool, agent, output = false, forbid = [] } = item;
  const place = pointTo(`${context.pointer}/ruleDefinition/sinks`, index);
  if (tool === undefined && agent === undefined && !output)
    context.problems.add(place, "needs at least one of `tool`, `agent`, `output`");
  const sets = forbid.map((text) => (typeof text === "string" ? text.split("+") : []));
  sets.forEach((labels, at) => {
    if (labels.includes("")) context.problems.add(pointTo(`${place}/forbid`, at), "has an empty label");
  });
  return {
    tool: tool === undefined ? undefined : createGlobMatcher(tool),
    agent: agent === undefined ? undefined : createGlobMatcher(agent),
    output,
    forbid: sets,
  };
}
