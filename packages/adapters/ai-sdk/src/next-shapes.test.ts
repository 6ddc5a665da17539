import { isPolicyBlockedError } from "@holdpoint/sdk";
import { describe, expect, it } from "vitest";
import type { LanguageModel, StreamPart } from "./framework-types";
import { guardModel } from "./middleware";
import { attack, createClient, createStandInModel } from "./stand-ins";

const agentId = "support-bot";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Shapes of a part's bytes in `ai` 6 and 7; what the framework of the other version makes of them does not matter here. */
const fileShapes: Readonly<Record<string, (text: string) => unknown>> = {
  "in base64": (text) => base64(text),
  "in base64 of lines": (text) => base64(text).replace(/.{20}/g, "$&\r\n"),
  "in base64 with blanks": (text) => base64(text).replace(/.{20}/g, "$& "),
  "in words": (text) => text,
  "in base64 of addresses": (text) => Buffer.from(`~~~???>>>\n${text}`).toString("base64url"),
  "in bytes": (text) => bytes(text),
  "held in base64": (text) => ({ type: "data", data: base64(text) }),
  "held in bytes": (text) => ({ type: "data", data: bytes(text) }),
  "held as a text": (text) => ({ type: "text", text }),
  "in an address": (text) => new URL(`data:text/plain,${encodeURIComponent(text)}`),
  "held in an address": (text) => ({ type: "url", url: new URL(`data:text/plain;base64,${base64(text)}`) }),
};
const kinds = ["file", "reasoning-file"];
const mediaTypes = ["text/plain", "Text/Plain", "text", "application/json"];
const fileCases = kinds.flatMap((type) =>
  mediaTypes.flatMap((mediaType) =>
    Object.entries(fileShapes).map(
      ([how, dataOf]) =>
        [`a ${type} of ${mediaType} ${how}`, (text: string) => ({ type, mediaType, data: dataOf(text) })] as const,
    ),
  ),
);

const result = { type: "tool-result", toolCallId: "1", toolName: "lookup", output: { type: "text", value: "found" } };
const told = (text: string) => ({ stand: { context: text } });

/** Messages that say a text to a model. */
const messageCases: readonly (readonly [string, (text: string) => object])[] = [
  ...fileCases.map(([what, partOf]) => [what, (text: string) => ({ role: "user", content: [partOf(text)] })] as const),
  [
    "what a provider is told of a message",
    (text) => ({ role: "user", content: [{ type: "text", text: "hi" }], providerOptions: told(text) }),
  ],
  [
    "what a provider is told of an older answer",
    (text) => ({ role: "assistant", content: [{ type: "text", text: "hi" }], providerOptions: told(text) }),
  ],
  [
    "what a provider is told of a call",
    (text) => ({
      role: "assistant",
      content: [{ type: "tool-call", toolCallId: "1", toolName: "lookup", input: {}, providerOptions: told(text) }],
    }),
  ],
  [
    "what a provider is told of a result",
    (text) => ({ role: "tool", content: [{ ...result, providerOptions: told(text) }] }),
  ],
  [
    "what a provider is told of a result's output",
    (text) => ({
      role: "tool",
      content: [{ ...result, output: { type: "text", value: "found", providerOptions: told(text) } }],
    }),
  ],
  [
    "what a provider is told of an unknown part",
    (text) => ({ role: "assistant", content: [{ type: "custom", kind: "stand.part", providerOptions: told(text) }] }),
  ],
  ...Object.entries(fileShapes).map(
    ([how, dataOf]) =>
      [
        `a result with a file ${how}`,
        (text: string) => ({
          role: "tool",
          content: [
            {
              ...result,
              output: { type: "content", value: [{ type: "file", mediaType: "text/plain", data: dataOf(text) }] },
            },
          ],
        }),
      ] as const,
  ),
];

const user = { role: "user", content: [{ type: "text", text: "read this" }] };
const ask = (model: LanguageModel, message: object): Promise<unknown> =>
  Promise.resolve(model.doGenerate({ prompt: [user, message] } as never)).catch((error: unknown) => error);

