import { applyTransforms, identityOf, textOf } from "@holdpoint/sdk";
import type { CheckContext } from "./check-request";
import { memoryOf, remember } from "./memory";
import { callOf } from "./options";
import { isObject, type ReadAnswer } from "./wire";

/** Checks what a model has answered and puts the texts of decisions in place: true when there were any. Throws a halt. */
export async function checkAnswer(
  { hp, options, signal }: CheckContext,
  { texts, calls, hostedCalls = 0 }: ReadAnswer,
  approved: string | undefined,
): Promise<boolean> {
  let changed = false;
  const identity = identityOf(options);
  const call = callOf(options, signal);
  for (let hosted = hostedCalls + calls.filter(({ isPending }) => !isPending).length; hosted > 0; hosted--)
    hp.reportUngoverned("no_handler", "fetch-guard.provider_tool");
  for (const slot of texts) {
    const { text } = slot;
    if (text === "") continue;
    const checked = textOf(await hp.enforceOutput({ ...identity, output: text }, call), "/output", text);
    if (checked === text) continue;
    slot.replace(checked);
    changed = true;
  }
  // All of them, before the caller sees one: no tool of a turn runs when another of it is stopped.
  for (const asked of calls) {
    const args = asked.args as Readonly<Record<string, unknown>>;
    const decision = await hp.enforceToolCall({ ...identity, tool: asked.name, args }, call);
    const allowed = applyTransforms(decision, "/tool/args", asked.args);
    if (allowed !== asked.args) {
      asked.replace(allowed);
      changed = true;
    }
    if (approved !== undefined) remember(memoryOf(hp).approvedCalls, asked.callId, approved);
  }
  return changed;
}

/** Takes log probabilities out: they say token by token what was replaced. */
export function dropProbabilities(value: unknown): void {
  if (Array.isArray(value)) value.forEach(dropProbabilities);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "logprobs" && member) value[key] = Array.isArray(member) ? [] : null;
    else dropProbabilities(member);
  }
}
