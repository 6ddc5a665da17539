import { Holdpoint, isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, handoff, type MCPServer, Runner, setTraceProcessors, type Tool } from "@openai/agents-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { guardModel } from "./guard-model";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";
import { verify } from "./verify";

beforeEach(() => setTraceProcessors([]));

const options = { agentId: "ops-agent" };

/** A server of tools inside this process. */
function createServer(...names: readonly string[]): MCPServer & { readonly called: string[] } {
  const called: string[] = [];
  const tools = names.map((name) => ({
    name,
    description: name,
    inputSchema: { type: "object" as const, properties: {}, required: [], additionalProperties: true },
  }));
  return {
    called,
    name: "stand-in",
    cacheToolsList: false,
    connect: async () => {},
    close: async () => {},
    invalidateToolsCache: async () => {},
    listTools: async () => tools,
    callTool: async (name: string) => {
      called.push(name);
      return [{ type: "text", text: "done" }];
    },
  } as unknown as MCPServer & { readonly called: string[] };
}

async function haltOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => findHalt(error),
  );
}

describe("an agent that hands over", () => {
  for (const [how, wrap] of Object.entries({
    "to an agent": (agent: Agent) => agent,
    "through a handoff": (agent: Agent) => handoff(agent),
  })) {
    it(`${how} takes its checks along, in circles too`, async () => {
      const { hp, decisions } = await createClient();
      const denied = createCountingTool("db_write");
      const model = createStandInModel([[{ name: "db_write", args: {} }], "never"]);
      const second = new Agent({ name: "second", model, tools: [denied.tool] });
      const first = new Agent({
        name: "first",
        model: createStandInModel([[{ name: "transfer_to_second", args: {} }]]),
      });
      first.handoffs = [wrap(second)];
      second.handoffs = [wrap(first)];
      const agent = governAgent(hp, first, options);
      expect(await haltOf(new Runner().run(agent, "go"))).toSatisfy(isPolicyBlockedError);
      expect([denied.runs(), model.requests.length]).toEqual([0, 1]);
      expect(new Set(decisions.map(({ decision }) => decision.agentId))).toEqual(new Set(["ops-agent"]));
      await verify(hp, { agent });
    });
  }

  it("leaves an agent alone that is governed under its own name", async () => {
    const { hp, decisions } = await createClient();
    const second = governAgent(hp, new Agent({ name: "second", model: createStandInModel(["hello"]) }), {
      agentId: "other-bot",
    });
    const first = new Agent({ name: "first", model: createStandInModel([[{ name: "transfer_to_second", args: {} }]]) });
    first.handoffs = [second];
    await new Runner().run(governAgent(hp, first, options), "go");
    expect(decisions.at(-1)?.decision.agentId).toBe("other-bot");
  });
});

describe("a guarded model in a streamed run", () => {
  it("lets nothing through of an answer that is blocked, and all of one that is not", async () => {
    for (const [answer, expected] of [
      ["it is quite forbidden to say", ""],
      ["it is on its way", "it is on its way"],
    ] as const) {
      const { hp } = await createClient();
      const agent = governAgent(hp, new Agent({ name: "ops", model: createStandInModel([answer]) }), options);
      const result = await new Runner().run(agent, "hi", { stream: true });
      let seen = "";
      const read = async (): Promise<void> => {
        for await (const event of result) {
          if (event.type === "raw_model_stream_event" && event.data.type === "output_text_delta")
            seen += event.data.delta;
        }
        await result.completed;
      };
      const halt = await haltOf(read());
      expect([seen, isPolicyBlockedError(halt)]).toEqual([expected, expected === ""]);
    }
  });

  it("is read as it flowed when its last event says something else, or never comes", async () => {
    for (const last of ["harmless", undefined]) {
      const { hp } = await createClient();
      const bare = createStandInModel([last ?? "harmless"]);
      const model = guardModel(
        hp,
        {
          getResponse: (request) => bare.getResponse(request),
          async *getStreamedResponse(request) {
            yield { type: "output_text_delta", delta: "this is forbidden" };
            for await (const event of bare.getStreamedResponse(request)) {
              if (event.type === "response_done" && last !== undefined) yield event;
            }
          },
        },
        options,
      );
      const read = async (): Promise<void> => {
        for await (const _ of model.getStreamedResponse({ input: "hi" } as never)) throw new Error("went on");
      };
      expect(await haltOf(read())).toSatisfy(isPolicyBlockedError);
    }
  });
});

describe("verify", () => {
  it("passes for a governed agent with tools and MCP servers, asks no model and runs no tool", async () => {
    const { hp } = await createClient();
    const [model, search, server] = [
      createStandInModel(["hello"]),
      createCountingTool("search"),
      createServer("fetch"),
    ];
    const plain = new Agent({ name: "ops", model, tools: [search.tool], mcpServers: [server] });
    const agent = governAgent(hp, plain, options);
    await verify(hp, { agent, model: guardModel(hp, model, options), tools: agent.tools as Tool[] });
    expect([model.requests.length, search.runs(), server.called, hp.stats().pauses]).toEqual([0, 0, [], []]);
  });

  it("passes for an agent with the name of a model, and without any policy", async () => {
    const hp = await Holdpoint.create({ policies: [] });
    await verify(hp, { agent: governAgent(hp, new Agent({ name: "ops", model: "some-model" }), options) });
  });

  it("names what is not guarded, and calls nothing", async () => {
    const { hp } = await createClient();
    const model = createStandInModel(["hello"]);
    const search = createCountingTool("search");
    const plain = new Agent({ name: "ops", model, tools: [search.tool] });
    const governed = governAgent(hp, plain, options);
    const cases: [Agent, string][] = [
      [plain, "the input of agent `ops` is not guarded"],
      [governed.clone({ outputGuardrails: [] }), "the output of agent `ops` is not guarded"],
      [governed.clone({ tools: [search.tool] }), "tool of agent `ops` `search` is not guarded"],
      [governed.clone({ handoffs: [plain] }), "the input of agent `ops` is not guarded"],
      [governed.clone({ mcpServers: [createServer("fetch")] }), "tool of agent `ops` `fetch` is not guarded"],
    ];
    for (const [agent, named] of cases) await expect(verify(hp, { agent })).rejects.toThrow(named);
    await expect(verify(hp, { model })).rejects.toThrow("the model is not guarded");
    await expect(verify(hp, {})).rejects.toThrow("nothing to verify");
    expect([model.requests.length, search.runs()]).toEqual([0, 0]);
  });

  it("fails for the guards of another client", async () => {
    const { hp } = await createClient();
    const { hp: other } = await createClient();
    for (const model of [createStandInModel(["hello"]), "some-model"]) {
      const agent = governAgent(other, new Agent({ name: "ops", model }), options);
      await expect(verify(hp, { agent })).rejects.toThrow("of agent `ops` does not stop a paused agent");
    }
  });

  it("finds that a denied tool of an MCP server does not run in a governed agent", async () => {
    const { hp } = await createClient();
    const server = createServer("db_write");
    const model = createStandInModel([[{ name: "db_write", args: {} }], "never"]);
    const agent = governAgent(hp, new Agent({ name: "ops", model, mcpServers: [server] }), options);
    expect(await haltOf(new Runner().run(agent, attack.slice(0, 3)))).toSatisfy(isPolicyBlockedError);
    expect(server.called).toEqual([]);
  });
});
