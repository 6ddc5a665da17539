import { type DecisionEvent, Holdpoint, isPolicyBlockedError } from "@holdpoint/sdk";
import { describe, expect, it } from "vitest";
import { type Fetch, guardFetch } from "./guard-fetch";
import { findHalt } from "./memory";

type Json = Record<string, unknown>;

const filler = "plain words without any meaning, ";
const words = (text: string): string[] => text.split(/(?<= )/);
const address = ["ann", "example.com"].join("@");
const policies = {
  injection_scan: { enforcement: "block", languages: ["en"] },
  keyword_filter: { enforcement: "block", terms: ["forbidden"] },
  tool_invocation: { enforcement: "block", deny: ["db_write"] },
} as const;
const masking = { pii_access: { enforcement: "warn", mask_output: true } } as const;

/** How an API says a text, then calls a tool. */
interface Api {
  readonly path: string;
  events(text: string, tool?: string): readonly (Json | string)[];
  /** The text that an event adds. */
  read(event: Json): string;
}

const chunk = (delta: Json, finish_reason: string | null = null, index = 0): Json => ({
  choices: [{ index, delta, finish_reason }],
});

const apis: Readonly<Record<string, Api>> = {
  "chat completions": {
    path: "/chat/completions",
    events: (text, tool) => [
      chunk({ role: "assistant", content: "" }),
      ...words(text).map((content) => chunk({ content })),
      ...(tool ? ["", '{"a":', "1}"] : []).map((piece, at) =>
        chunk({
          tool_calls: [
            { index: 0, ...(at === 0 ? { id: "c" } : {}), function: { name: at === 0 ? tool : "", arguments: piece } },
          ],
        }),
      ),
      chunk({}, "stop"),
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      "[DONE]",
    ],
    read: (event) => (event["choices"] as { delta: { content?: string } }[])[0]?.delta.content ?? "",
  },
  messages: {
    path: "/messages",
    events: (text, tool) => [
      { type: "message_start", message: { content: [], usage: { input_tokens: 1, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      ...words(text).map((piece) => ({
        type: "content_block_delta",
        index: 0,
        delta: { type: "text_delta", text: piece },
      })),
      { type: "content_block_stop", index: 0 },
      ...(tool
        ? [
            {
              type: "content_block_start",
              index: 1,
              content_block: { type: "tool_use", id: "c", name: tool, input: {} },
            },
            { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"a":1}' } },
            { type: "content_block_stop", index: 1 },
          ]
        : []),
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
      { type: "message_stop" },
    ],
    read: ({ delta }) => (delta as { text?: string } | undefined)?.text ?? "",
  },
  responses: {
    path: "/responses",
    events(text, tool) {
      const at = { item_id: "m", output_index: 0, content_index: 0 };
      const part = { type: "output_text", text: "", annotations: [] };
      const item = { type: "message", id: "m", role: "assistant", status: "completed", content: [{ ...part, text }] };
      const call = { type: "function_call", id: "f", call_id: "c", name: tool, arguments: '{"a":1}' };
      return [
        { type: "response.created", response: { output: [] } },
        { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
        { type: "response.content_part.added", ...at, part },
        ...words(text).map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
        { type: "response.output_text.done", ...at, text, logprobs: [] },
        { type: "response.content_part.done", ...at, part: { ...part, text } },
        { type: "response.output_item.done", output_index: 0, item },
        ...(tool
          ? [
              { type: "response.function_call_arguments.delta", item_id: "f", output_index: 1, delta: '{"a":1}' },
              { type: "response.output_item.done", output_index: 1, item: call },
            ]
          : []),
        { type: "response.completed", response: { output: tool ? [item, call] : [item] } },
      ];
    },
    read: ({ type, delta }) => (type === "response.output_text.delta" ? String(delta) : ""),
  },
};

/** A guarded stream, read to its end; counts what its model had said when its first word came. */
async function ask(path: string, events: readonly (Json | string)[], given: object = policies) {
  const hp = await Holdpoint.create({ policies: given as never });
  const decisions: DecisionEvent[] = [];
  hp.on("decision", (event) => decisions.push(event));
  const counts = { said: 0, saidAtFirst: 0, closed: false };
  const inner: Fetch = async () => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull(out) {
          const event = events[counts.said++];
          if (event === undefined) return out.close();
          const data = typeof event === "string" ? event : JSON.stringify(event);
          return out.enqueue(new TextEncoder().encode(`data: ${data}\n\n`));
        },
        cancel: () => void (counts.closed = true),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const body = JSON.stringify({ messages: [{ role: "user", content: "hi" }], input: "hi", stream: true });
  const response = await guardFetch(
    hp,
    { agentId: "a" },
    inner,
  )(`http://stand-in.test/v1${path}`, { method: "POST", body });
  return { hp, decisions, counts, response };
}

async function readAll(response: Response, read: (event: Json) => string, onText: () => void = () => undefined) {
  let text = "";
  let raw = "";
  let error: unknown;
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      const piece = decoder.decode(bytes, { stream: true });
      raw += piece;
      for (const line of piece.split("\n"))
        if (line.startsWith("data: {")) {
          const said = read(JSON.parse(line.slice(6)) as Json);
          if (said !== "") onText();
          text += said;
        }
    }
  } catch (caught) {
    error = caught;
  }
  return { text, raw, error };
}

describe.each(Object.entries(apis))("a stream of %s", (_, { path, events, read }) => {
  it("gives its first words before the model has said its last, and is decided once", async () => {
    const text = filler.repeat(40);
    const { response, counts, decisions } = await ask(path, events(text));
    let saidAtFirst = 0;
    const { text: shown, error, raw } = await readAll(response, read, () => void (saidAtFirst ||= counts.said));
    expect([shown, error]).toEqual([text, undefined]);
    expect(saidAtFirst).toBeLessThan(counts.said / 2);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
    const last = events(text).at(-1);
    expect(raw.trimEnd().endsWith(typeof last === "string" ? last : JSON.stringify(last))).toBe(true);
  });

  it("is cut before anything of a blocked passage went out, and its source is closed", async () => {
    const text = `${filler.repeat(20)}a forbidden thing ${filler.repeat(200)}`;
    const { response, counts } = await ask(path, events(text));
    const { text: shown, raw, error } = await readAll(response, read);
    expect(findHalt(error)).toSatisfy(isPolicyBlockedError);
    expect(shown.length).toBeGreaterThan(0);
    expect(`${filler.repeat(20)}a `).toContain(shown);
    expect([raw.includes("forbidden"), counts.closed, counts.said < 600]).toEqual([false, true, true]);
  });

  it("is refused as a whole when nothing had gone out", async () => {
    const { response } = await ask(path, events("a forbidden thing"));
    expect([response.status, isPolicyBlockedError(findHalt(response))]).toEqual([403, true]);
  });

  it("is masked in its pieces and wherever it is said again", async () => {
    const { response } = await ask(path, events(`${filler.repeat(20)}write to ${address} now`), masking);
    const { text, raw } = await readAll(response, read);
    expect(text).toBe(`${filler.repeat(20)}write to [EMAIL] now`);
    expect(raw).not.toContain(address);
  });

  it("gives the pieces of a call when the whole call was judged, and none of one that is stopped", async () => {
    const text = filler.repeat(20);
    const { response, decisions, counts } = await ask(path, events(text, "search"));
    let saidAtFirst = 0;
    const { text: shown, raw } = await readAll(response, read, () => void (saidAtFirst ||= counts.said));
    expect([shown, raw.includes("search"), saidAtFirst < counts.said / 2]).toEqual([text, true, true]);
    expect(decisions.map(({ decision }) => decision.phase).sort()).toEqual(["input", "output", "tool_call"]);
    const denied = await ask(path, events(text, "db_write"));
    const stopped = await readAll(denied.response, read);
    expect(findHalt(stopped.error)).toSatisfy(isPolicyBlockedError);
    expect(stopped.raw).not.toContain("db_write");
    expect(stopped.raw).not.toContain('\\"a\\"');
  });

  it("ends, and is recorded, when its reader goes away", async () => {
    const { response, counts, decisions } = await ask(path, events(filler.repeat(200)));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(counts.closed).toBe(true);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });
});

describe("texts that flow at the same time", () => {
  it("are each judged for themselves, however they are mixed", async () => {
    const [first, second] = [filler.repeat(20), filler.toUpperCase().repeat(20)];
    const mixed = words(first).flatMap((content, at) => [
      chunk({ content }),
      chunk({ content: words(second)[at] ?? "" }, null, 1),
    ]);
    const ends = [chunk({}, "stop"), chunk({}, "stop", 1), "[DONE]"];
    const { response, decisions } = await ask("/chat/completions", [...mixed, ...ends]);
    const texts = ["", ""];
    await readAll(response, (event) => {
      for (const { index, delta } of event["choices"] as { index: 0 | 1; delta: { content?: string } }[])
        texts[index] += delta.content ?? "";
      return "";
    });
    expect(texts).toEqual([first, second]);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output", "output"]);
    // The word of one is not completed by the other's.
    const split = [
      chunk({ content: "for" }),
      chunk({ content: "fine " }, null, 1),
      chunk({ content: "bidden" }),
      ...ends,
    ];
    expect(findHalt((await ask("/chat/completions", split)).response)).toSatisfy(isPolicyBlockedError);
  });

  it("are held where their chances are told, which say them again", async () => {
    const told = words(filler.repeat(30)).map((content) => ({
      choices: [{ index: 0, delta: { content }, logprobs: { content: [{ token: content }] }, finish_reason: null }],
    }));
    const { response, counts } = await ask("/chat/completions", [...told, chunk({}, "stop"), "[DONE]"]);
    expect(counts.said).toBeGreaterThan(told.length);
    expect((await readAll(response, apis["chat completions"]?.read as never)).text).toBe(filler.repeat(30));
  });
});

describe("what the guard does not reach is counted", () => {
  const count = async (path: string, answer: Json | string, init: RequestInit = {}, type = "application/json") => {
    const hp = await Holdpoint.create({ policies });
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    const response = () => new Response(text, { headers: { "content-type": type } });
    const fetch = guardFetch(hp, { agentId: "a" }, async () => response());
    const body = JSON.stringify({ messages: [{ role: "user", content: "hi" }], input: "hi" });
    await (await fetch(`http://stand-in.test/v1${path}`, { method: "POST", body, ...init })).text();
    return hp.stats().ungoverned.no_handler;
  };

  it("tools that ran at the provider", async () => {
    const search = { type: "web_search_call", id: "w", status: "completed" };
    expect(await count("/responses", { output: [search, search] })).toBe(1);
    expect(await count("/messages", { content: [{ type: "server_tool_use", id: "s", name: "web", input: {} }] })).toBe(
      1,
    );
    expect(await count("/messages", { content: [{ type: "tool_use", id: "s", name: "web", input: {} }] })).toBe(0);
  });

  it("forms with files, and answers of addresses that nobody knows how to read", async () => {
    const form = new FormData();
    form.set("file", "text");
    expect(await count("/files", {}, { body: form })).toBe(1);
    expect(await count("/images/generations", {})).toBe(0);
    expect(await count("/audio/speech", "sound", {}, "audio/mpeg")).toBe(1);
    expect(await count("/files/f/content", "a,b", { method: "GET", body: null }, "text/plain")).toBe(0);
    expect(await count("/files/f/content", "a,b", { method: "GET", body: null }, "application/zip")).toBe(1);
    expect(await count("/chat/completions", { choices: [] })).toBe(0);
  });
});
