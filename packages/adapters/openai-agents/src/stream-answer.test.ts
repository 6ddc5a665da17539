import { isPolicyBlockedError } from "@holdpoint/sdk";
import {
  Agent,
  type Model,
  Runner,
  type StreamEvent,
  setTraceProcessors,
  setTracingDisabled,
} from "@openai/agents-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { createClient, createCountingTool, createStandInModel } from "./stand-ins";
import { HoldpointTracingProcessor } from "./tracing-processor";

beforeEach(() => {
  setTraceProcessors([]);
  setTracingDisabled(false);
});

const agentId = "ops-agent";
const filler = "plain words without any meaning, ";
const policies = {
  injection_scan: { enforcement: "block", languages: ["en"] },
  keyword_filter: { enforcement: "block", terms: ["forbidden"] },
};
const address = ["ann", "example.com"].join("@");

/** A run whose model counts its words, and says them to the reader of raw events as well. */
async function stream(text: string, given: object = policies) {
  const { hp, decisions } = await createClient({ policies: given as never });
  const counts = { said: 0, atFirst: 0 };
  const inner = createStandInModel([text]);
  const model: Model = {
    getResponse: (request) => inner.getResponse(request),
    async *getStreamedResponse(request): AsyncIterable<StreamEvent> {
      for await (const event of inner.getStreamedResponse(request)) {
        if (event.type === "output_text_delta") {
          counts.said++;
          yield { type: "model", event: { raw: event.delta } };
        }
        yield event;
      }
    },
  };
  const agent = governAgent(hp, new Agent({ name: "ops", model }), { agentId });
  const run = await new Runner().run(agent, "hi", { stream: true });
  let shown = "";
  let raw = "";
  let error: unknown;
  try {
    for await (const event of run) {
      if (event.type !== "raw_model_stream_event") continue;
      if (event.data.type === "model") raw += JSON.stringify(event.data.event);
      if (event.data.type !== "output_text_delta") continue;
      counts.atFirst ||= counts.said;
      shown += event.data.delta;
    }
    await run.completed;
  } catch (caught) {
    error = caught;
  }
  return { hp, decisions, counts, shown, raw, error, run };
}

describe("a guarded model's stream", () => {
  it("gives its first words before the model has said its last, and is decided once", async () => {
    const text = filler.repeat(40);
    const { counts, shown, error, run, decisions, raw } = await stream(text);
    expect([shown, error, run.finalOutput]).toEqual([text, undefined, text]);
    expect(counts.atFirst).toBeGreaterThan(0);
    expect(counts.atFirst).toBeLessThan(counts.said / 2);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
    expect(raw.length).toBeGreaterThan(text.length);
  });

  it("is cut before anything of a blocked passage went out, and the model is asked no further", async () => {
    const { counts, shown, raw, error } = await stream(`${filler.repeat(20)}a forbidden thing ${filler.repeat(200)}`);
    expect(findHalt(error)).toSatisfy(isPolicyBlockedError);
    expect(shown.length).toBeGreaterThan(0);
    expect(filler.repeat(20) + "a ").toContain(shown);
    expect([raw, counts.said < 500]).toEqual(["", true]);
  });

  it("is masked in its pieces, in its end and in the final output, and raw events go with what was replaced", async () => {
    const mask = { pii_access: { enforcement: "warn", mask_output: true } };
    const { shown, raw, run } = await stream(`${filler.repeat(20)}write to ${address} now`, mask);
    expect(shown).toBe(`${filler.repeat(20)}write to [EMAIL] now`);
    expect([run.finalOutput, raw]).toEqual([shown, ""]);
    expect(JSON.stringify(run.history)).not.toContain(address);
  });

  it("is masked without a stream as well", async () => {
    const mask = { pii_access: { enforcement: "warn", mask_output: true } };
    const { hp } = await createClient({ policies: mask as never });
    const agent = new Agent({ name: "ops", model: createStandInModel([`write to ${address} now`]) });
    const { finalOutput } = await new Runner().run(governAgent(hp, agent, { agentId }), "hi");
    expect(finalOutput).toBe("write to [EMAIL] now");
  });
});

describe("what our hooks do not reach is counted", () => {
  const count = (hp: Awaited<ReturnType<typeof createClient>>["hp"]) => hp.stats().ungoverned.no_handler;

  it("a tool that ran at the provider", async () => {
    const { hp } = await createClient();
    const model = createStandInModel(["done"]);
    const { getResponse } = model;
    model.getResponse = async (request) => {
      const response = await getResponse(request);
      return { ...response, output: [{ type: "hosted_tool_call", name: "web_search" }, ...response.output] };
    };
    await new Runner().run(governAgent(hp, new Agent({ name: "ops", model }), { agentId }), "hi");
    expect(count(hp)).toBe(1);
  });

  it("a tool of an agent that is not governed, seen by the tracing processor; one that is governed is none", async () => {
    const { hp } = await createClient();
    setTraceProcessors([new HoldpointTracingProcessor(hp, { agentId })]);
    const turns = [[{ name: "search", args: {} }], "done"];
    const plain = () =>
      new Agent({ name: "ops", model: createStandInModel(turns), tools: [createCountingTool("search").tool] });
    await new Runner().run(governAgent(hp, plain(), { agentId }), "go");
    expect(count(hp)).toBe(0);
    await new Runner().run(plain(), "go");
    expect(count(hp)).toBe(1);
  });

  it("turns after the first of an agent with a model's name, whose input alone is checked", async () => {
    const { hp } = await createClient();
    const run = async (turns: Parameters<typeof createStandInModel>[0]) => {
      const tools = [createCountingTool("search").tool];
      const agent = governAgent(hp, new Agent({ name: "ops", model: "some-model", tools }), { agentId });
      const model = createStandInModel(turns);
      await new Runner({ modelProvider: { getModel: () => model } }).run(agent, "go");
    };
    await run(["done"]);
    expect(count(hp)).toBe(0);
    await run([[{ name: "search", args: {} }], "done"]);
    expect(count(hp)).toBe(1);
  });
});
