import { isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, type AgentInputItem, handoff, MemorySession, Runner } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { attack, createClient, createCountingTool, createStandInModel, type Turn } from "./stand-ins";

const agentId = "ops-agent";
const said = (content: string) => ({ type: "message", role: "user", content }) as AgentInputItem;

async function setUp(turns: readonly Turn[], result?: string) {
  const { hp } = await createClient();
  const model = createStandInModel(turns);
  const { tool } = createCountingTool("search", result);
  const agent = governAgent(hp, new Agent({ name: "ops", model, tools: [tool] }), { agentId });
  return { hp, agent, model };
}

const haltOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => findHalt(error),
  );

describe("a session", () => {
  it.each<[string, string, readonly Turn[], string | undefined]>([
    ["an input", attack, ["never"], undefined],
    ["an output", "go", ["the forbidden word"], undefined],
    ["a tool's result", "go", [[{ name: "search", args: {} }], "done"], attack],
  ])("keeps nothing of %s that was stopped", async (_, input, turns, result) => {
    const { agent } = await setUp(turns, result);
    const session = new MemorySession();
    expect(isPolicyBlockedError(await haltOf(new Runner().run(agent, input, { session })))).toBe(true);
    const kept = JSON.stringify(await session.getItems());
    expect([kept.includes(attack), kept.includes("forbidden")]).toEqual([false, false]);
  });

  it("that was poisoned elsewhere reaches no model", async () => {
    const { agent, model } = await setUp(["done"]);
    const session = new MemorySession();
    await session.addItems([said(attack)]);
    expect(isPolicyBlockedError(await haltOf(new Runner().run(agent, "hi again", { session })))).toBe(true);
    expect(model.requests).toHaveLength(0);
  });
});

describe("what is put into a request after the run has begun", () => {
  it("by a filter of the run reaches no model when it is an attack", async () => {
    const { agent, model } = await setUp(["done"]);
    const runner = new Runner({ callModelInputFilter: ({ modelData }) => ({ ...modelData, input: [said(attack)] }) });
    expect(isPolicyBlockedError(await haltOf(runner.run(agent, "hi")))).toBe(true);
    expect(model.requests).toHaveLength(0);
  });

  it.each<[string, (text: string) => { promptId: string; variables: Record<string, never> }]>([
    ["a text", (text) => ({ promptId: "p", variables: { question: text as never } })],
    ["a part", (text) => ({ promptId: "p", variables: { question: { type: "input_text", text } as never } })],
  ])("as a variable of a template, %s, neither", async (_, prompt) => {
    for (const [text, isBlocked] of [
      [attack, true],
      ["the order of last year", false],
    ] as const) {
      const { hp } = await createClient();
      const model = createStandInModel(["done"]);
      const agent = governAgent(hp, new Agent({ name: "ops", model, prompt: prompt(text) }), { agentId });
      expect(isPolicyBlockedError(await haltOf(new Runner().run(agent, "hi")))).toBe(isBlocked);
      expect(model.requests).toHaveLength(isBlocked ? 0 : 1);
    }
  });

  it("by the filter of a handoff neither", async () => {
    const { hp } = await createClient();
    const target = createStandInModel(["done"]);
    const first = createStandInModel([[{ name: "transfer_to_other", args: {} }]]);
    const other = handoff(new Agent({ name: "other", model: target }), {
      inputFilter: (data) => ({ ...data, inputHistory: attack, preHandoffItems: [], newItems: [] }),
    });
    const agent = governAgent(hp, new Agent({ name: "ops", model: first, handoffs: [other] }), { agentId });
    expect(isPolicyBlockedError(await haltOf(new Runner().run(agent, "hi")))).toBe(true);
    expect([first.requests.length, target.requests.length]).toEqual([1, 0]);
  });
});
