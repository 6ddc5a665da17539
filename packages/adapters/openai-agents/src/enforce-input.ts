import { type CallOptions, type CommonInput, type EnforceInput, type Holdpoint, inLots } from "@holdpoint/sdk";
import type { ReadInput } from "./read-items";

/** What of a request is to be judged. */
interface AskedInput extends Pick<ReadInput, "input" | "history"> {
  /** In USD. */
  readonly estimatedCost: number | undefined;
}

/**
 * Phase `input`; of a history of more messages than a request may carry the older ones come first, in requests of their
 * own. True when a human was asked and lets it pass. Throws what the SDK throws.
 */
export async function enforceInput(
  hp: Holdpoint,
  identity: CommonInput,
  { input, history, estimatedCost }: AskedInput,
  call: CallOptions,
): Promise<boolean> {
  const { older, last } = inLots(history);
  const requestOf = (conversationHistory: ReadInput["history"]): EnforceInput => ({
    ...identity,
    phase: "input",
    ...(conversationHistory.length === 0 ? {} : { conversationHistory }),
  });
  let isAsked = false;
  for (const lot of older.map(requestOf)) {
    // Recorded and counted when they were new; what stops is stopped whenever it comes.
    if (hp.evaluate(lot).allowed) continue;
    const { verdict } = await hp.enforcePolicy(lot, call);
    isAsked ||= verdict === "require_approval";
  }
  const request: EnforceInput = {
    ...requestOf(last),
    ...(input === undefined ? {} : { input }),
    ...(estimatedCost === undefined ? {} : { estimatedCost }),
  };
  const { verdict } = await hp.enforcePolicy(request, call);
  return isAsked || verdict === "require_approval";
}
