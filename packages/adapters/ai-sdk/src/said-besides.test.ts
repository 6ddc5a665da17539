import { isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText, streamText } from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import type { Content, LanguageModel, StreamPart } from "./framework-types";
import { guardModel } from "./middleware";
import { createClient, createStandInModel } from "./stand-ins";

const agentId = "support-bot";
const fine = { type: "text", text: "fine" };

interface Said {
  readonly parts: readonly object[];
  /** What the provider tells besides the whole answer. */
  readonly besides?: object;
}

async function readAll(stream: ReadableStream<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  await stream.pipeTo(new WritableStream({ write: (part) => void parts.push(part) }));
  return parts;
}

/** A model that answers with these parts. */
function modelThatSays({ parts, besides }: Said): LanguageModel {
  const model = createStandInModel(["unused"]);
  const { doGenerate, doStream } = model;
  const rest = besides === undefined ? {} : { providerMetadata: besides };
  model.doGenerate = async (params) =>
    ({ ...(await doGenerate(params)), content: parts, ...rest, response: { body: { parts, besides } } }) as never;
  model.doStream = async (params) => {
    const flowing = parts.flatMap((part, id): object[] => {
      const { text, ...others } = part as { readonly type: string; readonly text?: string };
      if (part !== fine && !/^(?:text|reasoning)$/.test(others.type)) return [part];
      const [start, delta, end] = ["start", "delta", "end"].map((name) => `${others.type}-${name}`);
      return [
        { id: String(id), type: start },
        { id: String(id), type: delta, delta: text },
        { ...others, id: String(id), type: end },
      ];
    });
    const told = await readAll((await doStream(params)).stream);
    const [start, finish] = told.filter(({ type }) => /^(?:stream-start|finish)$/.test(type));
    return {
      stream: new ReadableStream({
        start(out) {
          for (const part of [start, ...flowing, { ...finish, ...rest }]) out.enqueue(part as StreamPart);
          out.close();
        },
      }),
    };
  };
  return model;
}

type Ask = (model: LanguageModel) => Promise<unknown>;

const params = { prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: "hi" }] }] };

/** A program that reads the answer through the framework, or uses the model itself. */
const ways: Readonly<Record<string, Ask>> = {
  async generateText(model) {
    const { content, sources, providerMetadata, response } = await generateText({ model, prompt: "hi", maxRetries: 0 });
    return [content, sources, providerMetadata, response.body];
  },
  async streamText(model) {
    const seen: unknown[] = [];
    for await (const part of streamText({ model, prompt: "hi", maxRetries: 0, onError: () => {} }).fullStream) {
      if (part.type === "error") throw part.error;
      seen.push(part);
    }
    return seen;
  },
  doGenerate: async (model) => model.doGenerate(params),
  doStream: async (model) => readAll((await model.doStream(params)).stream),
};

const source = { type: "source", sourceType: "url", id: "1", url: "https://a.example" };

/** Where an answer says something otherwise than as its text. */
const places: Readonly<Record<string, (text: string) => Said>> = {
  "a cited text of a source": (citedText) => ({
    parts: [fine, { ...source, providerMetadata: { stand: { type: "page_location", citedText } } }],
  }),
  "a member of a source that nobody knows": (snippet) => ({ parts: [fine, { ...source, snippet }] }),
  "an annotation of a text": (title) => ({
    parts: [{ ...fine, providerMetadata: { stand: { annotations: [{ type: "url_citation", title }] } } }],
  }),
  "what is told of a thought": (text) => ({
    parts: [{ type: "reasoning", text: "so", providerMetadata: { stand: { summary: [{ text }] } } }, fine],
  }),
  "what is told of the whole answer": (text) => ({
    parts: [fine],
    besides: { stand: { grounding: [{ web: { title: text } }] } },
  }),
  "what is told of a call": (text) => ({
    parts: [
      fine,
      { type: "tool-call", toolCallId: "1", toolName: "a", input: "{}", providerMetadata: { a: { text } } },
    ],
  }),
  "what is nested deep": (text) => ({
    parts: [fine],
    besides: Array.from({ length: 40 }).reduce<object>((held) => ({ held }), { text }),
  }),
  "what calls itself a call": (text) => ({ parts: [fine], besides: { a: { type: "tool_call", text } } }),
};

const unknown: typeof places = {
  "a part that nobody knows": (said) => ({ parts: [fine, { type: "canvas", value: { said } }] }),
  "a part that calls itself a call": (text) => ({ parts: [fine, { type: "server_tool_call", text }] }),
};

const cases = Object.keys(ways).flatMap((way) =>
  Object.entries(places).map(([name, say]) => [name, way, say] as const),
);
// The framework itself drops parts that it does not know.
const ownCases = ["doGenerate", "doStream"].flatMap((way) =>
  Object.entries(unknown).map(([name, say]) => [name, way, say] as const),
);

const ask = (way: string, model: LanguageModel): Promise<unknown> =>
  (ways[way] as Ask)(model).catch((error: unknown) => findHalt(error) ?? error);

describe("what an answer says besides its text", () => {
  it.each([...cases, ...ownCases])("is judged: %s, by %s", async (_, way, say) => {
    const { hp } = await createClient();
    const guard = (text: string): LanguageModel => guardModel(hp, modelThatSays(say(text)), { agentId });
    expect(await ask(way, guard("a forbidden word"))).toSatisfy(isPolicyBlockedError);
    const seen = JSON.stringify(await ask(way, guard("a quiet word")));
    expect(seen).toContain("a quiet word");
    expect(seen).toContain("fine");
  });

  it.each([...cases, ...ownCases])("is left out where a policy masks it: %s, by %s", async (_, way, say) => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_output: true } } });
    const model = guardModel(hp, modelThatSays(say("write to ana@example.com")), { agentId });
    const seen = JSON.stringify(await ask(way, model));
    expect(seen).not.toContain("ana@example.com");
    expect(seen).toContain("fine");
  });

  it.each(Object.keys(ways))("is no step where it is sealed, a kind or an id, by %s", async (way) => {
    const { hp, decisions } = await createClient();
    const sealed = "Zm9yYmlkZGVuIHRoaW5n";
    const stand = {
      itemId: "msg_1",
      signature: sealed,
      redactedData: sealed,
      reasoningEncryptedContent: sealed,
      serviceTier: "default",
      ratings: [{ category: "HARM_CATEGORY_SEXUALLY_EXPLICIT", probability: "NEGLIGIBLE" }],
      logprobs: [{ token: "a fine", top_logprobs: [{ token: "a word" }] }],
      tokens: 3,
    };
    const parts = [{ ...fine, providerMetadata: { stand } }] as readonly object[] as readonly Content[];
    const seen = await ask(way, guardModel(hp, modelThatSays({ parts, besides: { stand } }), { agentId }));
    expect(JSON.stringify(seen)).toContain(sealed);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });
});
