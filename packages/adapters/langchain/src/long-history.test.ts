import { isApprovalDeniedError, isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { attack, createClient, createCountingTool, StandInChatModel } from "./stand-ins";

/** LangChain reports every error of a handler on the console. */
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const places = [0, 19, 20, 69, 70, 119];
const asking = { injection_scan: { enforcement: "require_approval", languages: ["en"] } } as const;
const mail = ["ann", "example.com"].join("@");
/** A long talk with another text in one place. */
const withText = (place: number, content: string) =>
  Array.from({ length: 121 }, (_, at) => {
    const text = at === place ? content : `${at}`;
    return at % 2 ? new AIMessage(text) : new HumanMessage(text);
  });

describe("a history of more messages than a request may carry", () => {
  it("reaches no model when any of it is an attack", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["hello"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    for (const place of places)
      await expect(guarded.invoke(withText(place, attack)), `${place}`).rejects.toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });

  it("is masked wherever it has to be", async () => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
    const model = new StandInChatModel(["hello"]);
    await guardModel(hp, model, { agentId: "a" }).invoke(withText(3, `from ${mail}`));
    expect(JSON.stringify(model.prompts).includes(mail)).toBe(false);
    expect(model.prompts[0]).toHaveLength(121);
  });

  it("reaches no model that a handler sees when any of it is an attack", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["hello"]);
    const callbacks = [new HoldpointCallbackHandler(hp, { agentId: "a" })];
    for (const place of places) {
      const answer = model.invoke(withText(place, attack), { callbacks });
      await expect(answer, `${place}`).rejects.toSatisfy(isPolicyBlockedError);
    }
    expect(model.calls).toBe(0);
  });

  it("is recorded as one request when no policy minds it", async () => {
    const { hp, decisions } = await createClient();
    const callbacks = [new HoldpointCallbackHandler(hp, { agentId: "a" })];
    await new StandInChatModel(["hello"]).invoke(withText(3, "hi"), { callbacks });
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });

  it("is asked about once in a run when its beginning needs a human", async () => {
    let asked = 0;
    const { hp } = await createClient({ policies: asking, onApproval: () => ++asked > 0 });
    const model = new StandInChatModel([[{ name: "search", args: {} }], "done"]);
    const callbacks = [new HoldpointCallbackHandler(hp, { agentId: "a" })];
    const agent = createAgent({ model, tools: [createCountingTool("search").tool] });
    await agent.invoke({ messages: withText(3, attack) }, { callbacks });
    expect([asked, model.calls]).toEqual([1, 2]);
  });

  it("lets no text pass behind what a human has approved, however much comes after it", async () => {
    let answer = true;
    const { hp } = await createClient({ policies: asking, onApproval: () => answer });
    const model = new StandInChatModel([[{ name: "search", args: {} }], "again"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    const question = new HumanMessage(attack);
    const called = await guarded.invoke([question]);
    answer = false;
    const after = (text: string) => Array.from({ length: 60 }, (_, at) => new AIMessage(at === 0 ? text : `${at}`));
    expect((await guarded.invoke([question, called, ...after("hi")])).content).toBe("again");
    const forged = guarded.invoke([question, called, ...after(attack)]);
    await expect(forged).rejects.toSatisfy(isApprovalDeniedError);
    expect(model.calls).toBe(2);
  });
});
