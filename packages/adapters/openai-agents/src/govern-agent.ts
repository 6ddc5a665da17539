import { ConfigError, type Holdpoint } from "@holdpoint/sdk";
import {
  Agent,
  type AgentOutputType,
  type FunctionTool,
  getHandoff,
  Handoff,
  type Model,
  type Tool,
} from "@openai/agents-core";
import { checkHandoff } from "./check-handoff";
import { guardModel } from "./guard-model";
import {
  createOutputGuardrail,
  guardrailName,
  type HoldpointToolGuardrails,
  holdpointInputGuardrail,
  holdpointToolGuardrails,
} from "./guardrails";
import type { HoldpointAgentsOptions } from "./options";

export interface GovernOptions extends HoldpointAgentsOptions {
  /** The model to guard and use; the agent's own when it is a model object. */
  readonly model?: Model;
}

/**
 * A copy of an agent with every check in place: its model (when that is an object) or else its input, its function
 * tools and those of its MCP servers, and its output. So are agents that it hands over to, under the same agentId unless
 * they are governed already; to one of another agentId it hands over as phase `agent_call` lets it. Agents used as tools are governed on their own.
 * Throws ConfigError for an agent of a realtime session.
 */
export function governAgent<TContext, TOutput extends AgentOutputType>(
  hp: Holdpoint,
  agent: Agent<TContext, TOutput>,
  options: GovernOptions,
): Agent<TContext, TOutput> {
  if ("voice" in agent)
    throw new ConfigError("agents of realtime sessions cannot be governed: give their tools `holdpointToolGuardrails`");
  return governOne(hp, agent, options, new Map());
}

/** The agentId of each agent that `governAgent` gave back. */
const governedAgents = new WeakMap<object, string>();

/** True for what `governAgent` gave back. */
export const isGovernedAgent = (agent: object): boolean => governedAgents.has(agent);

/** `known`: agents hand over to each other in circles. */
function governOne<TContext, TOutput extends AgentOutputType>(
  hp: Holdpoint,
  agent: Agent<TContext, TOutput>,
  options: GovernOptions,
  known: Map<unknown, unknown>,
): Agent<TContext, TOutput> {
  const done = known.get(agent) as Agent<TContext, TOutput> | undefined;
  if (done) return done;
  const model = options.model ?? agent.model;
  const modelIsGuarded = typeof model === "object";
  const guardrails = holdpointToolGuardrails(hp, options);
  const foreign = <T extends { readonly name: string }>({ name }: T): boolean => name !== guardrailName;
  const governed = agent.clone({
    ...(modelIsGuarded ? { model: guardModel(hp, model, options) } : {}),
    tools: agent.tools.map((tool) => guardTool(tool, guardrails)),
    inputGuardrails: [
      ...(modelIsGuarded ? [] : [holdpointInputGuardrail(hp, options)]),
      ...agent.inputGuardrails.filter(foreign),
    ],
    outputGuardrails: [
      createOutputGuardrail(hp, options, modelIsGuarded) as unknown as (typeof agent.outputGuardrails)[number],
      ...agent.outputGuardrails.filter(foreign),
    ],
  });
  const getMcpTools = governed.getMcpTools.bind(governed);
  governed.getMcpTools = async (...given) => (await getMcpTools(...given)).map((tool) => guardTool(tool, guardrails));
  governedAgents.set(governed, options.agentId);
  known.set(agent, governed).set(governed, governed);
  // The model that was named for this agent is not that of the next.
  const { model: _, ...rest } = options;
  const next = <T>(target: T): T =>
    target instanceof Agent && !isGovernedAgent(target) ? (governOne(hp, target, rest, known) as T) : target;
  const idOf = (target: object): string => governedAgents.get(target) ?? options.agentId;
  governed.handoffs = agent.handoffs.map((given) => {
    if (!(given instanceof Handoff) && idOf(given) === options.agentId) return next(given);
    const handoff = getHandoff(given as Handoff);
    const copy = Object.assign(Object.create(Object.getPrototypeOf(handoff)) as typeof handoff, handoff);
    copy.agent = next(handoff.agent);
    copy.onInvokeHandoff = async (context, args) => {
      await checkHandoff(hp, options, idOf(copy.agent), context as never, args);
      const target = next(await handoff.onInvokeHandoff(context, args));
      if (idOf(target) !== idOf(copy.agent)) await checkHandoff(hp, options, idOf(target), context as never, args);
      return target;
    };
    return copy as typeof given;
  });
  return governed;
}

function guardTool<TContext>(tool: Tool<TContext>, guardrails: HoldpointToolGuardrails): Tool<TContext> {
  if (tool.type !== "function") return tool;
  const { inputGuardrails = [], outputGuardrails = [] } = tool;
  if (inputGuardrails.some(({ name }) => name === guardrailName)) return tool;
  return {
    ...tool,
    inputGuardrails: [...guardrails.inputGuardrails, ...inputGuardrails],
    outputGuardrails: [...outputGuardrails, ...guardrails.outputGuardrails],
  } as FunctionTool<TContext>;
}
