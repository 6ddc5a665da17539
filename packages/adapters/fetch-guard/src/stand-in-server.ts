import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StandInCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the stand-in says at each request: a text, or tools to call. */
export type Turn = string | readonly StandInCall[];

export interface StandInServer {
  readonly url: string;
  /** The bodies that arrived. */
  readonly requests: string[];
  close(): Promise<void>;
}

let madeCalls = 0;
type Json = Record<string, unknown>;
interface Part {
  readonly id: string;
  readonly text?: string;
  readonly name?: string;
  readonly args?: string;
}

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, input_tokens: 10, output_tokens: 5 };
const words = (text: string): string[] => text.split(/(?<= )/);

/** For tests: a real server that speaks the APIs of OpenAI and Anthropic, plays turns and keeps its requests. */
export async function startStandIn(turns: readonly Turn[]): Promise<StandInServer> {
  const requests: string[] = [];
  const next = (): Part[] => {
    const turn = turns[Math.min(requests.length, turns.length) - 1] ?? "";
    if (typeof turn === "string") return [{ id: `text-${++madeCalls}`, text: turn }];
    return turn.map(({ name, args }) => ({ id: `call-${++madeCalls}`, name, args: JSON.stringify(args) }));
  };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      requests.push(body);
      const path = request.url ?? "";
      const api = path.endsWith("/chat/completions") ? chat : path.endsWith("/responses") ? responses : messages;
      const { whole, events } = api(next());
      const isStream = (JSON.parse(body) as Json)["stream"] === true;
      response.writeHead(200, { "content-type": isStream ? "text/event-stream" : "application/json" });
      if (!isStream) return response.end(JSON.stringify(whole));
      const lines = events.map((event) => {
        const name = typeof event["type"] === "string" ? `event: ${event["type"]}\n` : "";
        return `${name}data: ${JSON.stringify(event)}\n\n`;
      });
      return response.end(lines.join("") + (api === chat ? "data: [DONE]\n\n" : ""));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Answer {
  readonly whole: Json;
  readonly events: readonly Json[];
}

function chat(parts: readonly Part[]): Answer {
  const calls = parts.filter(({ name }) => name !== undefined);
  const text = parts.find((part) => part.text !== undefined)?.text;
  const base = { id: "chat-1", created: 1, model: "stand-in" };
  const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
  const tool_calls = calls.map(({ id, name, args }) => ({ id, type: "function", function: { name, arguments: args } }));
  const message = { role: "assistant", content: text ?? null, ...(calls.length > 0 ? { tool_calls } : {}) };
  const chunk = (delta: Json, reason: string | null = null): Json => ({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const pieces = calls.flatMap(({ id, name, args = "" }, index) => [
    chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
    ...words(args.replaceAll(",", ", ")).map((piece) =>
      chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ]);
  return {
    whole: { ...base, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage },
    events: [
      chunk({ role: "assistant", content: "" }),
      ...(text === undefined ? [] : words(text).map((content) => chunk({ content }))),
      ...pieces,
      chunk({}, finish_reason),
      { ...base, object: "chat.completion.chunk", choices: [], usage },
    ],
  };
}

function responses(parts: readonly Part[]): Answer {
  const output = parts.map(({ id, text, name, args }) =>
    text === undefined
      ? { type: "function_call", id: `item-${id}`, call_id: id, name, arguments: args, status: "completed" }
      : {
          type: "message",
          id,
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text, annotations: [] }],
        },
  );
  const whole = {
    id: "resp-1",
    object: "response",
    created_at: 1,
    model: "stand-in",
    status: "completed",
    output,
    usage,
  };
  const events: Json[] = [{ type: "response.created", response: { ...whole, output: [], status: "in_progress" } }];
  parts.forEach(({ id, text, args = "" }, output_index) => {
    const item = output[output_index] as Json;
    const at = { item_id: item["id"], output_index };
    if (text === undefined) {
      events.push({ type: "response.output_item.added", output_index, item: { ...item, arguments: "" } });
      for (const delta of words(args)) events.push({ type: "response.function_call_arguments.delta", ...at, delta });
      events.push({ type: "response.function_call_arguments.done", ...at, arguments: args });
    } else {
      const part = { type: "output_text", text: "", annotations: [] };
      events.push({ type: "response.output_item.added", output_index, item: { ...item, content: [] } });
      events.push({ type: "response.content_part.added", ...at, content_index: 0, part });
      for (const delta of words(text)) {
        events.push({ type: "response.output_text.delta", ...at, content_index: 0, delta, logprobs: [] });
      }
      events.push({ type: "response.output_text.done", ...at, content_index: 0, text, logprobs: [] });
      events.push({ type: "response.content_part.done", ...at, content_index: 0, part: { ...part, text } });
    }
    events.push({ type: "response.output_item.done", output_index, item, id });
  });
  events.push({ type: "response.completed", response: whole });
  return { whole, events: events.map((event, sequence_number) => ({ ...event, sequence_number })) };
}

function messages(parts: readonly Part[]): Answer {
  const content = parts.map(({ id, text, name, args = "{}" }) =>
    text === undefined ? { type: "tool_use", id, name, input: JSON.parse(args) as Json } : { type: "text", text },
  );
  const stop_reason = content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  const counts = { input_tokens: 10, output_tokens: 5 };
  const whole = {
    id: "msg-1",
    type: "message",
    role: "assistant",
    model: "stand-in",
    content,
    stop_reason,
    usage: counts,
  };
  const events: Json[] = [
    {
      type: "message_start",
      message: { ...whole, content: [], stop_reason: null, usage: { ...counts, output_tokens: 1 } },
    },
  ];
  parts.forEach(({ id, text, name, args = "" }, index) => {
    const block = text === undefined ? { type: "tool_use", id, name, input: {} } : { type: "text", text: "" };
    events.push({ type: "content_block_start", index, content_block: block });
    for (const piece of words(text ?? args)) {
      const delta =
        text === undefined ? { type: "input_json_delta", partial_json: piece } : { type: "text_delta", text: piece };
      events.push({ type: "content_block_delta", index, delta });
    }
    events.push({ type: "content_block_stop", index });
  });
  events.push({ type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 5 } }, { type: "message_stop" });
  return { whole, events };
}
