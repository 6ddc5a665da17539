import {
  applyTransforms,
  type CallOptions,
  type Holdpoint,
  identityOf,
  isEnforcementHaltError,
  withoutMedia,
} from "@holdpoint/sdk";
import type { Tool, ToolSet } from "ai";
import { asHalt, findHalt } from "./find-halt";
import { memoryOf, permitFor, remember } from "./memory";
import { callOf, type HoldpointAiOptions } from "./options";
import { textOfValue } from "./read-prompt";

type Execute = NonNullable<Tool["execute"]>;
type ExecuteOptions = Parameters<Execute>[1];

/** A call that may run. */
interface Begun {
  readonly args: unknown;
  readonly about: CallOptions;
  end(error?: unknown): void;
}

const guarded = new WeakSet<object>();

/** True for a tool of `guardTools` that runs in this process. */
export const isGuarded = ({ execute }: { readonly execute?: unknown }): boolean =>
  typeof execute === "function" && guarded.has(execute);

/** Tools that are checked before they run, and whose results are checked before anyone sees them. */
export function guardTools<Tools extends ToolSet>(hp: Holdpoint, tools: Tools, options: HoldpointAiOptions): Tools {
  const entries = Object.entries(tools).map(
    ([name, tool]) => [name, guardTool(hp, name, tool as Tool, options)] as const,
  );
  return Object.fromEntries(entries) as unknown as Tools;
}

function guardTool(hp: Holdpoint, name: string, tool: Tool, options: HoldpointAiOptions): Tool {
  const original = tool.execute;
  if (!original || guarded.has(original)) return tool;
  const memory = memoryOf(hp);

  const begin = async (input: unknown, call: ExecuteOptions): Promise<Begun> => {
    const pausedAgent = memory.canaries.get(call.toolCallId);
    const identity = { ...identityOf(options), ...(pausedAgent === undefined ? {} : { agentId: pausedAgent }) };
    const step = { ...identity, tool: name, args: asArguments(input) };
    const isPermitted = memory.permits.get(call.toolCallId) === permitFor(identity.agentId, name, step.args);
    memory.permits.delete(call.toolCallId);
    const { trace, parentSpanId } = options;
    const span =
      memory.spans.get(call.toolCallId) ??
      trace?.span({ name, spanType: "tool", ...(parentSpanId === undefined ? {} : { parentSpanId }) });
    memory.spans.delete(call.toolCallId);
    const about = callOf(options, call.abortSignal, span);
    const end = (error?: unknown): void => {
      const status = isEnforcementHaltError(error) ? "policy_blocked" : "error";
      span?.end(error === undefined ? {} : { status, error });
    };
    // The middleware has counted this call when the model asked for it. A pause may have come since then.
    if (isPermitted && hp.evaluate({ agentId: identity.agentId }).verdict !== "paused")
      return { args: input, about, end };
    const decision = await hp.enforceToolCall(step, about).catch((error: unknown) => {
      end(error);
      throw error;
    });
    const allowed = applyTransforms(decision, "/tool/args", step.args);
    const args = allowed === step.args ? input : isObject(input) ? allowed : allowed["input"];
    return { args, about, end };
  };

  const checkResult = async ({ args, about }: Begun, output: unknown, call: ExecuteOptions): Promise<unknown> => {
    const step = { ...identityOf(options), tool: name, args, result: withoutMedia(output) };
    const decision = await hp.enforceToolResult(step, about);
    const checked = applyTransforms(decision, "/toolOutputs/0/output", output);
    remember(memory.checkedResults, call.toolCallId, {
      agentId: options.agentId,
      text: textOfValue(checked),
      replacement: undefined,
    });
    return checked;
  };

  /** The framework tells the model what a tool throws; the middleware then stops that turn. */
  const stop = (call: ExecuteOptions, error: unknown): never => {
    const halt = asHalt(error);
    remember(memory.halts, call.toolCallId, halt);
    throw halt;
  };

  const run = async function* (input: unknown, call: ExecuteOptions): AsyncGenerator<unknown, void> {
    const step = await begin(input, call).catch((error: unknown) => stop(call, error));
    const check = (output: unknown) => checkResult(step, output, call).catch((error: unknown) => stop(call, error));
    try {
      const result: unknown = original.call(tool, step.args as never, call);
      if (isAsyncIterable(result)) for await (const output of result) yield await check(output);
      else yield await check(await result);
      step.end();
    } catch (error) {
      step.end(error);
      // Of an agent that is this tool: what has stopped it stops the run that asked for it.
      const halt = findHalt(error);
      if (halt) remember(memory.halts, call.toolCallId, halt);
      throw error;
    }
  };

  const execute = isGeneratorFunction(original)
    ? run
    : async (input: unknown, call: ExecuteOptions): Promise<unknown> => {
        let last: unknown;
        for await (const output of run(input, call)) last = output;
        return last;
      };
  guarded.add(execute);
  return { ...tool, execute: execute as Execute };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asArguments = (input: unknown): Readonly<Record<string, unknown>> =>
  isObject(input) ? input : input === undefined ? {} : { input };

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** One whose first results reach the user while it still runs. */
const isGeneratorFunction = (execute: unknown): boolean =>
  Object.prototype.toString.call(execute) === "[object AsyncGeneratorFunction]";
