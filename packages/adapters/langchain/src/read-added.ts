import { textsIn, withoutMedia } from "@holdpoint/sdk";
import type { BaseMessage } from "@langchain/core/messages";

/** Calls are judged when they are made; what begins with two strokes are notes of LangChain's own. */
const isOfCalls = (name: string): boolean => /^(?:tool_calls|function_call|__.*)$/.test(name);

/** A kind, a phase, a state: no text. */
export const isWord = (text: string): boolean => /^[a-z_]{0,24}$/.test(text);

/** What stands beside a message, calls left out. */
export const addedTo = ({ additional_kwargs: others }: BaseMessage): readonly unknown[] =>
  Object.entries(others ?? {}).flatMap(([name, member]) => (isOfCalls(name) ? [] : [member]));

/** A message's calls, and nothing else that stands beside it. */
export const withoutAdded = ({ additional_kwargs: others }: BaseMessage): BaseMessage["additional_kwargs"] =>
  Object.fromEntries(Object.entries(others ?? {}).filter(([name]) => isOfCalls(name)));

/** The texts of what stands beside a message, and of whoever says it; many languages write without spaces. */
export const textsAdded = (message: BaseMessage): readonly string[] => [
  ...textsIn(withoutMedia([...addedTo(message)])).filter((text) => !isWord(text)),
  ...(/[^!-~]/.test(message.name ?? "") ? [String(message.name)] : []),
];
