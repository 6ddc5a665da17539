import {
  applyTransforms,
  type CallOptions,
  type CommonInput,
  canaryOf,
  type Holdpoint,
  identityOf,
  textOf,
} from "@holdpoint/sdk";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { AgentMiddleware } from "langchain";
import { orHalt } from "./as-halt";
import { isGuardedModel } from "./guard-mark";
import { createModelChecks, withText } from "./model-checks";
import type { HoldpointLangChainOptions } from "./options";
import { textsAdded } from "./read-added";
import { textOfPrompt } from "./read-messages";
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
  const checks = createModelChecks(hp, options);

  const wrapModelCall: WrapModelCall = async (request, handler) => {
    // A guarded model checks by itself, and holds what it streams.
    if (isGuardedModel(request.model, hp)) return handler(request);
    const canary = canaryOf(hp, request);
    const call = signalOf(request);
    const prompt = await orHalt(() => checks.prompt(request.messages, canary, call));
    const response = await handler({ ...request, messages: prompt.sent });
    return orHalt(async () => {
      if (!AIMessage.isInstance(response)) {
        await checkStructured(hp, identity, response, call);
        return response;
      }
      const checked = await checks.output(response as AIMessage, canary, call);
      checks.rememberApproved(checked, prompt);
      return checked as typeof response;
    });
  };

  const wrapToolCall: WrapToolCall = async (request, handler) => {
    const { name, args } = request.toolCall;
    const canary = canaryOf(hp, request);
    const step = { ...identity, ...(canary === undefined ? {} : { agentId: canary }), tool: name, args };
    const call = signalOf(request);
    const decision = await orHalt(() => hp.enforceToolCall(step, call));
    const toolCall = { ...request.toolCall, args: applyTransforms(decision, "/tool/args", args) };
    const output = await handler({ ...request, toolCall });
    return orHalt(async () => {
      const result = readToolResult(output);
      const after = await hp.enforceToolResult({ ...step, result }, call);
      if (!ToolMessage.isInstance(output)) return output;
      const original = textOfPrompt(output.content);
      const shown = textOf(after, "/toolOutputs/0/output", original);
      const text = isDirect(request.tool) ? await checkDirect(shown, call) : shown;
      const checked = text === original ? output : withText(output as ToolMessage, text, textOfPrompt);
      // What stands beside it is judged with the history, before a model is told of it.
      if (textsAdded(checked as ToolMessage).length === 0) checks.checkedResults.add(checked);
      return checked as typeof output;
    });
  };

  /** Its result is the agent's answer. */
  const checkDirect = async (output: string, call: CallOptions): Promise<string> =>
    output === "" ? output : textOf(await hp.enforceOutput({ ...identity, output }, call), "/output", output);

  return {
    [Symbol.for("AgentMiddleware")]: true,
    name: "holdpoint",
    wrapModelCall,
    wrapToolCall,
  } as unknown as AgentMiddleware;
}

/** An answer in a wanted shape: its JSON is what leaves the agent. */
async function checkStructured(
  hp: Holdpoint,
  identity: CommonInput,
  response: unknown,
  call: CallOptions,
): Promise<void> {
  const { structuredResponse } = response as { structuredResponse?: unknown };
  if (structuredResponse === undefined) return;
  await hp.enforceOutput({ ...identity, output: JSON.stringify(structuredResponse) ?? "" }, call);
}

const isDirect = (tool: unknown): boolean =>
  (tool as { readonly returnDirect?: unknown } | undefined)?.returnDirect === true;

/** Who aborts the run waits for no approval, and nothing runs when one comes after all. */
function signalOf(request: unknown): CallOptions {
  const { signal } = (request as { readonly runtime?: { readonly signal?: unknown } }).runtime ?? {};
  return signal instanceof AbortSignal ? { signal } : {};
}
