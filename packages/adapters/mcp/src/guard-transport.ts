import type { Holdpoint } from "@holdpoint/sdk";
import { asHalt } from "./memory";
import { createMessageGate } from "./message-gate";
import type { Message } from "./messages";
import type { HoldpointMcpOptions } from "./options";
import { createToolGate } from "./tool-gate";

/** What a transport of `@modelcontextprotocol/sdk` (1) or `@modelcontextprotocol/client` (2) has. */
export interface McpTransport {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: never, extra?: never) => void) | undefined;
  sessionId?: string | undefined;
}

type Send = (message: Message, options?: unknown) => Promise<void>;
type Receive = (message: Message, extra?: unknown) => void;

/** A message of the client that is under way. */
interface Sending {
  /** What the carrier is told beside it. */
  readonly options: unknown;
  /** What the carrier has failed with. */
  failure?: { readonly error: unknown };
}

/** Of requests by their id, for a request with masked arguments is another message; so are answers, whose ids are the server's. */
const keyOf = (message: Message): unknown => {
  if (message.method === undefined) return `answer ${JSON.stringify(message.id)}`;
  return message.id === undefined ? message : callKeyOf(message.id);
};
const callKeyOf = (id: unknown): string => `call ${JSON.stringify(id)}`;

/**
 * A client's transport with the gate in it: what a policy stops never reaches the server, and what the server says
 * reaches the client when policies let it. Give it to `client.connect`.
 */
export function guardTransport<T extends McpTransport>(hp: Holdpoint, transport: T, options: HoldpointMcpOptions): T {
  let receive: Receive | undefined;
  let closed: (() => void) | undefined;
  const sendOn = transport.send.bind(transport) as unknown as Send;
  const carrier = createToolGate(hp, options);
  const sending = new Map<unknown, Sending>();
  const gate = createMessageGate(hp, options, {
    async toServer(message) {
      const own = sending.get(keyOf(message));
      try {
        await sendOn(message, own?.options);
      } catch (error) {
        if (own) own.failure = { error };
        throw error;
      }
    },
    toClient(message) {
      // Whoever sent it hears of it from the carrier itself.
      if (message.error && sending.get(callKeyOf(message.id))?.failure) return;
      receive?.(message);
    },
  });
  /** What a carrier fails with may quote the server: its error as it is, or what stops it. */
  const judge = async (error: unknown): Promise<unknown> => {
    const message = error instanceof Error ? error.message : String(error);
    try {
      await carrier.rest("transport", { message }, new AbortController().signal);
      return error;
    } catch (stopped) {
      return asHalt(stopped);
    }
  };
  const send: Send = async (message, given) => {
    if (typeof message !== "object" || message === null) return gate.fromClient(message);
    const key = keyOf(message);
    const own: Sending = { options: given };
    sending.set(key, own);
    try {
      await gate.fromClient(message);
    } finally {
      if (sending.get(key) === own) sending.delete(key);
    }
    if (own.failure) throw await judge(own.failure.error);
  };
  const listen: Receive = (message) => void gate.fromServer(message);
  transport.onmessage = listen as unknown as T["onmessage"];
  transport.onclose = () => {
    gate.close();
    closed?.();
  };
  return new Proxy(transport, {
    get(target, name) {
      if (name === "send") return send;
      if (name === "onmessage") return receive;
      if (name === "onclose") return closed;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
    set(target, name, value) {
      if (name === "onmessage") receive = value as Receive;
      else if (name === "onclose") closed = value as () => void;
      else return Reflect.set(target, name, value, target);
      return true;
    },
  });
}
