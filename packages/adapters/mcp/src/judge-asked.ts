import type { Look } from "./look";
import { isObject, type JsonObject, type RequestMessage } from "./messages";
import type { ToolGate } from "./tool-gate";

/** Requests that a paused agent may make: they let a client connect, and do nothing. Tools are looked at one by one, texts all. */
export const harmless: ReadonlySet<string> = new Set(["initialize", "ping", "logging/setLevel", "tools/list"]);

/** Requests that are no step when they name no more than this: pages of lists, states of tasks by their ids. */
const quietMethod = /\/list$|^tasks\//;
const quietMembers: ReadonlySet<string> = new Set(["cursor", "taskId"]);

/** Addresses of hosts. A resource of any other scheme is a name of the server's own. */
const hostScheme = /^(?:https?|wss?|ftp):/i;
const ownAddress = /^([A-Za-z][\w+.-]*):\/\/(.*)$/s;

/** What a client asks of a server besides tools (a prompt, a resource, a completion), judged as a call of that name. */
export async function judgeAsked(
  { gate, look }: { readonly gate: ToolGate; readonly look: Look },
  request: RequestMessage,
  signal: AbortSignal,
): Promise<RequestMessage> {
  const { method, params = {} } = request;
  const { _meta: meta, ...asked } = params;
  const names = Object.keys(asked);
  const isQuiet = names.length === 0 || (quietMethod.test(method) && names.every((name) => quietMembers.has(name)));
  if (isQuiet && !harmless.has(method)) await gate.pause(signal);
  const isNoStep = isQuiet || harmless.has(method);
  // What stands beside it was looked at already.
  const allowed = isNoStep
    ? await look.outgoing<JsonObject>(method, asked, signal)
    : await judgeTold(gate, method, asked, signal);
  return allowed === asked
    ? request
    : { ...request, params: meta === undefined ? allowed : { ...allowed, _meta: meta } };
}

/** What goes out to a server under this name; gives what may. Throws a halt. */
export async function judgeTold(
  gate: ToolGate,
  method: string,
  told: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { uri } = told;
  const [, scheme, path] = (typeof uri === "string" && !hostScheme.test(uri) && ownAddress.exec(uri)) || [];
  const args = scheme === undefined ? told : { ...told, uri: { scheme, path } };
  const allowed = await gate.call(method, args, signal);
  if (allowed === args || !isObject(allowed)) return told;
  const { uri: written } = allowed;
  return isObject(written) ? { ...allowed, uri: `${String(written["scheme"])}://${String(written["path"])}` } : allowed;
}
