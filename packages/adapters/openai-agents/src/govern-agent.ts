import type { Holdpoint } from "@holdpoint/sdk";
import type { Agent, AgentOutputType, FunctionTool, Model, Tool } from "@openai/agents-core";
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
 * tools and those of its MCP servers, and its output. Agents it hands over to are governed on their own.
 */
export function governAgent<TContext, TOutput extends AgentOutputType>(
  hp: Holdpoint,
  agent: Agent<TContext, TOutput>,
  options: GovernOptions,
): Agent<TContext, TOutput> {
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
