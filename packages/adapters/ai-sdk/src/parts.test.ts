import { isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText, streamText } from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import type { Content, LanguageModel, StreamPart } from "./framework-types";
import { guardModel } from "./middleware";
import { attack, createClient, createStandInModel } from "./stand-ins";

const agentId = "support-bot";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const logprobs = { stand: { logprobs: [{ token: "ana@example.com" }] } };

/** A model that answers with these parts, and tells a text token by token besides. */
function modelOf(parts: readonly Content[]) {
  const model = createStandInModel(["unused"]);
  const { doGenerate, doStream } = model;
  const whole = { content: parts as Content[], providerMetadata: logprobs };
  model.doGenerate = async (params) => ({ ...(await doGenerate(params)), ...whole });
  model.doStream = async (params) => {
    const { stream } = await doStream(params);
    let isSaid = false;
    const others = new TransformStream<StreamPart, StreamPart>({
      transform(part, out) {
        if (part.type === "finish") {
          out.enqueue({ ...part, providerMetadata: logprobs });
          return;
        }
        if (part.type === "stream-start") out.enqueue(part);
        if (isSaid) return;
        isSaid = true;
        for (const [at, one] of parts.entries()) {
          if (one.type !== "text") out.enqueue(one as StreamPart);
          else
            for (const type of ["text-start", "text-delta", "text-end"] as const)
              out.enqueue({
                type,
                id: String(at),
                ...(type === "text-delta" ? { delta: one.text } : {}),
              } as StreamPart);
        }
      },
    });
    return { stream: stream.pipeThrough(others) };
  };
  return model;
}

const ways: Readonly<Record<string, (model: LanguageModel, messages: never) => Promise<string>>> = {
  async generate(model, messages) {
    const { content, sources, files, providerMetadata } = await generateText({ model, messages, maxRetries: 0 });
    const said = files.map(({ uint8Array }) => new TextDecoder().decode(uint8Array));
    return JSON.stringify([content, sources, said, providerMetadata]);
  },
  async stream(model, messages) {
    let seen = "";
    for await (const part of streamText({ model, messages, maxRetries: 0, onError: () => {} }).fullStream) {
      if (part.type === "error") throw part.error;
      const said = part.type === "file" ? new TextDecoder().decode(part.file.uint8Array) : "";
      seen += JSON.stringify(part) + said;
    }
    return seen;
  },
};

const user = (...parts: object[]) =>
  [{ role: "user", content: [{ type: "text", text: "read this" }, ...parts] }] as never;
const ask = (way: string, model: LanguageModel, messages: never) =>
  (ways[way] ?? ways["generate"])?.(model, messages).catch((error: unknown) => findHalt(error)) as Promise<unknown>;

describe.each(Object.keys(ways))("in a call to %s", (way) => {
  it.each([
    ["a file of text", (text: string) => ({ type: "file", mediaType: "text/plain", data: base64(text) })],
    ["the title of a source", (title: string) => ({ type: "source", sourceType: "url", id: "1", url: "a", title })],
    [
      "the name of a source",
      (filename: string) => ({
        type: "source",
        sourceType: "document",
        id: "1",
        mediaType: "a/b",
        title: "a",
        filename,
      }),
    ],
  ])("%s that a model gives out is an output", async (_, part) => {
    for (const [text, isBlocked] of [
      ["a forbidden word", true],
      ["a fine word", false],
    ] as const) {
      const { hp } = await createClient();
      const seen = await ask(way, guardModel(hp, modelOf([part(text) as Content]), { agentId }), user());
      expect(isPolicyBlockedError(seen)).toBe(isBlocked);
      if (!isBlocked) expect(seen).toContain(text);
    }
  });

  it("a masked text stands nowhere in the answer, nor in what the provider tells besides", async () => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_output: true } } });
    const text = "write to ana@example.com";
    const parts = [
      { type: "text", text },
      { type: "file", mediaType: "text/plain", data: base64(text) },
    ] as const;
    const seen = await ask(way, guardModel(hp, modelOf([...parts]), { agentId }), user());
    expect(seen).toContain("[EMAIL]");
    expect(seen).not.toContain("ana@example.com");
    expect(seen).not.toContain(base64(text));
  });

  it("what the provider tells besides goes on where nothing was replaced", async () => {
    const { hp } = await createClient();
    const seen = await ask(way, guardModel(hp, modelOf([{ type: "text", text: "fine" }]), { agentId }), user());
    expect(seen).toContain("logprobs");
  });

  it("the name of a file that a user sends is an input", async () => {
    const { hp } = await createClient();
    const file = (filename: string) => ({ type: "file", mediaType: "application/pdf", data: base64("%PDF"), filename });
    const model = createStandInModel(["fine"]);
    const guarded = guardModel(hp, model, { agentId });
    expect(isPolicyBlockedError(await ask(way, guarded, user(file(attack))))).toBe(true);
    expect(model.requests).toHaveLength(0);
    expect(isPolicyBlockedError(await ask(way, guarded, user(file("order.pdf"))))).toBe(false);
    expect(model.requests).toHaveLength(1);
  });

  it("a file that is no text stays when its name is masked", async () => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
    const model = createStandInModel(["fine"]);
    const data = base64("%PDF");
    const file = { type: "file", mediaType: "application/pdf", data, filename: "ana@example.com.pdf" };
    await ask(way, guardModel(hp, model, { agentId }), user(file));
    const sent = JSON.stringify(model.requests[0]?.prompt);
    expect([sent.includes("ana@example.com"), sent.includes("application/pdf")]).toEqual([false, true]);
  });

  it("what a provider is told of a part is an input, and left out where it is masked", async () => {
    const told = (context: string) => ({
      type: "file",
      mediaType: "application/pdf",
      data: base64("%PDF"),
      providerOptions: { stand: { context, cacheControl: { type: "ephemeral" } } },
    });
    const { hp } = await createClient();
    const model = createStandInModel(["fine"]);
    const guarded = guardModel(hp, model, { agentId });
    expect(isPolicyBlockedError(await ask(way, guarded, user(told(attack))))).toBe(true);
    expect(model.requests).toHaveLength(0);
    expect(isPolicyBlockedError(await ask(way, guarded, user(told("of last year"))))).toBe(false);
    expect(JSON.stringify(model.requests[0]?.prompt)).toContain("of last year");

    const masking = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
    const other = createStandInModel(["fine"]);
    await ask(way, guardModel(masking.hp, other, { agentId }), user(told("by ana@example.com")));
    const sent = JSON.stringify(other.requests[0]?.prompt);
    expect([sent.includes("ana@example.com"), sent.includes("application/pdf")]).toEqual([false, true]);
  });
});
