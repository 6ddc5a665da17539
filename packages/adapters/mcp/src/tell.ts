import type { Look } from "./look";
import type { JsonObject, Message } from "./messages";
import { isSentence } from "./says-text";

/** Hands on what nobody waits for. */
export interface Teller {
  /** In its place among the others, unless somebody is asked about it. What is stopped is left out. */
  tell(
    message: Message,
    see: Look["incoming"],
    handOn: (message: Message) => Promise<void> | void,
  ): Promise<void> | void;
  /** Ends waits for approvals. */
  close(): void;
}

export function createTeller(): Teller {
  const waiting = new Set<AbortController>();
  return {
    tell(message, see, handOn) {
      const { method, params } = message;
      if (params === undefined) return handOn(message);
      const withParams = (seen: JsonObject) => handOn(seen === params ? message : { ...message, params: seen });
      // A cancellation is no text, whatever its reason says.
      const { requestId } = params;
      const isCancelled = method === "notifications/cancelled" && !isSentence(String(requestId));
      const leaveOut = () => (isCancelled ? withParams({ requestId }) : undefined);
      const told = new AbortController();
      const seen = see(String(method), params, told.signal);
      if (!(seen instanceof Promise)) return withParams(seen);
      waiting.add(told);
      return seen.finally(() => waiting.delete(told)).then(withParams, leaveOut);
    },
    close() {
      for (const told of waiting) told.abort(new Error("the connection is closed"));
    },
  };
}
