import { type CommonInput, defaults, type EnforceInput, type Holdpoint, identityOf, textOf } from "@holdpoint/sdk";
import { memoryOf, remember } from "./memory";
import { callOf, type StepOptions } from "./options";
import { type ReadRequest, type Result, type Said, type Slot, slotOf } from "./wire";

export interface CheckContext {
  readonly hp: Holdpoint;
  readonly options: StepOptions;
  readonly signal: AbortSignal | undefined;
}

/** The program's own text. */
const isInstruction = ({ role }: Said): boolean => role === "system" || role === "developer";

/**
 * Checks what is about to reach a model and puts the texts of decisions in place. Gives what a human has approved of it:
 * the agent, and the texts up to the user's last one. Throws a halt.
 */
export async function checkRequest(
  { hp, options, signal }: CheckContext,
  { said, results, continuedCalls, model }: ReadRequest,
): Promise<string | undefined> {
  const memory = memoryOf(hp);
  const identity = identityOf(options);
  const call = callOf(options, signal);
  const wholeText = [...said, ...results].map(({ slot }) => slot.text).join("\n");
  for (const result of results) await checkResult(hp, options, identity, result, signal);

  const inputIndex = said.findLastIndex((one) => one.role === "user" && one.slot.text !== "");
  const question = JSON.stringify([
    identity.agentId,
    ...said.slice(0, inputIndex + 1).map(({ role, slot }) => `${role}: ${slot.text}`),
  ]);
  // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
  // id of an approved call stands for nothing but the texts that were approved.
  const approved = continuedCalls.some((id) => memory.approvedCalls.get(id) === question);
  const spoken = said.filter((one, index) => index !== inputIndex && !isInstruction(one) && one.slot.text !== "");
  const history = foldHistory(spoken);
  const input = said[inputIndex]?.slot;
  const estimatedCost = options.estimateCost?.(wholeText);
  const requestWith = (asked: Slot | undefined, before: readonly Said[]): EnforceInput => ({
    ...identity,
    phase: "input",
    ...(asked === undefined ? {} : { input: asked.text }),
    ...(before.length === 0
      ? {}
      : { conversationHistory: before.map(({ role, slot }) => ({ role, content: slot.text })) }),
    ...(estimatedCost === undefined ? {} : { estimatedCost }),
    ...(model === undefined ? {} : { model }),
  });
  const whole = requestWith(input, history);
  const later = spoken.filter((one) => said.indexOf(one) > inputIndex);
  const decision = await hp.enforcePolicy(approved ? requestWith(undefined, foldHistory(later)) : whole, call);
  // What was approved is not asked again, but masked again.
  const { transforms } = approved ? hp.evaluate(whole) : decision;
  for (const { path, text } of transforms) {
    if (path === "/input") input?.replace(text);
    const index = /^\/conversationHistory\/(\d+)\/content$/.exec(path)?.[1];
    if (index !== undefined) history[Number(index)]?.slot.replace(text);
  }
  return approved || decision.verdict === "require_approval" ? question : undefined;
}

/** As many messages as a request may carry: the oldest ones stand in one. */
function foldHistory(said: readonly Said[]): readonly Said[] {
  const over = said.length - defaults.adapterHistoryMessages;
  if (over <= 0) return said;
  const places = said.slice(0, over + 1).flatMap(({ slot }) => slot.places);
  return [{ role: "user", slot: slotOf(places, "\n") }, ...said.slice(over + 1)];
}

/** A result is checked once, and stands masked in every later request if it was masked in the first. */
async function checkResult(
  hp: Holdpoint,
  options: StepOptions,
  identity: CommonInput,
  { callId, name, slot }: Result,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { checkedResults } = memoryOf(hp);
  const { text } = slot;
  let known = checkedResults.get(callId);
  if (callId === "" || known?.agentId !== options.agentId || (known.text !== text && known.replacement !== text)) {
    const step = { ...identity, tool: name || "tool", result: text };
    const checked = textOf(await hp.enforceToolResult(step, callOf(options, signal)), "/toolOutputs/0/output", text);
    known = { agentId: options.agentId, text, replacement: checked === text ? undefined : checked };
    remember(checkedResults, callId, known);
  }
  if (known.replacement !== undefined && known.replacement !== text) slot.replace(known.replacement);
}
