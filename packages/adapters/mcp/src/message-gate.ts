import { type Holdpoint, isEnforcementHaltError, type SpanHandle } from "@holdpoint/sdk";
import { harmless, judgeAsked } from "./judge-asked";
import { judgeCall } from "./judge-call";
import { createSamplingChecks } from "./judge-sampling";
import { createLook } from "./look";
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
import type { GateEnds, HoldpointMcpOptions } from "./options";
import { createServerRequests } from "./server-requests";
import { createTeller } from "./tell";
import { createToolGate } from "./tool-gate";
import { createToolLister } from "./tool-lister";

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
  isOver?: boolean;
}

export function createMessageGate(hp: Holdpoint, options: HoldpointMcpOptions, ends: GateEnds): MessageGate {
  const gate = createToolGate(hp, options);
  const look = createLook(hp, options);
  const sampling = createSamplingChecks(hp, options, look);
  const memory = memoryOf(hp);
  const fromClient = new Map<string, Pending>();
  const teller = createTeller();
  /** The tool call that a task belongs to, by the task's id. */
  const tasks = new Map<string, { readonly name: string; args: unknown }>();
  const lister = createToolLister(ends.toServer, (tools) => void gate.list(tools).catch(() => undefined), gate.forget);

  const settle = (pending: Pending, error?: unknown): void => {
    // A wait that the end of the connection ends was told of by that.
    if (pending.isOver) return;
    pending.isOver = true;
    const { method, tool, span } = pending;
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

  const fromServer = createServerRequests({ gate, look, sampling }, ends, refuse);

  const callTool = async (request: RequestMessage, pending: Pending): Promise<Message> => {
    const { name, arguments: args, _meta: meta } = request.params ?? {};
    const canary = isObject(meta) ? meta[canaryKey] : undefined;
    const { signal } = pending.abort;
    const tool = String(name);
    if (typeof canary === "string" && memory.canaries.has(canary)) {
      await gate.call(tool, args, signal, canary);
    } else pending.span = gate.span(tool, signal);
    const allowed = await judgeCall(gate, lister, { tool, args, signal });
    if (pending.tool) pending.tool.args = allowed;
    return allowed === args ? request : { ...request, params: { ...request.params, arguments: allowed } };
  };

  /** What stands beside a request (`_meta`) is a program's own, and no step. */
  const withNotesSeen = async (request: RequestMessage, signal: AbortSignal): Promise<RequestMessage> => {
    const { _meta: meta } = request.params ?? {};
    const seen = meta === undefined ? undefined : (await look.outgoing(request.method, { _meta: meta }, signal))._meta;
    return seen === meta ? request : { ...request, params: { ...request.params, _meta: seen } };
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
      const noted = await withNotesSeen(request, signal);
      const checked =
        method === "tools/call" ? await callTool(noted, pending) : await judgeAsked({ gate, look }, noted, signal);
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
    look.learn(result);
    const handOn = async (rest: JsonObject): Promise<JsonObject> => {
      if (gate.isPaused()) return look.onlyNames(rest);
      await gate.rest(method, rest, signal);
      return rest;
    };
    if (method === "tools/list") {
      const { tools, ...rest } = result;
      const named = await handOn(rest);
      return { ...message, result: { ...named, tools: await gate.list(Array.isArray(tools) ? tools : []) } };
    }
    if (method === "initialize") {
      const { instructions, ...said } = result;
      const rest = await handOn(said);
      if (typeof instructions !== "string" || gate.isPaused()) return { ...message, result: rest };
      return { ...message, result: { ...rest, instructions: await gate.text(method, instructions, signal) } };
    }
    if (harmless.has(method)) {
      return { ...message, result: await handOn(result) };
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

  const cancel = (id: string | number): boolean => {
    const pending = fromClient.get(keyOf(id));
    pending?.abort.abort(new Error("the request was cancelled"));
    if (!pending || pending.isSent) return true;
    fromClient.delete(keyOf(id));
    return false;
  };

  /** False for the end of a request that nobody has heard of. */
  const goesOn = ({ method, params }: Message, end: (id: string | number) => boolean): boolean => {
    if (method !== "notifications/cancelled") return true;
    const { requestId: id } = params ?? {};
    return (typeof id !== "string" && typeof id !== "number") || end(id);
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
        if (isAnswer(message)) return fromServer.answer(message);
        // A call that wants no answer is a call that was not judged.
        if (!isNotification(message) || !String(message.method).startsWith("notifications/")) return;
        return goesOn(message, cancel) ? teller.tell(message, look.outgoing, ends.toServer) : undefined;
      }),
    fromServer: (given) =>
      quietly(() => {
        if (!isObject(given)) return;
        const message = withoutForeignMembers(given);
        if (isRequest(message)) return fromServer.ask(message);
        if (isAnswer(message)) return takeAnswer(message);
        if (!isNotification(message)) return;
        if (message.method === "notifications/tools/list_changed") gate.forget();
        return goesOn(message, fromServer.cancel) ? teller.tell(message, look.incoming, ends.toClient) : undefined;
      }),
    close() {
      for (const pending of fromClient.values()) {
        pending.abort.abort(new Error("the connection is closed"));
        settle(pending, new Error("the connection is closed"));
      }
      fromServer.close();
      teller.close();
      fromClient.clear();
      lister.close();
    },
  };
}
