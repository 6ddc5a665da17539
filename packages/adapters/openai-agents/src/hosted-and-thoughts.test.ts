import { isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, MemorySession, Runner } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

const agentId = "ops-agent";
const say = (text: string) => ({
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text }],
});
const callOf = (name: string) => ({
  type: "function_call",
  callId: "call-1",
  name,
  arguments: "{}",
  status: "completed",
});
const think = (text: string) => ({ type: "reasoning", content: [{ type: "input_text", text }] });
/** As the model of OpenAI's responses writes what has run at the provider. */
const hosted = (type: string, members: object = {}, output?: string) => ({
  type: "hosted_tool_call",
  id: `${type}-1`,
  name: type,
  status: "completed",
  ...(output === undefined ? {} : { output }),
  providerData: { type, ...members },
});

/** A governed agent whose model gives these answers, in one piece or at the end of a stream. */
async function setUp(answers: readonly (readonly object[])[], policies?: object) {
  const { hp, decisions } = await createClient(policies ? { policies: policies as never } : {});
  const model = createStandInModel(["unused"]);
  const next = () => (answers[Math.min(model.requests.length, answers.length) - 1] ?? []) as never;
  const { getResponse, getStreamedResponse } = model;
  model.getResponse = async (request) => ({ ...(await getResponse(request)), output: next() });
  model.getStreamedResponse = async function* (request) {
    for await (const event of getStreamedResponse(request))
      if (event.type === "response_done") yield { ...event, response: { ...event.response, output: next() } };
  };
  const search = createCountingTool("search");
  const agent = governAgent(hp, new Agent({ name: "ops", model, tools: [search.tool] }), { agentId });
  return { hp, decisions, model, agent, search };
}

async function haltOf(agent: Agent, stream: boolean, session?: MemorySession): Promise<unknown> {
  const options = session ? { session } : {};
  try {
    if (stream) {
      const run = await new Runner().run(agent, "go", { ...options, stream: true });
      for await (const _ of run);
      await run.completed;
    } else await new Runner().run(agent, "go", options);
  } catch (error) {
    return findHalt(error);
  }
  return undefined;
}

describe.each([{ stream: false }, { stream: true }])("an answer, streamed: $stream", ({ stream }) => {
  it("with thoughts that may not be said reaches nobody", async () => {
    const { agent } = await setUp([[think("the word is forbidden"), say("done")]]);
    expect(isPolicyBlockedError(await haltOf(agent, stream))).toBe(true);
  });

  it.each([
    ["what was found on the web", hosted("web_search_call", { action: { type: "search", query: "x" } }, attack)],
    [
      "files that were found",
      hosted("file_search_call", { queries: ["x"], results: [{ filename: "a", text: attack }] }),
    ],
    [
      "what code has printed",
      hosted("code_interpreter_call", { code: "1", outputs: [{ type: "logs", logs: attack }] }),
    ],
    ["a tool's result", hosted("mcp_call", { name: "fetch", arguments: "{}" }, attack)],
    ["what tools say of themselves", hosted("mcp_list_tools", { tools: [{ name: "x", description: attack }] })],
    ["a denied tool that has run", hosted("mcp_call", { name: "db_write", arguments: "{}" }, "done")],
    ["a denied tool that waits for an approval", hosted("mcp_approval_request", { name: "db_write", arguments: "{}" })],
  ])("with %s reaches neither the user nor the model's next turn", async (_, item) => {
    for (const rest of [say("done"), callOf("search")]) {
      const { agent, model, search } = await setUp([[item, rest], [say("done")]]);
      expect(isPolicyBlockedError(await haltOf(agent, stream))).toBe(true);
      expect([model.requests.length, search.runs()]).toEqual([1, 0]);
    }
  });

  it("with what may be said goes on, and is judged once", async () => {
    const found = hosted("web_search_call", { action: { type: "search", query: "x" } }, "sunny");
    const { agent, decisions, model } = await setUp([[found, think("easy"), callOf("search")], [say("done")]]);
    expect(await haltOf(agent, stream)).toBeUndefined();
    expect(model.requests).toHaveLength(2);
    const results = decisions.filter(({ decision }) => decision.phase === "tool_result");
    expect(results).toHaveLength(2);
  });
});

it("thoughts are masked where a policy masks outputs", async () => {
  const mask = { pii_access: { enforcement: "warn", mask_output: true } };
  const { agent } = await setUp([[think("write to ana@example.com"), say("done")]], mask);
  const { newItems } = await new Runner().run(agent, "go");
  expect(JSON.stringify(newItems)).toContain("[EMAIL]");
  expect(JSON.stringify(newItems)).not.toContain("ana@example.com");
});

it("raw events that hold a thought as it was go with what was replaced in it", async () => {
  const mask = { pii_access: { enforcement: "warn", mask_output: true } };
  const { agent, model } = await setUp([[think("write to ana@example.com"), say("done")]], mask);
  const { getStreamedResponse } = model;
  model.getStreamedResponse = async function* (request) {
    yield { type: "model", event: { type: "response.reasoning_text.delta", delta: "write to ana@example.com" } };
    yield* getStreamedResponse(request);
  };
  const run = await new Runner().run(agent, "go", { stream: true });
  let seen = "";
  for await (const event of run) seen += JSON.stringify(event);
  expect(seen).not.toContain("ana@example.com");
});

it("a history with a poisoned result of a tool at the provider reaches no model", async () => {
  const { agent, model } = await setUp([[say("done")]]);
  const session = new MemorySession();
  await session.addItems([hosted("web_search_call", {}, attack), say("fine")] as never);
  expect(isPolicyBlockedError(await haltOf(agent, false, session))).toBe(true);
  expect(model.requests).toHaveLength(0);
});

it("an agent of a realtime session is refused: nothing of ours would stand before its model", async () => {
  const { hp } = await createClient();
  class RealtimeAgent extends Agent {
    readonly voice: string | undefined = undefined;
  }
  expect(() => governAgent(hp, new RealtimeAgent({ name: "voice" }), { agentId })).toThrow(/realtime sessions/);
});
