import { defaults, type Holdpoint, identityOf, isEnforcementHaltError, type SpanHandle } from "@holdpoint/sdk";
import { callsIn, putTexts, readSampling, requestOf, spokenAt } from "./check-sampling";
import { harmless, judgeAsked, judgeTold } from "./judge-asked";
import { judgeCall } from "./judge-call";
import { asHalt, canaryKey, haltKey, memoryOf, remember } from "./memory";
import {
  answer,
  answerError,
  isAnswer,
  isNotification,
  isObject,
  isRequest,
  type JsonObject,
  keyOf,
  type Message,
  type RequestMessage,
  withoutForeignMembers,
} from "./messages";
import { callOf, type HoldpointMcpOptions } from "./options";
import { saysText } from "./says-text";
import { createToolGate } from "./tool-gate";
import { createToolLister } from "./tool-lister";

/** Where messages go on to. */
export interface GateEnds {
  toServer(message: Message): Promise<void> | void;
  toClient(message: Message): Promise<void> | void;
}

/**
 * Between a client and a server, whatever carries their messages. What policies stop is answered here and goes no
 * further. Neither method rejects.
 */
export interface MessageGate {
  fromClient(message: Message): Promise<void>;
  fromServer(message: Message): Promise<void>;
  /** Ends waits for approvals, and open spans. */
  close(): void;
}

interface Pending {
  readonly method: string;
  readonly abort: AbortController;
  readonly tool?: { readonly name: string; args: unknown };
  span?: SpanHandle | undefined;
  isSent: boolean;
}

