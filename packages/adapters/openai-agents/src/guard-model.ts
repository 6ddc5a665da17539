import type { CommonInput, Holdpoint } from "@holdpoint/sdk";
import type { AgentOutputItem, Model, ModelRequest, ModelResponse, StreamEvent } from "@openai/agents-core";
import { canaryOf } from "./canary";
import { asHalt, findHalt } from "./find-halt";
import { type HoldpointAgentsOptions, identityOf } from "./options";
import { readCallIds, readInput, readOutputs, readUnguardedCalls } from "./read-items";
import { asKey, currentCall, memoryOf, recordHalt, remember } from "./run-memory";

const guarded = new WeakSet<object>();

/** True for what `guardModel` gave back. */
export const isGuardedModel = (model: unknown): boolean =>
  typeof model === "object" && model !== null && guarded.has(model);

interface CheckedRequest {
  /** What a human has approved: the agent, and the texts up to the user's last one. */
  readonly approved: string | undefined;
  readonly canary: string | undefined;
}

/** Checks what goes into a model and what comes out of it; throws a halt error. */
interface ModelGuard {
  before(request: ModelRequest): Promise<CheckedRequest>;
  after(output: readonly AgentOutputItem[], before: CheckedRequest): Promise<void>;
  text(text: string, before: CheckedRequest): Promise<void>;
}

/**
 * A model that is asked only what policies let pass, at every turn of a run: the user's input, earlier messages,
 * results of tools that no guardrail has checked; and whose answers reach nobody unless policies let them. What stops
 * it is thrown as it is. A stream is held until the whole answer was checked: nothing of one that is stopped goes on.
 */
export function guardModel(hp: Holdpoint, model: Model, options: HoldpointAgentsOptions): Model {
  if (guarded.has(model)) return model;
  const guard = createModelGuard(hp, options);
  const wrapper: Model = {
    ...(model.supportsPromptModelSelection === undefined
      ? {}
      : { supportsPromptModelSelection: model.supportsPromptModelSelection }),
    async getResponse(request): Promise<ModelResponse> {
      const before = await guard.before(request);
      const response = await model.getResponse(request);
      await guard.after(response.output, before);
      return response;
    },
    async *getStreamedResponse(request) {
      const before = await guard.before(request);
      const held: StreamEvent[] = [];
      for await (const event of model.getStreamedResponse(request)) held.push(event);
      const streamed = held.flatMap((event) => (event.type === "output_text_delta" ? [event.delta] : [])).join("");
      const outputs = held.flatMap((event) =>
        event.type === "response_done" ? [event.response.output as readonly AgentOutputItem[]] : [],
      );
      // A stream that says something else than its last event, or has none, is read as it flowed.
      if (!readOutputs(outputs.flat()).join("\n").includes(streamed)) await guard.text(streamed, before);
      for (const output of outputs) await guard.after(output, before);
      yield* held;
    },
    getRetryAdvice(args) {
      // What a policy has stopped is not tried again, whatever the run's retry policy says.
      if (findHalt(args.error))
        return {
          suggested: false,
          replaySafety: "unsafe",
          reason: "stopped by a policy",
          // The one veto that no retry policy can overrule.
          normalized: { isAbort: true },
        };
      return model.getRetryAdvice?.(args);
    },
  };
  guarded.add(wrapper);
  return wrapper;
}

function createModelGuard(hp: Holdpoint, options: HoldpointAgentsOptions): ModelGuard {
  const memory = memoryOf(hp);

  const checkInput = async (request: ModelRequest): Promise<CheckedRequest> => {
    const canary = canaryOf(hp, request);
    const identity: CommonInput = identityOf(options, canary);
    const { input, history, approvable, afterInput, results, continuedCalls, wholeText } = readInput(request.input);
    for (const { callId, name, text } of results) {
      const key = asKey(options.agentId, [text]);
      if (memory.checkedResults.get(callId) === key) continue;
      await hp.enforceToolResult({ ...identity, tool: name, result: text }, currentCall(hp));
      remember(memory.checkedResults, callId, key);
    }
    // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
    // id of an approved call stands for nothing but the texts that were approved.
    const question = asKey(options.agentId, approvable);
    const approved = continuedCalls.some((callId) => memory.approvedCalls.get(callId) === question);
    const conversationHistory = approved ? afterInput : history;
    const estimatedCost = options.estimateCost?.(wholeText);
    const decision = await hp.enforcePolicy(
      {
        ...identity,
        phase: "input",
        ...(input === undefined || approved ? {} : { input }),
        ...(conversationHistory.length === 0 ? {} : { conversationHistory }),
        ...(estimatedCost === undefined ? {} : { estimatedCost }),
      },
      currentCall(hp),
    );
    return { approved: approved || decision.verdict === "require_approval" ? question : undefined, canary };
  };

  const checkOutput = async (output: readonly AgentOutputItem[], { canary }: CheckedRequest): Promise<void> => {
    const identity: CommonInput = identityOf(options, canary);
    for (const text of readOutputs(output)) await hp.enforceOutput({ ...identity, output: text }, currentCall(hp));
    for (const { name, args } of readUnguardedCalls(output)) {
      await hp.enforceToolCall({ ...identity, tool: name, args }, currentCall(hp));
    }
  };

  const orHalt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const halt = asHalt(error);
      recordHalt(hp, halt);
      throw halt;
    }
  };

  return {
    before: (request) => orHalt(() => checkInput(request)),
    after: (output, before) =>
      orHalt(async () => {
        await checkOutput(output, before);
        if (before.approved === undefined) return;
        for (const callId of readCallIds(output)) remember(memory.approvedCalls, callId, before.approved);
      }),
    text: (output, { canary }) =>
      orHalt(async () => {
        await hp.enforceOutput({ ...identityOf(options, canary), output }, currentCall(hp));
      }),
  };
}
