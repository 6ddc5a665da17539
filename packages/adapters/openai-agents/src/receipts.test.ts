import {
  Agent,
  type Model,
  Runner,
  setTraceProcessors,
  setTracingDisabled,
  withResponseSpan,
} from "@openai/agents-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSinkClient } from "../../fetch-guard/src/sink.suite";
import { governAgent } from "./govern-agent";
import { attack, createCountingTool, createStandInModel, policies, type Turn } from "./stand-ins";
import { HoldpointTracingProcessor } from "./tracing-processor";

beforeEach(() => setTracingDisabled(false));
afterEach(() => setTraceProcessors([]));

const agentId = "ops-agent";
const ignore = (work: Promise<unknown>) => work.catch(() => undefined);

/** As the framework's own models do: the call is a span that begins within it. */
const withOwnSpan = (model: Model): Model => ({
  getResponse: (request) => withResponseSpan(() => model.getResponse(request)),
  getStreamedResponse: (request) => model.getStreamedResponse(request),
});

describe.each([{ spans: "its own" }, { spans: "no" }])(
  "receipts of every step, a model with $spans spans",
  ({ spans }) => {
    const setUp = async (turns: readonly Turn[]) => {
      const client = await createSinkClient({ policies, onApproval: () => true });
      const { hp } = client;
      setTraceProcessors([new HoldpointTracingProcessor(hp, { agentId })]);
      const stand = createStandInModel(turns);
      const model = spans === "no" ? stand : withOwnSpan(stand);
      const tools = ["search", "send_email", "db_write"].map((name) => createCountingTool(name).tool);
      return { ...client, model, plain: new Agent({ name: "ops", model, tools }) };
    };
    const parallel = [["search", "search", "send_email"].map((name) => ({ name, args: { q: 1 } })), "done"];

    it("name it: parallel calls of a tool with the same arguments, one approved, and the turns around them", async () => {
      const { hp, plain, report, sent } = await setUp(parallel);
      await new Runner().run(governAgent(hp, plain, { agentId }), "go");
      expect((await report()).problems).toEqual([]);
      const run = (await sent()).find(({ spans = [] }) => spans.length > 0);
      const types = run?.spans
        ?.map(({ spanType }) => spanType)
        .filter((type) => /generation|response|function/.test(type));
      expect(types?.sort()).toEqual(["function", "function", "function", "generation", "generation"]);
    });

    it("name it in streams, and where an input or a tool is stopped", async () => {
      const { hp, plain, report } = await setUp([[{ name: "db_write", args: {} }], "done"]);
      const agent = governAgent(hp, plain, { agentId });
      const streamed = await new Runner().run(agent, "go", { stream: true });
      await ignore(streamed.completed);
      await ignore(new Runner().run(agent, attack));
      expect((await report()).problems).toEqual([]);
    });

    it("name it in an agent that is a tool of another", async () => {
      const { hp, model, report } = await setUp([[{ name: "inner", args: { input: "x" } }], "inner done", "done"]);
      const inner = governAgent(hp, new Agent({ name: "inner", model }), { agentId });
      const tools = [inner.asTool({ toolName: "inner", toolDescription: "inner" })];
      await new Runner().run(governAgent(hp, new Agent({ name: "outer", model, tools }), { agentId }), "go");
      expect((await report()).problems).toEqual([]);
    });

    it("are missed for each call of a model that is given by name: guardrails decide about their own spans", async () => {
      const { hp, model, report } = await setUp(["done"]);
      const agent = governAgent(hp, new Agent({ name: "ops", model: "some-model" }), { agentId });
      await new Runner({ modelProvider: { getModel: () => model } }).run(agent, "go");
      const missed = spans === "no" ? [] : ["no decision about this model call response"];
      expect((await report()).problems.map(({ message }) => message)).toEqual(missed);
    });

    it("are missed for each tool and each model call of an agent that nobody governs", async () => {
      const { plain, report } = await setUp(parallel);
      await new Runner().run(plain, "go");
      const kinds = (await report()).problems.map(({ message }) => message).sort();
      expect(kinds.filter((message) => message.includes("tool call"))).toEqual([
        "no decision about this tool call search",
        "no decision about this tool call search",
        "no decision about this tool call send_email",
      ]);
      expect(kinds).toHaveLength(spans === "no" ? 3 : 5);
    });
  },
);
