import { type Holdpoint, isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, handoff, Runner, setTraceProcessors, setTracingDisabled } from "@openai/agents-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { createClient, createStandInModel } from "./stand-ins";
import { verify } from "./verify";

beforeEach(() => {
  setTraceProcessors([]);
  setTracingDisabled(true);
});

const transfer = (name: string) => [{ name: `transfer_to_${name}`, args: {} }];

/** Two agents, each governed under its own agentId, of which the first hands over to the second. */
function handingOver(hp: Holdpoint, wrap: (agent: Agent) => unknown) {
  const model = createStandInModel(["hello from billing"]);
  const billing = governAgent(hp, new Agent({ name: "billing", model }), { agentId: "billing-bot" });
  const front = new Agent({ name: "front", model: createStandInModel([transfer("billing")]) });
  front.handoffs = [wrap(billing) as Agent];
  return { model, front: governAgent(hp, front, { agentId: "front-bot" }) };
}

const ways: readonly (readonly [string, (agent: Agent) => unknown])[] = [
  ["an agent", (agent) => agent],
  ["a handoff", (agent) => handoff(agent)],
];

describe.each(ways)("a run that is handed over by %s", (_, wrap) => {
  it("is a call of one agent by another, which a policy may stop", async () => {
    const { hp } = await createClient({ policies: { agent_delegation: { enforcement: "block" } } });
    const { model, front } = handingOver(hp, wrap);
    for (const stream of [false, true]) {
      const run = async () => {
        if (!stream) return new Runner().run(front, "hi");
        const result = await new Runner().run(front, "hi", { stream: true });
        for await (const _event of result);
        return result.completed;
      };
      const error: unknown = await run().catch((thrown: unknown) => thrown);
      expect(findHalt(error)).toSatisfy(isPolicyBlockedError);
    }
    expect(model.requests).toHaveLength(0);
    await verify(hp, { agent: front });
  });

  it("goes on when no policy minds, and each agent answers for itself", async () => {
    const { hp, decisions } = await createClient();
    const { front } = handingOver(hp, wrap);
    expect((await new Runner().run(front, "hi")).finalOutput).toBe("hello from billing");
    const calls = decisions.filter(({ decision }) => decision.phase === "agent_call");
    expect(calls.map(({ decision }) => decision.agentId)).toEqual(["front-bot"]);
    expect(decisions.at(-1)?.decision.agentId).toBe("billing-bot");
  });
});

describe("a run that is handed over", () => {
  it("is no call of another agent where both are one", async () => {
    const { hp, decisions } = await createClient();
    const second = new Agent({ name: "second", model: createStandInModel(["hello"]) });
    const first = new Agent({ name: "first", model: createStandInModel([transfer("second")]), handoffs: [second] });
    await new Runner().run(governAgent(hp, first, { agentId: "ops-bot" }), "hi");
    expect(decisions.some(({ decision }) => decision.phase === "agent_call")).toBe(false);
  });

  it("tells how many agents it has passed through, however often it goes back", async () => {
    const depths: number[] = [];
    const { hp } = await createClient();
    const watching = new Proxy(hp, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "enforcePolicy") return value.bind(target);
        return (request: Parameters<Holdpoint["enforcePolicy"]>[0], options: never) => {
          if (request.delegationChain) depths.push(request.delegationChain.length);
          return target.enforcePolicy(request, options);
        };
      },
    });
    const turns = ["b", "a", "b", "c"];
    const [a, b, c] = ["a", "b", "c"].map((name) => {
      const next = turns.flatMap((to, at) => ((turns[at - 1] ?? "a") === name ? [transfer(to)] : []));
      return new Agent({ name, model: createStandInModel(next.length === 0 ? ["done"] : next) });
    }) as [Agent, Agent, Agent];
    const governedC = governAgent(watching, c, { agentId: "c-bot" });
    const governedB = governAgent(watching, b, { agentId: "b-bot" });
    const governedA = governAgent(watching, a, { agentId: "a-bot" });
    const wire = (agent: Agent, ...to: Agent[]) =>
      governAgent(watching, agent.clone({ handoffs: to }), { agentId: idOf(agent) });
    const idOf = ({ name }: Agent) => `${name}-bot`;
    governedB.handoffs = wire(b, governedA, governedC).handoffs;
    governedA.handoffs = wire(a, governedB).handoffs;
    expect((await new Runner().run(governedA, "hi")).finalOutput).toBe("done");
    expect(depths).toEqual([0, 1, 0, 1]);
  });
});
