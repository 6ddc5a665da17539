import {
  type CallOptions,
  type CommonInput,
  canaryOf,
  type Holdpoint,
  identityOf,
  openStream,
  textOf,
  textsIn,
  type WrittenStream,
} from "@holdpoint/sdk";
import type { AgentOutputItem, Model, ModelRequest, ModelResponse } from "@openai/agents-core";
import { enforceInput } from "./enforce-input";
import { asHalt, findHalt } from "./find-halt";
import type { HoldpointAgentsOptions } from "./options";
import { type HostedStep, readHosted } from "./read-hosted";
import { countHostedCalls, readCallIds, readInput, readOutputs, readThoughts, readUnguardedCalls } from "./read-items";
import { replaceOutputs } from "./replace-outputs";
import { asKey, beginModelCall, currentCall, type ModelCall, memoryOf, recordHalt, remember } from "./run-memory";
import { streamAnswer } from "./stream-answer";

const guarded = new WeakSet<object>();

/** True for what `guardModel` gave back. */
export const isGuardedModel = (model: unknown): boolean =>
  typeof model === "object" && model !== null && guarded.has(model);

interface CheckedRequest {
  /** What a human has approved: the agent, and the texts up to the user's last one. */
  readonly approved: string | undefined;
  readonly canary: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly call: ModelCall;
}

/** The text of a stream, and what of it went out. */
interface Said {
  readonly said: string;
  readonly shown: string;
}

/** Checks what goes into a model and what comes out of it; throws a halt error. */
interface ModelGuard {
  before(request: ModelRequest, call: ModelCall): Promise<CheckedRequest>;
  /** The answer to give out: texts of the decisions in place. What was said in a stream is not decided again. */
  after(output: readonly AgentOutputItem[], before: CheckedRequest, said?: Said): Promise<readonly AgentOutputItem[]>;
  open(before: CheckedRequest): WrittenStream;
}

/**
 * A model that is asked only what policies let pass, at every turn of a run: the user's input, earlier messages,
 * results of tools that no guardrail has checked; and whose answers reach nobody unless policies let them. What stops
 * it is thrown as it is. A stream flows a hold-back behind the model. Texts that a policy replaces are replaced in answers.
 */