export function createMessageGate(hp: Holdpoint, options: HoldpointMcpOptions, ends: GateEnds): MessageGate {
  const identity = identityOf(options);
  const gate = createToolGate(hp, options);
  const memory = memoryOf(hp);
  const fromClient = new Map<string, Pending>();
  const fromServer = new Map<string, Pending>();
  /** The tool call that a task belongs to, by the task's id. */
  const tasks = new Map<string, { readonly name: string; args: unknown }>();
  const lister = createToolLister(ends.toServer, (tools) => void gate.list(tools), gate.forget);

  const settle = ({ method, tool, span }: Pending, error?: unknown): void => {
    const halt = isEnforcementHaltError(error) ? error : undefined;
    span?.end(error === undefined ? {} : { status: halt ? "policy_blocked" : "error", error });
    options.onRequest?.({
      method,
      ...(tool ? { tool: tool.name } : {}),
      outcome: halt ? "stopped" : error === undefined ? "passed" : "failed",
      ...(halt ? { code: halt.code, message: halt.message } : {}),
    });
  };

  /** A tool error as the protocol has it, or an error of the request: the caller's model can tell the user. */
  const refuse = (id: string | number, method: string, error: unknown): Message => {
    const halt = asHalt(error);
    const haltId = crypto.randomUUID();
    remember(memory.halts, haltId, halt);
    const info = { id: haltId, code: halt.code };
    if (method !== "tools/call")
      return answerError(id, { code: -32_000, message: halt.message, data: { [haltKey]: info } });
    return answer(id, {
      content: [{ type: "text", text: halt.message }],
      isError: true,
      _meta: { [haltKey]: info },
    });
  };

  const callTool = async (request: RequestMessage, pending: Pending): Promise<Message> => {
    const { name, arguments: args, _meta: meta } = request.params ?? {};
    const canary = isObject(meta) ? meta[canaryKey] : undefined;
    const { signal } = pending.abort;
    const tool = String(name);
    if (typeof canary === "string" && memory.canaries.has(canary)) {
      await gate.call(tool, args, signal, canary);
    } else pending.span = gate.span(tool);
    const allowed = await judgeCall(gate, lister, { tool, args, signal });
    if (pending.tool) pending.tool.args = allowed;
    return allowed === args ? request : { ...request, params: { ...request.params, arguments: allowed } };
  };

  const checkRequest = async (request: RequestMessage): Promise<void> => {
    const { id, method, params } = request;
    const tool =
      method === "tools/call"
        ? { name: String(params?.["name"]), args: params?.["arguments"] }
        : method === "tasks/result"
          ? tasks.get(String(params?.["taskId"]))
          : undefined;
    const pending: Pending = { method, abort: new AbortController(), isSent: false, ...(tool ? { tool } : {}) };
    const key = keyOf(id);
    if (fromClient.has(key))
      return void (await ends.toClient(answerError(id, { code: -32_600, message: "id in use" })));
    // What is judged and what is called have one name.
    if (method === "tools/call" && typeof params?.["name"] !== "string")
      return void (await ends.toClient(answerError(id, { code: -32_602, message: "expected the name of a tool" })));
    remember(fromClient, key, pending);
    try {
      const { signal } = pending.abort;
      const checked =
        method === "tools/call" ? await callTool(request, pending) : await judgeAsked(gate, request, signal);
      // Cancelled while it waited: nobody waits for an answer.
      if (signal.aborted) return settle(pending, signal.reason);
      pending.isSent = true;
      await ends.toServer(checked);
    } catch (error) {
      fromClient.delete(key);
      if (pending.isSent) {
        settle(pending, error);
        return void (await ends.toClient(answerError(id, { code: -32_603, message: "the server cannot be reached" })));
      }
      const halt = asHalt(error);
      settle(pending, halt);
      await ends.toClient(refuse(id, method, halt));
    }
  };

  /** The answer to hand on. */
  const checkAnswer = async ({ method, tool, abort }: Pending, message: Message): Promise<Message> => {
    const { signal } = abort;
    if (message.error !== undefined && message.error !== null) {
      const source = tool?.name ?? method;
      const given: JsonObject = isObject(message.error) ? { ...message.error } : { message: message.error };
      const code = typeof given["code"] === "number" ? given["code"] : -32_603;
      const text = await gate.text(source, String(given["message"]), signal);
      const { data } = given;
      const checked = data === undefined ? undefined : await gate.result(source, undefined, { data }, signal);
      // Nothing but what was looked at: an answer that is an error has no result.
      return answerError(message.id ?? null, { code, message: text, ...checked });
    }
    const result = message.result as JsonObject;
    if (method === "tools/list") {
      const { tools, ...rest } = result;
      await gate.rest(method, rest, signal);
      return { ...message, result: { ...rest, tools: gate.list(Array.isArray(tools) ? tools : []) } };
    }
    if (method === "initialize") {
      const { instructions, ...rest } = result;
      await gate.rest(method, rest, signal);
      if (typeof instructions !== "string") return { ...message, result: rest };
      return { ...message, result: { ...rest, instructions: await gate.text(method, instructions, signal) } };
    }
    if (harmless.has(method)) {
      await gate.rest(method, result, signal);
      return message;
    }
    const { task } = result;
    if (method === "tools/call" && tool && isObject(task)) remember(tasks, String(task["taskId"]), tool);
    const checked = await gate.result(tool?.name ?? method, tool?.args, result, signal);
    return checked === result ? message : { ...message, result: checked };
  };

  const takeAnswer = async (message: Message & { readonly id: string | number }): Promise<void> => {
    if (lister.take(message)) return;
    const key = keyOf(message.id);
    const pending = fromClient.get(key);
    // Nobody has asked for it: it was not checked and goes nowhere.
    if (!pending?.isSent) return;
    fromClient.delete(key);
    try {
      const checked = await checkAnswer(pending, message);
      settle(pending);
      await ends.toClient(checked);
    } catch (error) {
      const halt = asHalt(error);
      settle(pending, halt);
      await ends.toClient(refuse(message.id, pending.method, halt));
    }
  };

  /** What a server asks of the client: its model, its user, whatever else. */
  const checkServerRequest = async (request: RequestMessage): Promise<void> => {
    const { id, method } = request;
    const pending: Pending = { method, abort: new AbortController(), isSent: true };
    try {
      const checked = await checkParams(request, pending.abort.signal);
      remember(fromServer, keyOf(id), pending);
      await ends.toClient(checked);
    } catch (error) {
      await ends.toServer(refuse(id, method, error));
    }
  };

  const checkParams = async (request: RequestMessage, signal: AbortSignal): Promise<Message> => {
    const { method, params } = request;
    if (params === undefined) return request;
    // It asks for nothing and tells nothing.
    if (method === "ping") return { jsonrpc: "2.0", id: request.id, method };
    if (method !== "sampling/createMessage") {
      const checked = await gate.result(method, undefined, params, signal);
      return checked === params ? request : { ...request, params: checked };
    }
    const copy = structuredClone(params);
    const spoken = readSampling(copy);
    const earlier = spoken.slice(0, -defaults.adapterHistoryMessages - 1);
    const call = callOf(options, signal);
    // More than a request may carry: the oldest are judged first, each for itself.
    for (const one of earlier)
      putTexts([one], await hp.enforcePolicy({ ...identity, phase: "input", input: one.content }, call));
    const recent = spoken.slice(earlier.length);
    putTexts(recent, await hp.enforcePolicy({ ...identity, phase: "input", ...requestOf(recent) }, call));
    return { ...request, params: copy };
  };

  const checkClientAnswer = async (message: Message & { readonly id: string | number }): Promise<void> => {
    const pending = fromServer.get(keyOf(message.id));
    fromServer.delete(keyOf(message.id));
    if (!pending) return;
    try {
      await ends.toServer(isObject(message.result) ? await checkTold(message, message.result, pending) : message);
    } catch (error) {
      await ends.toServer(refuse(message.id, pending.method, error));
    }
  };

  /** What the client, or its user, answers a server. */
  const checkTold = async (message: Message, result: JsonObject, { method, abort }: Pending): Promise<Message> => {
    if (method === "sampling/createMessage") return checkSampled(message, abort.signal);
    if (!saysText(result)) return message;
    const allowed = await judgeTold(gate, method, result, abort.signal);
    return allowed === result ? message : { ...message, result: allowed };
  };

  /** What the client's model has said to a server, and what it wants the server to run. */
  const checkSampled = async (message: Message, signal: AbortSignal): Promise<Message> => {
    const result = structuredClone(message.result as JsonObject);
    const call = callOf(options, signal);
    for (const asked of callsIn(result)) await hp.enforceToolCall({ ...identity, ...asked }, call);
    const said = spokenAt(result, "content", "assistant");
    if (said.content === "") return message;
    const decision = await hp.enforceOutput({ ...identity, output: said.content }, call);
    return putTexts([said], decision) ? { ...message, result } : message;
  };

  const cancel = (message: Message): boolean => {
    const { requestId } = message.params ?? {};
    const id = typeof requestId === "string" || typeof requestId === "number" ? keyOf(requestId) : "";
    const pending = fromClient.get(id);
    pending?.abort.abort(new Error("the request was cancelled"));
    if (!pending || pending.isSent) return true;
    fromClient.delete(id);
    return false;
  };

  /** A carrier that fails has lost the connection: its own events tell the two ends. */
  const quietly = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch {
      // told by the carrier
    }
  };

  return {
    fromClient: (given) =>
      quietly(() => {
        if (!isObject(given)) return ends.toClient(answerError(null, { code: -32_600, message: "invalid request" }));
        const message = withoutForeignMembers(given);
        if (isRequest(message)) return checkRequest(message);
        if (isAnswer(message)) return checkClientAnswer(message);
        // A call that wants no answer is a call that was not judged.
        if (!isNotification(message) || !String(message.method).startsWith("notifications/")) return;
        const goesOn = message.method !== "notifications/cancelled" || cancel(message);
        return goesOn ? ends.toServer(message) : undefined;
      }),
    fromServer: (given) =>
      quietly(() => {
        if (!isObject(given)) return;
        const message = withoutForeignMembers(given);
        if (isRequest(message)) return checkServerRequest(message);
        if (isAnswer(message)) return takeAnswer(message);
        if (!isNotification(message)) return;
        if (message.method === "notifications/tools/list_changed") gate.forget();
        // Nobody waits for it, so there is nothing to stop: whoever shows it shows what was not judged.
        if (saysText(message.params)) hp.reportUngoverned("no_handler", `mcp.${message.method}`);
        return ends.toClient(message);
      }),
    close() {
      for (const pending of fromClient.values()) {
        pending.abort.abort(new Error("the connection is closed"));
        settle(pending, new Error("the connection is closed"));
      }
      fromClient.clear();
      lister.close();
    },
  };
}
