import { isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { createClient, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";

interface Said {
  readonly content?: unknown;
  readonly additional_kwargs?: Record<string, unknown>;
}

/** Where answers say something otherwise than in their text. */
const places: Readonly<Record<string, (text: string) => Said>> = {
  "a thought beside the answer": (text) => ({ additional_kwargs: { reasoning_content: text } }),
  "a refusal beside the answer": (text) => ({ additional_kwargs: { refusal: text } }),
  "a summary of thoughts": (text) => ({
    additional_kwargs: { reasoning: { type: "reasoning", summary: [{ type: "summary_text", text }] } },
  }),
  "what a tool of the provider gave": (text) => ({
    additional_kwargs: { tool_outputs: [{ type: "code_interpreter_call", outputs: [{ type: "logs", logs: text }] }] },
  }),
  "what was said aloud": (text) => ({ additional_kwargs: { audio: { data: "UklGRg==", transcript: text } } }),
  "a citation of a text": (text) => ({
    content: [{ type: "text", text: "fine", citations: [{ type: "page", cited_text: text }] }],
  }),
  "a second member of a part": (text) => ({ content: [{ type: "text", text: "fine", reasoning: text }] }),
  "a part that nobody knows": (text) => ({ content: [{ type: "non_standard", value: { said: text } }] }),
  "a result in a part": (text) => ({ content: [{ type: "server_tool_call_result", output: text }] }),
};

/** Answers with this message, whole or in a stream whose text has begun. */
function modelThatSays(said: Said): StandInChatModel {
  const fields = { content: "fine", ...said } as never;
  const model = new StandInChatModel(["unused"], { streaming: true });
  model._generate = async () => ({ generations: [{ text: "fine", message: new AIMessage(fields) }] });
  model._streamResponseChunks = async function* () {
    yield new ChatGenerationChunk({ text: "well ", message: new AIMessageChunk("well ") });
    yield new ChatGenerationChunk({ text: "", message: new AIMessageChunk({ content: "", ...said } as never) });
    yield new ChatGenerationChunk({ text: " then", message: new AIMessageChunk(" then") });
  };
  return model;
}

type Ask = (hp: Parameters<typeof guardModel>[0], model: StandInChatModel, seen: unknown[]) => Promise<unknown>;
const messages = [{ role: "user", content: "hi" }];
const ways: Readonly<Record<string, Ask>> = {
  "a guarded model": (hp, model) => guardModel(hp, model, { agentId }).invoke("hi"),
  "a guarded model's stream": async (hp, model, seen) => {
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await guardModel(hp, model, { agentId }).stream("hi")) {
      seen.push(chunk);
      whole = whole?.concat(chunk) ?? chunk;
    }
    return whole;
  },
  "a handler": (hp, model) => model.invoke("hi", { callbacks: [new HoldpointCallbackHandler(hp, { agentId })] }),
  "the middleware": async (hp, model) => {
    const middleware = [holdpointMiddleware(hp, { agentId })];
    return (await createAgent({ model, tools: [], middleware }).invoke({ messages })).messages.at(-1);
  },
};

describe.each(Object.entries(ways))("by %s", (_way, ask) => {
  it.each(Object.entries(places))("%s is judged", async (_, place) => {
    const { hp } = await createClient();
    const seen: unknown[] = [];
    const halt: unknown = await ask(hp, modelThatSays(place("it is forbidden to say")), seen).catch(
      (error: unknown) => error,
    );
    expect(findHalt(halt)).toSatisfy(isPolicyBlockedError);
    expect(JSON.stringify(seen)).not.toContain("forbidden");
    const said = (await ask(hp, modelThatSays(place("all is well here")), [])) as BaseMessage;
    expect(JSON.stringify(said)).toContain("all is well here");
  });
});

/** A handler hears what a model says and cannot write it otherwise. */
const rewriting = Object.entries(ways).filter(([way]) => way !== "a handler");

describe.each(rewriting)("by %s", (_way, ask) => {
  it.each(Object.entries(places))("%s is left out where it is masked", async (_, place) => {
    const { hp } = await createClient({
      policies: { pii_access: { enforcement: "warn", denied_pii_types: ["email"], mask_output: true } },
    });
    const said = (await ask(hp, modelThatSays(place("ask jane@example.com about it")), [])) as BaseMessage;
    expect(JSON.stringify(said)).not.toContain("jane@example.com");
  });
});

it("what is no text is not judged, and an answer of text alone is judged once", async () => {
  const { hp, decisions } = await createClient();
  const additional_kwargs = {
    phase: "final_answer",
    reasoning: { id: "rs_1", type: "reasoning", encrypted_content: "forbidden".repeat(9) },
    __gemini_function_call_thought_signatures__: { call_1: "forbidden" },
    tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: '{"a":"forbidden"}' } }],
  };
  const content = [
    { type: "text", text: "fine", index: 0, annotations: [] },
    { type: "tool_use", id: "1", name: "f", input: { a: "forbidden" } },
    { type: "input_json_delta", input: '{"a":"forbidden"}' },
    { type: "image", source_type: "base64", mime_type: "image/png", data: "iVBORw0KGgo=" },
  ];
  await guardModel(hp, modelThatSays({ content, additional_kwargs }), { agentId }).invoke("hi");
  await hp.flush();
  expect(decisions.filter(({ decision }) => decision.phase === "output")).toHaveLength(1);
});