describe("before a model is asked", () => {
  it.each(messageCases)("%s is read", async (_, messageOf) => {
    const { hp } = await createClient();
    const model = createStandInModel(["fine"]);
    const guarded = guardModel(hp, model, { agentId });
    expect(isPolicyBlockedError(await ask(guarded, messageOf(attack)))).toBe(true);
    expect(model.requests).toHaveLength(0);
    expect(await ask(guarded, messageOf("of last year"))).toMatchObject({ content: [{ text: "fine" }] });
    expect(model.requests).toHaveLength(1);
  });

  it.each(messageCases)("%s is sent only masked", async (_, messageOf) => {
    const mask = { enforcement: "warn", mask_input: true, mask_output: true } as const;
    const { hp } = await createClient({ policies: { pii_access: mask } });
    const model = createStandInModel(["fine"]);
    const text = "write to ana@example.com today";
    expect(await ask(guardModel(hp, model, { agentId }), messageOf(text))).toMatchObject({
      content: [{ text: "fine" }],
    });
    const sent = model.requests[0]?.prompt[1];
    const shown = JSON.stringify(sent, (_name, value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
    );
    expect(shown).not.toContain("ana@example.com");
    expect(shown).not.toContain("ana%40example.com");
    expect(shown).not.toContain(base64(text));
    // A message of results holds nothing else.
    const { role, content } = sent as { readonly role: string; readonly content: readonly { readonly type: string }[] };
    if (role === "tool") expect(content.map(({ type }) => type)).toEqual(["tool-result"]);
  });
});

/** A model that answers with this, whole or as a stream. */
function modelThatGives(answer: { readonly content: readonly object[]; readonly [member: string]: unknown }) {
  const model = createStandInModel(["unused"]);
  const { doGenerate } = model;
  model.doGenerate = async (params) => ({ ...(await doGenerate(params)), ...answer }) as never;
  model.doStream = async (params) => {
    const { usage, finishReason } = await doGenerate(params);
    const parts = [{ type: "stream-start", warnings: [] }, ...answer.content, { type: "finish", usage, finishReason }];
    return {
      stream: new ReadableStream({
        start(out) {
          for (const part of parts) out.enqueue(part as StreamPart);
          out.close();
        },
      }),
    };
  };
  return model;
}

const params = { prompt: [user] } as never;
const ways: Readonly<Record<string, (model: LanguageModel) => Promise<unknown>>> = {
  async doGenerate(model) {
    return model.doGenerate(params);
  },
  async doStream(model) {
    const parts: StreamPart[] = [];
    const { stream } = await model.doStream(params);
    await stream.pipeTo(new WritableStream({ write: (part) => void parts.push(part) }));
    return parts;
  },
};

describe.each(Object.entries(ways))("what a model answers to %s", (_, way) => {
  it.each(fileCases)("%s is an output", async (_what, partOf) => {
    const { hp } = await createClient();
    const say = (text: string) =>
      way(guardModel(hp, modelThatGives({ content: [partOf(text)] }), { agentId })).catch((error: unknown) => error);
    expect(isPolicyBlockedError(await say("a forbidden word"))).toBe(true);
    expect(isPolicyBlockedError(await say("a fine word"))).toBe(false);
  });

  it.each(fileCases)("%s goes on only masked, in its shape", async (_what, partOf) => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_output: true } } });
    const text = "write to ana@example.com today";
    const guarded = guardModel(hp, modelThatGives({ content: [partOf(text)] }), { agentId });
    const shown = JSON.stringify(await way(guarded), (_name, value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
    );
    expect(shown).not.toContain("ana@example.com");
    expect(shown).not.toContain("ana%40example.com");
    expect(shown).not.toContain(base64(text));
    expect(shown).toContain("[EMAIL]");
    if (Object.hasOwn(Object(partOf(text).data), "type")) expect(shown).toContain('"data":{"type":');
  });
});

describe("a whole answer", () => {
  const content = [{ type: "text", text: "fine" }];

  it("that has another text to make an object of is judged and masked", async () => {
    const { hp } = await createClient();
    const say = (structuredOutputText: string) =>
      ways["doGenerate"]?.(guardModel(hp, modelThatGives({ content, structuredOutputText }), { agentId })).catch(
        (error: unknown) => error,
      );
    expect(isPolicyBlockedError(await say('{"word":"forbidden"}'))).toBe(true);
    expect(await say('{"word":"fine"}')).toMatchObject({ structuredOutputText: '{"word":"fine"}' });

    const masking = await createClient({ policies: { pii_access: { enforcement: "warn", mask_output: true } } });
    const answer = modelThatGives({ content, structuredOutputText: '{"to":"ana@example.com"}' });
    expect(await ways["doGenerate"]?.(guardModel(masking.hp, answer, { agentId }))).toMatchObject({
      structuredOutputText: '{"to":"[EMAIL]"}',
    });
  });

  it("that has a member nobody knows is judged", async () => {
    const { hp } = await createClient();
    const say = (text: string) =>
      ways["doGenerate"]?.(guardModel(hp, modelThatGives({ content, draft: { text } }), { agentId })).catch(
        (error: unknown) => error,
      );
    expect(isPolicyBlockedError(await say("a forbidden draft"))).toBe(true);
    expect(await say("a fine draft")).toMatchObject({ draft: { text: "a fine draft" } });
  });

  it("keeps the raw body only where that says nothing else that does not pass", async () => {
    const { hp, decisions } = await createClient();
    const say = async (other: string) => {
      const body = { choices: [{ message: { content: "fine" } }, { message: { content: other } }] };
      return ways["doGenerate"]?.(
        guardModel(hp, modelThatGives({ content, response: { id: "1", body } }), { agentId }),
      );
    };
    expect(await say("fine, too")).toMatchObject({ response: { id: "1", body: { choices: [{}, {}] } } });
    const shown = await say("a forbidden choice");
    expect(shown).toMatchObject({ content, response: { id: "1" } });
    expect(JSON.stringify(shown)).not.toContain("forbidden");
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output", "input", "output"]);
  });
});
