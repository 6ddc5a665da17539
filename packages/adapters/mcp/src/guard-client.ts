import { ConfigError, type EnforcementHaltError, type Holdpoint } from "@holdpoint/sdk";
import { guardTransport, type McpTransport } from "./guard-transport";
import { haltKey, memoryOf } from "./memory";
import { isObject } from "./messages";
import type { HoldpointMcpOptions } from "./options";

/** What a client of the MCP SDK has. */
export interface McpClient {
  connect(transport: never, options?: never): Promise<void>;
  readonly transport?: unknown;
}

/**
 * A client whose every message passes the gate, whichever of its methods sends it. To be made before it connects; what
 * is stopped rejects with the SDK's own error. Throws ConfigError for a client that is connected already.
 */
export function guardClient<Client extends McpClient>(
  hp: Holdpoint,
  client: Client,
  options: HoldpointMcpOptions,
): Client {
  if (client.transport !== undefined) throw new ConfigError("guard the client before it connects");
  const unwrap = (value: unknown): unknown => {
    const halt = haltOf(hp, value);
    if (halt) throw halt;
    return value;
  };
  const rethrow = (error: unknown): never => {
    throw haltOf(hp, error) ?? error;
  };
  const connect = (transport: McpTransport, given?: never): Promise<unknown> =>
    client.connect(guardTransport(hp, transport, options) as never, given).catch(rethrow);
  return new Proxy(client, {
    get(target, name) {
      if (name === "connect") return connect;
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = value.apply(target, args);
        return result instanceof Promise ? result.then(unwrap, rethrow) : result;
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/** Our error behind an answer or an error of the protocol; undefined when there is none. */
export function haltOf(hp: Holdpoint, value: unknown): EnforcementHaltError | undefined {
  const { _meta: meta, data } = (value ?? {}) as { _meta?: unknown; data?: unknown };
  for (const holder of [meta, data]) {
    const info = isObject(holder) ? holder[haltKey] : undefined;
    const halt = isObject(info) ? memoryOf(hp).halts.get(String(info["id"])) : undefined;
    if (halt) return halt;
  }
  return undefined;
}
