import { judgeTold } from "./judge-asked";
import type { SamplingChecks } from "./judge-sampling";
import type { Look } from "./look";
import { remember } from "./memory";
import { isObject, type JsonObject, keyOf, type Message, type RequestMessage } from "./messages";
import type { GateEnds } from "./options";
import { saysText } from "./says-text";
import type { ToolGate } from "./tool-gate";

/** What a server asks of the client (its model, its user, whatever else), and what that answers. */
export interface ServerRequests {
  ask(request: RequestMessage): Promise<void>;
  answer(message: Message & { readonly id: string | number }): Promise<void>;
  /** False for one that the client does not have, not yet or no longer: nothing of it goes on. */
  cancel(id: string | number): boolean;
  /** Ends waits for approvals. */
  close(): void;
}

interface Asked {
  readonly method: string;
  readonly abort: AbortController;
  /** From when the client is asked until it answers; before and after that policies are. */
  isWithClient: boolean;
}

export function createServerRequests(
  { gate, look, sampling }: { readonly gate: ToolGate; readonly look: Look; readonly sampling: SamplingChecks },
  ends: GateEnds,
  refuse: (id: string | number, method: string, error: unknown) => Message,
): ServerRequests {
  const open = new Map<string, Asked>();

  const checkAsked = async (request: RequestMessage, signal: AbortSignal): Promise<Message> => {
    const { method, params } = request;
    if (params === undefined) return request;
    // It asks for nothing and tells nothing.
    if (method === "ping") return { jsonrpc: "2.0", id: request.id, method };
    if (method === "sampling/createMessage") return { ...request, params: await sampling.asked(params, signal) };
    const checked = await gate.result(method, undefined, params, signal);
    return checked === params ? request : { ...request, params: checked };
  };

  const checkResult = async (result: JsonObject, { method, abort }: Asked): Promise<JsonObject> => {
    if (method === "sampling/createMessage") return sampling.answered(result, abort.signal);
    return saysText(result) ? judgeTold(gate, method, result, abort.signal) : result;
  };

  const checkAnswer = async (message: Message, asked: Asked): Promise<Message> => {
    const { result, error } = message;
    if (isObject(result)) {
      const allowed = await checkResult(result, asked);
      return allowed === result ? message : { ...message, result: allowed };
    }
    if (error === undefined) return message;
    const said = { error };
    const seen = await look.outgoing(asked.method, said, asked.abort.signal);
    return seen === said ? message : { ...message, ...seen };
  };

  return {
    async ask(request) {
      const { id, method } = request;
      const key = keyOf(id);
      const asked: Asked = { method, abort: new AbortController(), isWithClient: false };
      const { signal } = asked.abort;
      remember(open, key, asked);
      try {
        const checked = await checkAsked(request, signal);
        // Cancelled while it waited: nobody waits for an answer.
        if (signal.aborted) return;
        asked.isWithClient = true;
        await ends.toClient(checked);
      } catch (error) {
        if (open.get(key) === asked) open.delete(key);
        if (!signal.aborted) await ends.toServer(refuse(id, method, error));
      }
    },
    async answer(message) {
      const key = keyOf(message.id);
      const asked = open.get(key);
      if (!asked?.isWithClient) return;
      asked.isWithClient = false;
      const { signal } = asked.abort;
      try {
        const checked = await checkAnswer(message, asked);
        if (!signal.aborted) await ends.toServer(checked);
      } catch (error) {
        if (!signal.aborted) await ends.toServer(refuse(message.id, asked.method, error));
      } finally {
        if (open.get(key) === asked) open.delete(key);
      }
    },
    cancel(id) {
      const asked = open.get(keyOf(id));
      if (!asked || asked.isWithClient) return true;
      asked.abort.abort(new Error("the request was cancelled"));
      open.delete(keyOf(id));
      return false;
    },
    close() {
      for (const { abort } of open.values()) abort.abort(new Error("the connection is closed"));
      open.clear();
    },
  };
}
