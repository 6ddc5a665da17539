import {
  applyTransforms,
  type EnforceInput,
  type Holdpoint,
  identityOf,
  type SpanHandle,
  textOf,
} from "@holdpoint/sdk";
import { askWhereUndecided } from "./ask-where-undecided";
import { describeTool, isListedTool, type ListedTool, type ToolDescriptor } from "./descriptors";
import { isObject, type JsonObject } from "./messages";
import { beginStep, callOf, type HoldpointMcpOptions } from "./options";
import { isName, isSentence } from "./says-text";
import { withoutBytes } from "./without-bytes";

/** The checks of one connection; each throws what stops the step. */
export interface ToolGate {
  /** The tools that a client may see; of a paused agent's, of whom no policy reads a text, their names alone. Nothing is recorded. */
  list(tools: readonly unknown[]): Promise<readonly ListedTool[]>;
  /** As the server has listed it last; undefined when it has not, or says that its tools have changed. */
  descriptorOf(tool: string): ToolDescriptor | undefined;
  /** The server's tools have changed. */
  forget(): void;
  /** The arguments to call the tool with. */
  call(tool: string, args: unknown, signal: AbortSignal, agentId?: string): Promise<unknown>;
  /** The result to hand on. */
  result(tool: string, args: unknown, result: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /** A text that the server says, to hand on. */
  text(source: string, text: string, signal: AbortSignal): Promise<string>;
  /** Throws what stops an answer that should say nothing. Nothing is recorded if it passes. */
  rest(source: string, rest: JsonObject, signal: AbortSignal): Promise<void>;
  /** True while no policy reads a text, since the agent is paused. */
  isPaused(): boolean;
  /** Throws AgentPausedError while the agent is paused. */
  pause(signal: AbortSignal): Promise<void>;
  /** The step that a call is; what is decided with this signal is about it. */
  span(tool: string, signal: AbortSignal): SpanHandle | undefined;
}

export function createToolGate(hp: Holdpoint, options: HoldpointMcpOptions): ToolGate {
  const identity = identityOf(options);
  const descriptors = new Map<string, ToolDescriptor>();

  /** Why policies stop a step, without a record of it. */
  const reasonsToStop = async (
    step: EnforceInput,
    types?: readonly string[],
    modes: readonly string[] = ["block", "require_approval"],
  ): Promise<readonly string[]> =>
    (await askWhereUndecided(hp, step)).violations
      .filter((one) => modes.includes(one.enforcementMode) && (!types || types.includes(one.policyType)))
      .map(({ reason }) => reason);

  /** Why policies keep a tool from everybody, before anyone calls it: it is not the one that was looked at. */
  const reasonsAgainst = async (toolDescriptor: ToolDescriptor): Promise<readonly string[]> => {
    const request: EnforceInput = {
      ...identity,
      phase: "tool_call",
      tool: { name: toolDescriptor.name },
      toolDescriptor,
    };
    const { name: tool, hash: _, ...texts } = toolDescriptor;
    const output = isSentence(tool) ? { ...texts, name: tool } : texts;
    const told: EnforceInput = { ...identity, phase: "tool_result", toolOutputs: [{ name: tool, output }] };
    return [
      ...(await reasonsToStop(request, ["tool_integrity"], ["block"])),
      // What a tool says of itself is read by the model like any result.
      // Nor is it shown unread where a pause begins meanwhile (`system`).
      ...(await reasonsToStop(told, ["injection_scan", "system"], ["block"])),
    ];
  };

  const isFirst = ({ name }: ListedTool, seen: Set<string>): boolean => {
    if (seen.has(name)) options.onHidden?.(name, ["the name is listed twice"]);
    return !seen.has(name) && seen.add(name).has(name);
  };

  const isShown = async (name: string, descriptor: ToolDescriptor): Promise<boolean> => {
    const reasons = await reasonsAgainst(descriptor);
    if (reasons.length > 0) options.onHidden?.(name, reasons);
    return reasons.length === 0;
  };

  const checkText = async (source: string, text: string, signal: AbortSignal): Promise<string> => {
    const step = { ...identity, tool: source, result: text };
    return textOf(await hp.enforceToolResult(step, callOf(options, signal)), "/toolOutputs/0/output", text);
  };

  const checkRest: ToolGate["rest"] = async (source, rest, signal) => {
    const result = withoutBytes(rest);
    const step: EnforceInput = { ...identity, phase: "tool_result", toolOutputs: [{ name: source, output: result }] };
    if ((await reasonsToStop(step)).length > 0)
      await hp.enforceToolResult({ ...identity, tool: source, result }, callOf(options, signal));
  };

  const isPaused = (): boolean => hp.evaluate({ agentId: identity.agentId }).verdict === "paused";

  return {
    isPaused,
    async list(tools) {
      const seen = new Set<string>();
      const listed = tools.filter(isListedTool).filter((tool) => isFirst(tool, seen));
      // All are known before anybody is asked about one: a call may come meanwhile.
      const described = listed.map((tool) => describeTool(options.server, tool));
      for (const descriptor of described) descriptors.set(descriptor.name, descriptor);
      if (isPaused()) return listed.filter(({ name }) => isName(name)).map(bareTool);
      const shown = await Promise.all(described.map((descriptor) => isShown(descriptor.name, descriptor)));
      return listed.filter((_, index) => shown[index]);
    },
    descriptorOf: (tool) => descriptors.get(tool),
    forget: () => descriptors.clear(),
    async call(tool, args, signal, agentId = identity.agentId) {
      const toolDescriptor = descriptors.get(tool);
      const request = {
        ...identity,
        agentId,
        phase: "tool_call",
        tool: args === undefined ? { name: tool } : { name: tool, args: args as JsonObject },
        ...(toolDescriptor ? { toolDescriptor } : {}),
      } satisfies EnforceInput;
      return applyTransforms(await hp.enforcePolicy(request, callOf(options, signal)), "/tool/args", args);
    },
    async result(tool, args, result, signal) {
      const step = { ...identity, tool, result: withoutBytes(result), ...(isObject(args) ? { args } : {}) };
      const decision = await hp.enforceToolResult(step, callOf(options, signal));
      return applyTransforms(decision, "/toolOutputs/0/output", result);
    },
    text: checkText,
    rest: checkRest,
    async pause(signal) {
      if (!isPaused()) return;
      await hp.enforcePolicy({ ...identity, phase: "tool_call", tool: { name: "mcp" } }, callOf(options, signal));
    },
    span(tool, signal) {
      const span = options.trace?.span({
        name: tool,
        spanType: "tool",
        ...(options.parentSpanId === undefined ? {} : { parentSpanId: options.parentSpanId }),
        attributes: { "mcp.server": options.server },
      });
      if (span) beginStep(signal, span);
      return span;
    },
  };
}

const bareTool = ({ name }: ListedTool): ListedTool => ({ name, inputSchema: { type: "object" } });
