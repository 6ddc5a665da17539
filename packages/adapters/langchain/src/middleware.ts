import { type CommonInput, defaults, type Holdpoint, textOf } from "@holdpoint/sdk";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { AgentMiddleware } from "langchain";
import { applyTransforms, replaceText } from "./apply-transforms";
import { asHalt } from "./as-halt";
import { type HoldpointLangChainOptions, identityOf } from "./options";
import { readPrompt, roleOf, textOfContent } from "./read-messages";
import { readToolResult } from "./read-tool";

type WrapModelCall = NonNullable<AgentMiddleware["wrapModelCall"]>;
type WrapToolCall = NonNullable<AgentMiddleware["wrapToolCall"]>;

/**
 * Middleware for `createAgent`, to be the first of its list: checks every model and tool call as the callback handler
 * does, and also puts the texts of a decision (masked, redacted) in place of the original ones. What may not happen is
 * thrown by the agent as a MiddlewareError whose `cause` is the SDK's own error: see `findHalt`. Use it instead of the
 * handler: both together check, and charge, everything twice.
 */
export function holdpointMiddleware(hp: Holdpoint, options: HoldpointLangChainOptions): AgentMiddleware {
  const identity: CommonInput = identityOf(options);
  const checkedResults = new WeakSet<object>();
  /** Of tool calls in answers to what a human has approved: the texts that were approved. */
  const approvedCalls = new Map<string, string>();

  const checkPrompt = async (
    messages: readonly BaseMessage[],
  ): Promise<{ approved: string | undefined; sent: BaseMessage[] }> => {
    const prompt = readPrompt(messages, (message) => checkedResults.has(message));
    // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
    // id of an approved call stands for nothing but the texts that were approved.
    const inputIndex = prompt.inputMessage ? messages.indexOf(prompt.inputMessage) : -1;
    const question = JSON.stringify(messages.slice(0, inputIndex + 1).map(textWithRole));
    const approved = callsIn(messages.slice(inputIndex + 1)).some((id) => approvedCalls.get(id) === question);
    const isAsked = (message: BaseMessage): boolean => !approved || messages.indexOf(message) > inputIndex;
    const history = prompt.history.filter((_, index) => isAsked(prompt.historyMessages[index] as BaseMessage));
    const historyMessages = prompt.historyMessages.filter(isAsked);
    const estimatedCost = options.estimateCost?.(prompt.wholeText);
    const decision = await hp.enforcePolicy({
      ...identity,
      phase: "input",
      ...(prompt.input === undefined || approved ? {} : { input: prompt.input }),
      ...(history.length === 0 ? {} : { conversationHistory: history }),
      ...(estimatedCost === undefined ? {} : { estimatedCost }),
    });
    const replaced = new Map<BaseMessage, string>();
    if (prompt.inputMessage) replaced.set(prompt.inputMessage, textOf(decision, "/input", prompt.input ?? ""));
    historyMessages.forEach((message, index) => {
      const original = history[index]?.content ?? "";
      replaced.set(message, textOf(decision, `/conversationHistory/${index}/content`, original));
    });
    const sent = messages.map((message) => {
      const text = replaced.get(message);
      return text === undefined || text === textOfContent(message.content) ? message : withText(message, text);
    });
    return { approved: approved || decision.verdict === "require_approval" ? question : undefined, sent };
  };

  const checkOutput = async (message: AIMessage): Promise<AIMessage> => {
    const output = textOfContent(message.content);
    if (output === "") return message;
    const decision = await hp.enforceOutput({ ...identity, output });
    const text = textOf(decision, "/output", output);
    return text === output ? message : withText(message, text);
  };

  const wrapModelCall: WrapModelCall = async (request, handler) => {
    const { approved, sent } = await orHalt(() => checkPrompt(request.messages));
    const response = await handler({ ...request, messages: sent });
    return orHalt(async () => {
      if (!AIMessage.isInstance(response)) {
        await checkStructured(hp, identity, response);
        return response;
      }
      const checked = await checkOutput(response as AIMessage);
      if (approved !== undefined) {
        for (const { id } of checked.tool_calls ?? []) rememberCall(approvedCalls, id, approved);
      }
      return checked as typeof response;
    });
  };

  const wrapToolCall: WrapToolCall = async (request, handler) => {
    const { name, args } = request.toolCall;
    const step = { ...identity, tool: name, args };
    const decision = await orHalt(() => hp.enforceToolCall(step));
    const toolCall = { ...request.toolCall, args: applyTransforms(args, "/tool/args", decision) };
    const output = await handler({ ...request, toolCall });
    return orHalt(async () => {
      const result = readToolResult(output);
      const after = await hp.enforceToolResult({ ...step, result });
      if (!ToolMessage.isInstance(output)) return output;
      const original = textOfContent(output.content);
      const text = textOf(after, "/toolOutputs/0/output", original);
      const checked = text === original ? output : withText(output as ToolMessage, text);
      checkedResults.add(checked);
      return checked as typeof output;
    });
  };

  return {
    [Symbol.for("AgentMiddleware")]: true,
    name: "holdpoint",
    wrapModelCall,
    wrapToolCall,
  } as unknown as AgentMiddleware;
}

async function orHalt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asHalt(error);
  }
}

/** An answer in a wanted shape: its JSON is what leaves the agent. */
async function checkStructured(hp: Holdpoint, identity: CommonInput, response: unknown): Promise<void> {
  const { structuredResponse } = response as { structuredResponse?: unknown };
  if (structuredResponse === undefined) return;
  await hp.enforceOutput({ ...identity, output: JSON.stringify(structuredResponse) ?? "" });
}

const textWithRole = (message: BaseMessage): string => `${roleOf(message)}: ${textOfContent(message.content)}`;

function callsIn(messages: readonly BaseMessage[]): readonly string[] {
  return messages.flatMap((message) => {
    const { tool_calls: calls = [] } = message as BaseMessage & { tool_calls?: readonly { id?: string }[] };
    return calls.flatMap(({ id }) => (id === undefined ? [] : [id]));
  });
}

function rememberCall(calls: Map<string, string>, id: string | undefined, approved: string): void {
  if (id === undefined) return;
  calls.delete(id);
  calls.set(id, approved);
  const [oldest] = calls.keys();
  if (calls.size > defaults.adapterOpenRuns && oldest !== undefined) calls.delete(oldest);
}

/** A copy of a message that says something else; the original stays as it is, for others hold it too. */
function withText<M extends BaseMessage>(message: M, text: string): M {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(message)), message) as M;
  const content = replaceText(message.content, text);
  return Object.assign(copy, { content, lc_kwargs: { ...message.lc_kwargs, content } });
}