export function guardModel(hp: Holdpoint, model: Model, options: HoldpointAgentsOptions): Model {
  if (guarded.has(model)) return model;
  const guard = createModelGuard(hp, options);
  const wrapper: Model = {
    ...(model.supportsPromptModelSelection === undefined
      ? {}
      : { supportsPromptModelSelection: model.supportsPromptModelSelection }),
    async getResponse(request): Promise<ModelResponse> {
      const call = beginModelCall(hp);
      try {
        const before = await guard.before(request, call);
        const response = await model.getResponse(request);
        return withOutput(response, await guard.after(response.output, before));
      } catch (error) {
        call.end(error);
        throw error;
      } finally {
        call.end();
      }
    },
    async *getStreamedResponse(request) {
      const call = beginModelCall(hp);
      try {
        const before = await guard.before(request, call);
        yield* streamAnswer(model.getStreamedResponse(request), {
          open: () => guard.open(before),
          async finish(done, said, shown) {
            const output = done.response.output as readonly AgentOutputItem[];
            const response = withOutput(done.response, await guard.after(output, before, { said, shown }));
            return response === done.response ? done : { type: done.type, response };
          },
        });
      } catch (error) {
        call.end(error);
        throw error;
      } finally {
        call.end();
      }
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

/** What a program puts into a prompt template that is kept at the provider. */
const readVariables = ({ prompt }: ModelRequest): readonly string[] => textsIn(Object.values(prompt?.variables ?? {}));

function createModelGuard(hp: Holdpoint, options: HoldpointAgentsOptions): ModelGuard {
  const memory = memoryOf(hp);

  const checkInput = async (request: ModelRequest, call: ModelCall): Promise<CheckedRequest> => {
    const canary = canaryOf(hp, request);
    const { signal } = request;
    const about = currentCall(hp, signal, call.span);
    const identity: CommonInput = identityOf(options, canary);
    const { input, history, approvable, afterInput, results, continuedCalls, wholeText } = readInput(request.input);
    for (const { callId, name, text } of results) {
      const key = asKey(options.agentId, [text]);
      if (memory.checkedResults.get(callId) === key) continue;
      await hp.enforceToolResult({ ...identity, tool: name, result: text }, about);
      remember(memory.checkedResults, callId, key);
    }
    if (typeof request.input !== "string")
      for (const step of readHosted(request.input)) await checkHostedResult(step, identity, about);
    // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
    // id of an approved call stands for nothing but the texts that were approved.
    const variables = readVariables(request);
    const question = asKey(options.agentId, [...approvable, ...variables]);
    const approved = continuedCalls.some((callId) => memory.approvedCalls.get(callId) === question);
    const asked = approved
      ? { input: undefined, history: afterInput, estimatedCost: options.estimateCost?.(wholeText) }
      : {
          input,
          history: [...variables.map((content) => ({ role: "user", content })), ...history],
          estimatedCost: options.estimateCost?.([...variables, wholeText].join("\n")),
        };
    const isAsked = await enforceInput(hp, identity, asked, about);
    return { approved: approved || isAsked ? question : undefined, canary, signal, call };
  };

  const checkHostedResult = async (step: HostedStep, identity: CommonInput, call: CallOptions): Promise<void> => {
    const { id, tool, result } = step;
    if (result === undefined) return;
    const key = asKey(options.agentId, [tool, JSON.stringify(result)]);
    if (memory.checkedResults.get(id) === key) return;
    await hp.enforceToolResult({ ...identity, tool, result }, call);
    remember(memory.checkedResults, id, key);
  };

  const checkOutput: ModelGuard["after"] = async (output, { canary, signal, call: { span } }, said) => {
    const identity: CommonInput = identityOf(options, canary);
    const call = currentCall(hp, signal, span);
    const texts = new Map<string, string>();
    const outputs = readOutputs(output);
    // A stream that says something else than its end, or has none, is judged as it flowed; the end is then judged besides.
    const isSaid = said !== undefined && outputs.join("") === said.said;
    for (const text of outputs) {
      if (!isSaid) {
        texts.set(text, textOf(await hp.enforceOutput({ ...identity, output: text }, call), "/output", text));
      } else if (said.shown !== said.said) {
        const shown =
          outputs.length === 1 ? said.shown : textOf(hp.evaluate(outputOf(identity, text)), "/output", text);
        texts.set(text, shown);
      }
    }
    for (const text of readThoughts(output))
      texts.set(text, textOf(await hp.enforceOutput({ ...identity, output: text }, call), "/output", text));
    for (let hosted = countHostedCalls(output); hosted > 0; hosted--)
      hp.reportUngoverned("no_handler", "openai-agents.hosted_tool_call");
    // They have run, or wait for an approval: nobody sees more of them, and the run ends.
    for (const step of readHosted(output)) {
      if (step.args) await hp.enforceToolCall({ ...identity, tool: step.tool, args: step.args }, call);
      await checkHostedResult(step, identity, call);
    }
    for (const { name, args } of readUnguardedCalls(output)) {
      await hp.enforceToolCall({ ...identity, tool: name, args }, call);
    }
    return replaceOutputs(output, (text) => texts.get(text) ?? text);
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

  /** A halt of a stream is one of the run. */
  const reportHalts = ({ write, end, cancel }: WrittenStream): WrittenStream => ({
    write: (text) => orHalt(() => write(text)),
    end: () => orHalt(end),
    cancel,
  });

  return {
    before: (request, call) => orHalt(() => checkInput(request, call)),
    after: (output, before, said) =>
      orHalt(async () => {
        const checked = await checkOutput(output, before, said);
        for (const callId of readCallIds(output)) {
          if (before.approved !== undefined) remember(memory.approvedCalls, callId, before.approved);
          if (before.signal) remember(memory.signals, callId, before.signal);
        }
        return checked;
      }),
    open: ({ canary, signal, call: { span } }) =>
      reportHalts(openStream(hp, identityOf(options, canary), currentCall(hp, signal, span))),
  };
}

const outputOf = (identity: CommonInput, output: string) => ({ ...identity, phase: "output" as const, output });

/** The same response with another answer; the provider's own data hold the old one. */
function withOutput<T extends { readonly output: unknown }>(response: T, output: readonly AgentOutputItem[]): T {
  if (output === response.output) return response;
  const { providerData: _, ...rest } = response as T & { readonly providerData?: unknown };
  return { ...rest, output } as unknown as T;
}
