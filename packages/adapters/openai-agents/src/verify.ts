import { canaryName, type Holdpoint, HoldpointError, isAgentPausedError, withCanary } from "@holdpoint/sdk";
import {
  Agent,
  type FunctionTool,
  Handoff,
  type Model,
  type ModelRequest,
  RunContext,
  type Tool,
} from "@openai/agents-core";
import { findHalt } from "./find-halt";
import { isGuardedModel } from "./guard-model";
import { guardrailName } from "./guardrails";

export interface VerifyInput {
  /** With its model, guardrails, tools, MCP servers and all agents that it hands over to. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever its context and output
  readonly agent?: Agent<any, any>;
  readonly model?: Model;
  readonly tools?: readonly Tool[];
}

/**
 * Proof that the guards are in place: sends a step of an agent that is paused in this process, and of no other, through
 * every guarded model (response and stream) and every guardrail of ours. Rejects with HoldpointError, naming what was not
 * stopped by this client. A model that is not guarded is not called, and no tool runs; MCP servers are asked for their tools.
 */
export async function verify(hp: Holdpoint, { agent, model, tools = [] }: VerifyInput): Promise<void> {
  if (!agent && !model && tools.length === 0) throw new HoldpointError("nothing to verify");
  await withCanary(hp, async (id) => {
    if (model) await verifyModel("the model", model, id);
    for (const tool of tools) await verifyTool("tool", tool, id);
    if (agent) await verifyAgent(agent, id, new Set());
  });
}

// biome-ignore lint/suspicious/noExplicitAny: whatever its context and output
async function verifyAgent(agent: Agent<any, any>, id: string, seen: Set<unknown>): Promise<void> {
  if (seen.has(agent)) return;
  seen.add(agent);
  const of = `of agent \`${agent.name}\``;
  const context = contextOf(id);
  const input = agent.inputGuardrails.find(({ name }) => name === guardrailName);
  const output = agent.outputGuardrails.find(({ name }) => name === guardrailName);
  if (isGuardedModel(agent.model)) await verifyModel(`the model ${of}`, agent.model as Model, id);
  else if (!input) throw new HoldpointError(`the input ${of} is not guarded: pass the agent through \`governAgent\``);
  if (input) {
    if (input.runInParallel !== false) throw new HoldpointError(`the input guardrail ${of} runs beside the model`);
    await expectStop(`the input guardrail ${of}`, id, () => input.execute({ agent, context, input: "canary" }));
  }
  if (!output) throw new HoldpointError(`the output ${of} is not guarded: pass the agent through \`governAgent\``);
  await expectStop(`the output guardrail ${of}`, id, () =>
    output.execute({ agent, context, agentOutput: "canary" } as never),
  );
  const mcp = agent.mcpServers.length > 0 ? await agent.getMcpTools(context) : [];
  for (const tool of [...agent.tools, ...mcp]) await verifyTool(`tool ${of}`, tool, id);
  for (const handoff of agent.handoffs) {
    const next: unknown = handoff instanceof Handoff ? handoff.agent : handoff;
    if (next instanceof Agent) await verifyAgent(next, id, seen);
  }
}

async function verifyModel(what: string, model: Model, id: string): Promise<void> {
  if (!isGuardedModel(model)) throw new HoldpointError(`${what} is not guarded: pass it through \`guardModel\``);
  const request = {
    input: "canary",
    modelSettings: {},
    tools: [],
    outputType: "text",
    handoffs: [],
    tracing: false,
    signal: AbortSignal.abort(),
    [canaryName]: id,
  } as ModelRequest;
  await expectStop(what, id, () => model.getResponse(request));
  await expectStop(`the stream of ${what}`, id, async () => {
    for await (const _ of model.getStreamedResponse(request));
  });
}

async function verifyTool(what: string, tool: Tool, id: string): Promise<void> {
  // Other tools are checked with the model's answer, or run at the provider.
  if (tool.type !== "function") return;
  const { name, inputGuardrails = [], outputGuardrails = [] } = tool as FunctionTool;
  const before = inputGuardrails.find((guardrail) => guardrail.name === guardrailName);
  const after = outputGuardrails.find((guardrail) => guardrail.name === guardrailName);
  const named = `${what} \`${name}\``;
  if (!before || !after) throw new HoldpointError(`${named} is not guarded: pass its agent through \`governAgent\``);
  const toolCall = { type: "function_call", callId: id, name, arguments: "{}" };
  const given = { context: contextOf(id), agent: undefined, toolCall, output: "canary" } as never;
  await expectStop(`the guardrail before ${named}`, id, () => before.run(given));
  await expectStop(`the guardrail after ${named}`, id, () => after.run(given));
}

const contextOf = (id: string): RunContext => Object.assign(new RunContext(), { [canaryName]: id });

/** A guardrail does not throw: it tells the framework to stop, and why. */
async function expectStop(what: string, id: string, push: () => Promise<unknown>): Promise<void> {
  let answer: unknown;
  try {
    answer = await push();
  } catch (error) {
    answer = error;
  }
  const { tripwireTriggered, outputInfo, behavior } = (answer ?? {}) as {
    tripwireTriggered?: boolean;
    outputInfo?: unknown;
    behavior?: { type?: string };
  };
  const stops = answer instanceof Error || tripwireTriggered === true || behavior?.type === "throwException";
  const halt = findHalt(answer) ?? findHalt(outputInfo);
  if (stops && isAgentPausedError(halt) && halt.agentId === id) return;
  const options = answer instanceof Error ? { cause: answer } : {};
  throw new HoldpointError(`${what} does not stop a paused agent: guard it with this client`, options);
}
