import { EnforcementUnavailableError, type Holdpoint } from "@holdpoint/sdk";
import type { McpTransport } from "./guard-transport";
import { canaryKey, haltKey, memoryOf } from "./memory";
import { createMessageGate, type MessageGate } from "./message-gate";
import { isObject, isRequest, type Message } from "./messages";
import type { HoldpointMcpOptions } from "./options";

export interface ProxyEnds {
  /** Where the client is: a server's transport. */
  readonly client: McpTransport;
  /** Where the server is: a client's transport. */
  readonly server: McpTransport;
}

export interface McpProxy {
  /** Resolves when both ends are connected and the gate has stopped a canary; rejects otherwise. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when either end is gone, with the one that went first; with `proxy` when it was closed here. */
  readonly closed: Promise<ProxyEnd>;
}

export type ProxyEnd = "client" | "server" | "proxy";

type Send = (message: Message, options?: { relatedRequestId?: string | number }) => Promise<void>;

/** Passes messages between a client and a server, each through the gate. */
export function createMcpProxy(hp: Holdpoint, { client, server }: ProxyEnds, options: HoldpointMcpOptions): McpProxy {
  const sendToClient = client.send.bind(client) as unknown as Send;
  const sendToServer = server.send.bind(server) as unknown as Send;
  /** Requests of the client that are open, with the token of their progress: an HTTP carrier has a stream for each. */
  const open = new Map<string | number, unknown>();
  /** The server knows its session no longer (Streamable HTTP): a client has to begin anew, which is not ours to do. */
  let isOver = false;
  let initializeId: string | number | undefined;
  let tapped: { toServer: number; answer: Message | undefined } | undefined;

  const relatedTo = (message: Message): string | number | undefined => {
    const token = message.params?.["progressToken"];
    const ids = [...open.keys()];
    return ids.find((id) => token !== undefined && open.get(id) === token) ?? (ids.length === 1 ? ids[0] : undefined);
  };

  const gate: MessageGate = createMessageGate(hp, options, {
    async toServer(message) {
      if (tapped) return void tapped.toServer++;
      try {
        await sendToServer(message);
      } catch (error) {
        isOver ||= server.sessionId !== undefined && (error as { code?: unknown } | null)?.code === 404;
        if (isOver && !isRequest(message)) void close("server");
        throw error;
      }
    },
    async toClient(message) {
      if (tapped) return void (tapped.answer = message);
      const isAnswer = message.method === undefined;
      if (isAnswer && message.id === initializeId) agree(message);
      const related = isAnswer ? undefined : relatedTo(message);
      if (isAnswer && message.id !== undefined && message.id !== null) open.delete(message.id);
      await sendToClient(message, related === undefined ? undefined : { relatedRequestId: related });
      if (isOver && isAnswer) void close("server");
    },
  });

  /** Carriers over HTTP name the version in a header. */
  const agree = ({ result }: Message): void => {
    const version = result?.["protocolVersion"];
    const { setProtocolVersion } = server as { setProtocolVersion?: (version: string) => void };
    if (typeof version === "string") setProtocolVersion?.call(server, version);
  };

  let finish: (first: ProxyEnd) => void = () => {};
  const closed = new Promise<ProxyEnd>((resolve) => {
    finish = resolve;
  });
  let isClosing = false;
  const close = async (first: ProxyEnd): Promise<void> => {
    if (isClosing) return void (await closed);
    isClosing = true;
    gate.close();
    await Promise.allSettled([client.close(), server.close()]);
    finish(first);
  };

  /** The gate itself is tried, with both ends held. */
  const verify = async (): Promise<void> => {
    const id = `holdpoint-canary-${crypto.randomUUID()}`;
    const tap: { toServer: number; answer: Message | undefined } = { toServer: 0, answer: undefined };
    memoryOf(hp).canaries.add(id);
    hp.pauseAgent(id, { reason: "canary of verify" });
    tapped = tap;
    try {
      const params = { name: id, arguments: {}, _meta: { [canaryKey]: id } };
      await gate.fromClient({ jsonrpc: "2.0", id, method: "tools/call", params });
      const meta = tap.answer?.result?.["_meta"];
      const info = isObject(meta) ? meta[haltKey] : undefined;
      const stopped = isObject(info) && info["code"] === "AGENT_PAUSED" && tap.toServer === 0;
      if (!stopped) throw new EnforcementUnavailableError("the proxy does not stop a paused agent");
    } finally {
      tapped = undefined;
      memoryOf(hp).canaries.delete(id);
      hp.resumeAgent(id);
    }
  };

  return {
    closed,
    close: () => close("proxy"),
    async start() {
      await verify();
      const take = (message: Message): void => {
        if (isObject(message) && isRequest(message)) {
          if (message.method === "initialize") initializeId = message.id;
          const meta = message.params?.["_meta"];
          open.set(message.id, isObject(meta) ? meta["progressToken"] : undefined);
        }
        void gate.fromClient(message);
      };
      client.onmessage = take as unknown as McpTransport["onmessage"];
      server.onmessage = ((message: Message) => void gate.fromServer(message)) as unknown as McpTransport["onmessage"];
      client.onclose = () => void close("client");
      server.onclose = () => void close("server");
      // What the carriers say of it may have the message in it.
      client.onerror = () => options.onProblem?.("a message of the client could not be read or sent");
      server.onerror = () => options.onProblem?.("a message of the server could not be read or sent");
      await server.start();
      await client.start();
    },
  };
}
