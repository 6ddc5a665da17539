import { chatCompletions } from "./chat-completions";
import { messages } from "./messages";
import { responses } from "./responses";
import type { Wire } from "./wire";

/** By the end of the path, with or without the id of a stored answer. Microsoft's and Google's addresses end alike. */
const wires: readonly (readonly [RegExp, Wire])[] = [
  [/\/(chat\/)?completions(\/[^/]+)?$/, chatCompletions],
  [/\/responses(\/[^/]+(\/cancel)?)?$/, responses],
  [/\/messages$|:(streamR|r)awPredict$|\/invoke(-with-response-stream)?$/, messages],
];

/** How the bodies of an address are read; undefined for one that we do not know. */
export function findWire(path: string): Wire | undefined {
  const own = path.replace(/\/+$/, "");
  return wires.find(([pattern]) => pattern.test(own))?.[1];
}
