import { defaults } from "@holdpoint/sdk";
import { isObject, type JsonObject, type Message } from "./messages";

/** Asks the server for its tools on the gate's own account, when a tool is called that no client has listed. */
export interface ToolLister {
  /** Resolves when the server has told, or refused to, or has not answered in time. */
  list(signal: AbortSignal): Promise<void>;
  /** True when the answer is to a request of this one. */
  take(message: Message): boolean;
  close(): void;
}

const maxPages = 100;

export function createToolLister(
  send: (message: Message) => Promise<void> | void,
  learn: (tools: readonly unknown[]) => void,
  forget: () => void,
): ToolLister {
  const prefix = `holdpoint-${crypto.randomUUID()}-`;
  const waiting = new Map<string, (result: JsonObject | undefined) => void>();
  let made = 0;
  let running: Promise<void> | undefined;

  const ask = (params: JsonObject): Promise<JsonObject | undefined> => {
    const id = `${prefix}${++made}`;
    return new Promise((resolve) => {
      const finish = (result: JsonObject | undefined): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(result);
      };
      const timer = setTimeout(() => finish(undefined), defaults.requestTimeoutMs);
      waiting.set(id, finish);
      Promise.resolve()
        .then(() => send({ jsonrpc: "2.0", id, method: "tools/list", params }))
        .catch(() => finish(undefined));
    });
  };

  const listAll = async (): Promise<void> => {
    const tools: unknown[] = [];
    let params: JsonObject = {};
    for (let page = 0; page < maxPages; page++) {
      const result = await ask(params);
      if (!result) return;
      if (Array.isArray(result["tools"])) tools.push(...result["tools"]);
      const cursor = result["nextCursor"];
      if (typeof cursor !== "string") break;
      params = { cursor };
    }
    forget();
    learn(tools);
  };

  return {
    async list(signal) {
      running ??= listAll().finally(() => {
        running = undefined;
      });
      await Promise.race([
        running,
        new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
      ]);
    },
    take({ id, result }) {
      const finish = typeof id === "string" ? waiting.get(id) : undefined;
      finish?.(isObject(result) ? result : undefined);
      return typeof id === "string" && id.startsWith(prefix);
    },
    close() {
      for (const finish of [...waiting.values()]) finish(undefined);
    },
  };
}
