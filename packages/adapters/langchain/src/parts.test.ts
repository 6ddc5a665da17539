import { isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { attack, createClient, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Parts of a message that carry a text otherwise than as `text`. */
const partsOf = (text: string): Readonly<Record<string, object>> => ({
  "a document": { type: "document", source: { type: "text", media_type: "text/plain", data: text } },
  "the title of a document": { type: "document", title: text, source: { type: "url", url: "https://example.com" } },
  "a result of a tool": { type: "tool_result", tool_use_id: "1", content: [{ type: "text", text }] },
  "a found passage": { type: "search_result", source: "a", title: "t", content: [{ type: "text", text }] },
  "a file of text": { type: "file", source_type: "base64", mime_type: "text/plain", data: base64(text) },
  "a file of another API": { type: "file", file: { file_data: `data:text/plain;base64,${base64(text)}` } },
  "a part that nobody knows": { type: "non_standard", value: { [text]: 1 } },
});

const fromUser = (part: object): BaseMessage[] => [
  new HumanMessage({ content: [{ type: "text", text: "read this" }, part] as never }),
];
const fromTool = (part: object): BaseMessage[] => [
  new HumanMessage("read it"),
  new AIMessage({ content: "", tool_calls: [{ name: "read", args: {}, id: "1" }] }),
  new ToolMessage({ tool_call_id: "1", content: [{ type: "text", text: "here" }, part] as never }),
];

/** How often a model is asked, and whether our error comes out: guarded, and with a handler. */
async function ask(messages: readonly BaseMessage[]): Promise<readonly (readonly [number, boolean])[]> {
  const ways = [
    (hp: Parameters<typeof guardModel>[0], model: StandInChatModel) =>
      guardModel(hp, model, { agentId }).invoke([...messages]),
    (hp: Parameters<typeof guardModel>[0], model: StandInChatModel) =>
      model.invoke([...messages], { callbacks: [new HoldpointCallbackHandler(hp, { agentId })] }),
  ];
  return Promise.all(
    ways.map(async (way) => {
      const { hp } = await createClient();
      const model = new StandInChatModel(["fine"]);
      const error: unknown = await way(hp, model).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return [model.calls, isPolicyBlockedError(findHalt(error))] as const;
    }),
  );
}

describe.each(Object.keys(partsOf("")))("%s", (kind) => {
  it("reaches no model when it carries what is blocked, and does otherwise", async () => {
    for (const from of [fromUser, fromTool]) {
      const [blocked, allowed] = [attack, "The order left on Monday."].map((text) => from(partsOf(text)[kind] ?? {}));
      expect(await ask(blocked ?? [])).toEqual(Array(2).fill([0, true]));
      expect(await ask(allowed ?? [])).toEqual(Array(2).fill([1, false]));
    }
  });
});

it("a text that is masked leaves no part behind that still has it", async () => {
  const { hp } = await createClient({
    policies: { pii_access: { enforcement: "warn", denied_pii_types: ["email"], mask_input: true } },
  });
  const model = new StandInChatModel(["fine"]);
  const picture = { type: "image_url", image_url: { url: "https://example.com/picture.png" } };
  const content = [
    { type: "text", text: "read this" },
    { type: "document", source: { type: "text", media_type: "text/plain", data: "ask jane@example.com" } },
    { type: "thinking", thinking: "it is jane@example.com" },
    picture,
    { type: "document", source: { type: "text", media_type: "text/plain", data: "left on Monday" } },
    {
      type: "file",
      source_type: "base64",
      mime_type: "application/pdf",
      data: "JVBERi0=",
      metadata: { name: "a.pdf" },
    },
  ];
  await guardModel(hp, model, { agentId }).invoke([new HumanMessage({ content: content as never })]);
  const sent = model.prompts[0]?.[0]?.content as unknown as object[];
  expect(JSON.stringify(sent)).not.toContain("jane@example.com");
  expect(JSON.stringify(sent)).toContain("read this");
  expect(sent.slice(3)).toEqual(content.slice(3));
});

it("a thought that is masked in an answer is one still, without the old one", async () => {
  const { hp } = await createClient({
    policies: { pii_access: { enforcement: "warn", denied_pii_types: ["email"], mask_output: true } },
  });
  const content = [
    { type: "thinking", thinking: "it is jane@example.com", signature: "sealed" },
    { type: "text", text: "fine" },
  ];
  const model = new StandInChatModel(["unused"]);
  const message = new AIMessage({ content: content as never });
  model._generate = async () => ({ generations: [{ text: "fine", message }] });
  const answer = await guardModel(hp, model, { agentId }).invoke("hi");
  expect(answer.content).toEqual([{ type: "thinking", thinking: "it is [EMAIL]" }, content[1]]);
});
