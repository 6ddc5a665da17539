import type { CallOptions, CommonInput, Decision, Holdpoint } from "@holdpoint/sdk";
import type { HistoryMessage } from "./read-messages";

/** What is decided of older messages. They were recorded when they were new; what stops throws whenever it comes. */
export async function judgeLot(
  hp: Holdpoint,
  identity: CommonInput,
  conversationHistory: readonly HistoryMessage[],
  call: CallOptions | undefined,
): Promise<Decision> {
  const request = { ...identity, phase: "input" as const, conversationHistory };
  const looked = hp.evaluate(request);
  return looked.allowed ? looked : await hp.enforcePolicy(request, call);
}
