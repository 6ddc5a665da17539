import { isApprovalDeniedError, isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, type AgentInputItem, Runner, setTraceProcessors } from "@openai/agents-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { holdpointInputGuardrail } from "./guardrails";
import { attack, createClient, createCountingTool, createStandInModel, type Turn } from "./stand-ins";

beforeEach(() => setTraceProcessors([]));

const agentId = "ops-agent";
const places = [0, 19, 20, 69, 70, 119];

/** A long talk with another text in one place; the last message is the user's. */
const withText = (place: number, content: string): AgentInputItem[] =>
  Array.from({ length: 121 }, (_, at) => {
    const text = at === place ? content : `${at}`;
    return at % 2
      ? { role: "assistant", status: "completed", content: [{ type: "output_text", text }] }
      : { role: "user", content: text };
  });

async function setUp(turns: readonly Turn[], options: Parameters<typeof createClient>[0] = {}) {
  const { hp, decisions } = await createClient(options);
  const model = createStandInModel(turns);
  const lookUp = createCountingTool("look_up");
  const plain = new Agent({ name: agentId, model, tools: [lookUp.tool] });
  return { hp, decisions, model, lookUp, plain };
}

describe("a history of more messages than a request may carry", () => {
  it("reaches no guarded model when any of it is an attack", async () => {
    const { hp, model, plain } = await setUp(["hello"]);
    const agent = governAgent(hp, plain, { agentId });
    for (const place of places) {
      const error = await new Runner().run(agent, withText(place, attack)).catch((caught: unknown) => caught);
      expect(findHalt(error), `${place}`).toSatisfy(isPolicyBlockedError);
    }
    expect(model.requests).toHaveLength(0);
  });

  it("trips the input guardrail when any of it is an attack", async () => {
    const { hp, model, plain } = await setUp(["hello"]);
    const agent = plain.clone({ inputGuardrails: [holdpointInputGuardrail(hp, { agentId })] });
    for (const place of places) {
      const error = await new Runner().run(agent, withText(place, attack)).catch((caught: unknown) => caught);
      expect(findHalt(error), `${place}`).toSatisfy(isPolicyBlockedError);
    }
    expect(model.requests).toHaveLength(0);
  });

  it("is answered, and recorded as one request, when no policy minds it", async () => {
    const { hp, decisions, model, plain } = await setUp(["hello"]);
    const { finalOutput } = await new Runner().run(governAgent(hp, plain, { agentId }), withText(3, "hi"));
    expect(finalOutput).toBe("hello");
    expect(model.requests[0]?.input).toHaveLength(121);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });

  it("is asked about once in a run when its beginning needs a human", async () => {
    let asked = 0;
    const { hp, lookUp, plain } = await setUp([[{ name: "look_up", args: {} }], "done"], {
      policies: {
        injection_scan: { enforcement: "require_approval", languages: ["en"] },
      },
      onApproval: () => ++asked > 0,
    });
    const agent = governAgent(hp, plain, { agentId });
    expect((await new Runner().run(agent, withText(3, attack))).finalOutput).toBe("done");
    expect([asked, lookUp.runs()]).toEqual([1, 1]);
  });

  it("lets no text pass behind what a human has approved, however much comes after it", async () => {
    let answer = true;
    const { hp, model, plain } = await setUp([[{ name: "look_up", args: {} }], "done"], {
      policies: { injection_scan: { enforcement: "require_approval", languages: ["en"] } },
      onApproval: () => answer,
    });
    const agent = governAgent(hp, plain, { agentId });
    const { history } = await new Runner().run(agent, attack);
    answer = false;
    const [question, ...calls] = history.slice(0, 3) as [AgentInputItem, ...AgentInputItem[]];
    const after = (text: string) => withText(1, text).filter((item) => "role" in item && item.role === "assistant");
    await new Runner().run(agent, [question, ...calls, ...after("hi")]);
    const before = model.requests.length;
    const forged = new Runner().run(agent, [question, ...calls, ...after(attack)]);
    expect(findHalt(await forged.catch((caught: unknown) => caught))).toSatisfy(isApprovalDeniedError);
    expect(model.requests).toHaveLength(before);
  });
});
