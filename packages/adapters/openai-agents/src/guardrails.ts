import { canaryOf, type EnforcementHaltError, type Holdpoint, identityOf } from "@holdpoint/sdk";
import {
  type AgentOutputType,
  defineToolInputGuardrail,
  defineToolOutputGuardrail,
  type GuardrailFunctionOutput,
  type InputGuardrail,
  type OutputGuardrail,
  type ToolGuardrailFunctionOutput,
  ToolGuardrailFunctionOutputFactory,
  type ToolInputGuardrailDefinition,
  type ToolOutputGuardrailDefinition,
} from "@openai/agents-core";
import { enforceInput } from "./enforce-input";
import { asHalt, createHaltInfo, rememberHalt } from "./find-halt";
import { isGuardedModel } from "./guard-model";
import type { HoldpointAgentsOptions } from "./options";
import { readArguments, readInput, textOfValue } from "./read-items";
import {
  asKey,
  currentCall,
  haltInside,
  lastSequence,
  markChecked,
  memoryOf,
  recordHalt,
  remember,
} from "./run-memory";

export const guardrailName = "holdpoint";

/** Runs a check; gives back what stopped it. Never throws: a guardrail that throws loses its error on the way. */
async function haltOf(
  hp: Holdpoint,
  context: object,
  check: () => Promise<unknown>,
): Promise<EnforcementHaltError | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    const halt = asHalt(error);
    rememberHalt(context, halt);
    recordHalt(hp, halt);
    return halt;
  }
}

const asGuardrailOutput = (halt: EnforcementHaltError | undefined): GuardrailFunctionOutput => ({
  tripwireTriggered: halt !== undefined,
  outputInfo: halt && createHaltInfo(halt),
});

const asToolOutput = (halt: EnforcementHaltError | undefined): ToolGuardrailFunctionOutput =>
  halt
    ? ToolGuardrailFunctionOutputFactory.throwException(createHaltInfo(halt))
    : ToolGuardrailFunctionOutputFactory.allow();

/** Checks the input of a run before its first model call. `run()` throws InputGuardrailTripwireTriggered. */
export function holdpointInputGuardrail(hp: Holdpoint, options: HoldpointAgentsOptions): InputGuardrail {
  return {
    name: guardrailName,
    runInParallel: false,
    execute: async ({ input: items, context }) =>
      asGuardrailOutput(
        await haltOf(hp, context, async () => {
          const identity = identityOf(options, canaryOf(hp, context));
          const { input, history, results, wholeText } = readInput(items);
          for (const { name, text } of results) {
            await hp.enforceToolResult({ ...identity, tool: name, result: text }, currentCall(hp));
          }
          const estimatedCost = options.estimateCost?.(wholeText);
          await enforceInput(hp, identity, { input, history, estimatedCost }, currentCall(hp));
        }),
      ),
  };
}

/** Checks the final output of a run. `run()` throws OutputGuardrailTripwireTriggered; see {@link findHalt}. */
export function holdpointOutputGuardrail(
  hp: Holdpoint,
  options: HoldpointAgentsOptions,
): OutputGuardrail<AgentOutputType> {
  return createOutputGuardrail(hp, options, false);
}

/** With a guarded model, an output that the model itself wrote was checked as it came. */
export function createOutputGuardrail(
  hp: Holdpoint,
  options: HoldpointAgentsOptions,
  modelIsGuarded: boolean,
): OutputGuardrail<AgentOutputType> {
  return {
    name: guardrailName,
    execute: async ({ agent, agentOutput, context, details }) => {
      const identity = identityOf(options, canaryOf(hp, context));
      const items = details?.modelResponse?.output;
      const isModelText = items !== undefined && !items.some(({ type }) => type === "function_call");
      if (modelIsGuarded && isModelText) return asGuardrailOutput(undefined);
      // Turns after the first were asked of a model that nobody guards.
      if (!modelIsGuarded && !isGuardedModel(agent.model) && context.usage.requests > 1)
        hp.reportUngoverned("no_handler", "openai-agents.model");
      const output = typeof agentOutput === "string" ? agentOutput : (JSON.stringify(agentOutput) ?? "");
      return asGuardrailOutput(
        await haltOf(hp, context, () => hp.enforceOutput({ ...identity, output }, currentCall(hp))),
      );
    },
  };
}

export interface HoldpointToolGuardrails {
  readonly inputGuardrails: ToolInputGuardrailDefinition[];
  readonly outputGuardrails: ToolOutputGuardrailDefinition[];
}

/**
 * For `tool({ …, ...holdpointToolGuardrails(hp, options) })`: checks a call before the tool runs and its result before
 * the model sees it. `run()` throws ToolCallError.
 */
export function holdpointToolGuardrails(hp: Holdpoint, options: HoldpointAgentsOptions): HoldpointToolGuardrails {
  const memory = memoryOf(hp);
  /** When a tool began: it may be an agent, whose halt the framework turns into a text for the outer model. */
  const beganAt = new Map<string, number>();
  const input = defineToolInputGuardrail({
    name: guardrailName,
    run: async ({ toolCall, context }) => {
      remember(beganAt, toolCall.callId, lastSequence(hp));
      markChecked(hp);
      const identity = identityOf(options, canaryOf(hp, context));
      const step = { ...identity, tool: toolCall.name, args: readArguments(toolCall.arguments) };
      const call = currentCall(hp, memory.signals.get(toolCall.callId));
      return asToolOutput(await haltOf(hp, context, () => hp.enforceToolCall(step, call)));
    },
  });
  const output = defineToolOutputGuardrail({
    name: guardrailName,
    run: async ({ toolCall, context, output: result }) => {
      const text = textOfValue(result);
      const identity = identityOf(options, canaryOf(hp, context));
      const began = beganAt.get(toolCall.callId) ?? lastSequence(hp);
      beganAt.delete(toolCall.callId);
      const inside = haltInside(hp, began, text);
      if (inside) return asToolOutput(inside);
      const step = { ...identity, tool: toolCall.name, args: readArguments(toolCall.arguments), result: text };
      const call = currentCall(hp, memory.signals.get(toolCall.callId));
      memory.signals.delete(toolCall.callId);
      const halt = await haltOf(hp, context, () => hp.enforceToolResult(step, call));
      if (!halt) remember(memory.checkedResults, toolCall.callId, asKey(options.agentId, [text]));
      return asToolOutput(halt);
    },
  });
  return { inputGuardrails: [input], outputGuardrails: [output] };
}
