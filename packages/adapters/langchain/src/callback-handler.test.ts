import {
  type Holdpoint,
  isAgentPausedError,
  isApprovalDeniedError,
  isEnforcementUnavailableError,
  isPolicyBlockedError,
} from "@holdpoint/sdk";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda, RunnableSequence } from "@langchain/core/runnables";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { attack, createClient, createCountingTool, StandInChatModel, type Turn } from "./stand-ins";

/** LangChain reports every error of a handler on the console. */
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const agentId = "support-bot";
const user = (content: string) => ({ messages: [{ role: "user", content }] });

async function caught(work: Promise<unknown> | (() => Promise<unknown>)): Promise<unknown> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return error;
  }
  throw new Error("expected an error");
}

async function setUp(turns: readonly Turn[], options: Parameters<typeof createClient>[0] = {}, streaming = false) {
  const { hp, decisions } = await createClient(options);
  const handler = new HoldpointCallbackHandler(hp, { agentId });
  return { hp, decisions, handler, callbacks: [handler], model: new StandInChatModel(turns, { streaming }) };
}

describe("a plain chat model", () => {
  it("answers an input that no policy minds, and leaves nothing open", async () => {
    const { model, callbacks, handler } = await setUp(["hello"]);
    expect((await model.invoke("hi", { callbacks })).content).toBe("hello");
    expect(model.calls).toBe(1);
    expect(handler.openRuns).toBe(0);
  });

  it("is not called for a blocked input", async () => {
    const { model, callbacks, handler } = await setUp(["hello"]);
    expect(await caught(model.invoke(attack, { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
    expect(handler.openRuns).toBe(0);
  });

  it("is not called for a blocked input when it streams", async () => {
    const { model, callbacks } = await setUp(["hello"], {}, true);
    const error = await caught(async () => {
      for await (const _chunk of await model.stream(attack, { callbacks }));
    });
    expect(error).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });

  it("gives the caller no text when its output is blocked", async () => {
    const { model, callbacks, handler } = await setUp(["this is forbidden"]);
    expect(await caught(model.invoke("hi", { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(handler.openRuns).toBe(0);
  });

  it("ends a stream whose output is blocked with our error", async () => {
    const { model, callbacks, handler } = await setUp(["this is forbidden"], {}, true);
    const error = await caught(async () => {
      for await (const _chunk of await model.stream("hi", { callbacks }));
    });
    expect(error).toSatisfy(isPolicyBlockedError);
    expect(handler.openRuns).toBe(0);
  });

  it("scans earlier messages, but not the program's own system prompt", async () => {
    const { model, callbacks } = await setUp(["hello"]);
    const call = { callbacks };
    await model.invoke([new SystemMessage(attack), new HumanMessage("hi")], call);
    expect(model.calls).toBe(1);
    const history = [
      new HumanMessage("hi"),
      new ToolMessage({ content: attack, tool_call_id: "1" }),
      new HumanMessage("go"),
    ];
    expect(await caught(model.invoke(history, call))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(1);
  });

  it("stops in a batch only the call that is blocked", async () => {
    const { model, callbacks } = await setUp(["hello"]);
    const results = await model.batch(["hi", attack], { callbacks }, { returnExceptions: true });
    expect(results.map(isPolicyBlockedError)).toEqual([false, true]);
    expect(model.calls).toBe(1);
  });

  it("checks once when the same handler stands on the model and on the call", async () => {
    const { model, callbacks, decisions, handler } = await setUp(["hello"]);
    model.callbacks = callbacks;
    await model.invoke("hi", { callbacks });
    expect(decisions.filter(({ decision }) => decision.phase === "input")).toHaveLength(1);
    expect(handler.openRuns).toBe(0);
  });
});

describe("a sequence", () => {
  it("stops before its model, also behind retries and fallbacks", async () => {
    const { model, callbacks, handler } = await setUp(["hello"]);
    const prompt = ChatPromptTemplate.fromMessages([
      ["system", "Be kind."],
      ["user", "{question}"],
    ]);
    const chain = RunnableSequence.from([
      prompt,
      model.withRetry({ stopAfterAttempt: 2 }).withFallbacks([new StandInChatModel(["fallback"])]),
      new StringOutputParser(),
    ]);
    expect(await chain.invoke({ question: "hi" }, { callbacks })).toBe("hello");
    expect(await caught(chain.invoke({ question: attack }, { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(1);
    expect(handler.openRuns).toBe(0);
  });

  it("raises the halt even when a step swallows it", async () => {
    const { model, callbacks } = await setUp(["hello"]);
    const polite = RunnableLambda.from(async (text: string, config) => {
      try {
        return await model.invoke(text, config);
      } catch {
        return "sorry";
      }
    });
    expect(await caught(polite.invoke(attack, { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });
});

describe("a tool alone", () => {
  it("does not run when it is denied, and runs when it is not", async () => {
    const { callbacks, handler } = await setUp([]);
    const denied = createCountingTool("db_write");
    const allowed = createCountingTool("search");
    expect(await caught(denied.tool.invoke({ q: 1 }, { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(await allowed.tool.invoke({ q: 1 }, { callbacks })).toBe("search: done");
    expect([denied.runs(), allowed.runs(), handler.openRuns]).toEqual([0, 1, 0]);
  });

  it("keeps back a result that carries an attack", async () => {
    const { callbacks } = await setUp([]);
    const { tool } = createCountingTool("search", attack);
    expect(await caught(tool.invoke({ q: 1 }, { callbacks }))).toSatisfy(isPolicyBlockedError);
  });
});

describe("createAgent", () => {
  const calling = (...names: string[]): readonly Turn[] => [names.map((name) => ({ name, args: { q: name } })), "done"];

  it("runs a tool and answers; one trace holds every decision", async () => {
    const { model, callbacks, decisions, handler } = await setUp(calling("search"));
    const search = createCountingTool("search");
    const agent = createAgent({ model, tools: [search.tool] });
    const result = await agent.invoke(user("find it"), { callbacks });
    expect(result.messages.at(-1)?.content).toBe("done");
    expect(decisions.map(({ decision }) => decision.phase)).toEqual([
      "input",
      "tool_call",
      "tool_result",
      "input",
      "output",
    ]);
    expect(new Set(decisions.map(({ traceId }) => traceId)).size).toBe(1);
    expect(handler.openRuns).toBe(0);
  });

  it("calls no model for a blocked input", async () => {
    const { model, callbacks } = await setUp(["hello"]);
    const agent = createAgent({ model, tools: [] });
    expect(await caught(agent.invoke(user(attack), { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });

  it("does not let the model talk around a denied tool", async () => {
    const { model, callbacks, handler } = await setUp(calling("db_write"));
    const denied = createCountingTool("db_write");
    const agent = createAgent({ model, tools: [denied.tool] });
    expect(await caught(agent.invoke(user("write it"), { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect([denied.runs(), model.calls, handler.openRuns]).toEqual([0, 1, 0]);
  });

  it("does not show the model a tool result that is blocked", async () => {
    const { model, callbacks } = await setUp(calling("search"));
    const agent = createAgent({ model, tools: [createCountingTool("search", attack).tool] });
    expect(await caught(agent.invoke(user("find it"), { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(1);
  });

  it("stops for one denied tool among parallel ones", async () => {
    const { model, callbacks } = await setUp(calling("db_write", "search", "search"));
    const denied = createCountingTool("db_write");
    const agent = createAgent({ model, tools: [denied.tool, createCountingTool("search").tool] });
    expect(await caught(agent.invoke(user("go"), { callbacks }))).toSatisfy(isPolicyBlockedError);
    expect([denied.runs(), model.calls]).toEqual([0, 1]);
  });

  it("runs sixteen parallel tools once each", async () => {
    const { model, callbacks, handler } = await setUp(calling(...Array.from({ length: 16 }, () => "search")));
    const search = createCountingTool("search");
    await createAgent({ model, tools: [search.tool] }).invoke(user("go"), { callbacks });
    expect([search.runs(), model.calls, handler.openRuns]).toEqual([16, 2, 0]);
  });

  it("stops while its stream is read; no answer comes after the denied tool", async () => {
    const { model, callbacks } = await setUp(calling("db_write"), {}, true);
    const denied = createCountingTool("db_write");
    const agent = createAgent({ model, tools: [denied.tool] });
    const seen: string[] = [];
    const error = await caught(async () => {
      for await (const part of await agent.stream(user("go"), { callbacks, streamMode: "updates" })) {
        seen.push(JSON.stringify(part));
      }
    });
    expect(error).toSatisfy(isPolicyBlockedError);
    expect([denied.runs(), model.calls]).toEqual([0, 1]);
    expect(seen.join()).not.toContain("done");
  });

  it("runs an approved tool once and a refused one not at all", async () => {
    for (const approved of [true, false]) {
      const { model, callbacks } = await setUp(calling("send_email"), { onApproval: async () => approved });
      const email = createCountingTool("send_email");
      const run = createAgent({ model, tools: [email.tool] }).invoke(user("send it"), { callbacks });
      if (approved) expect((await run).messages.at(-1)?.content).toBe("done");
      else expect(await caught(run)).toSatisfy(isApprovalDeniedError);
      expect(email.runs()).toBe(approved ? 1 : 0);
    }
  });

  it("asks once for an input that is used in several turns", async () => {
    let asked = 0;
    const { model, callbacks } = await setUp(calling("search"), {
      policies: { injection_scan: { enforcement: "require_approval", languages: ["en"] } },
      onApproval: () => ++asked > 0,
    });
    const agent = createAgent({ model, tools: [createCountingTool("search").tool] });
    await agent.invoke(user(attack), { callbacks });
    expect([asked, model.calls]).toEqual([1, 2]);
  });

  it("stops a paused agent before its first step, and between steps", async () => {
    const { hp, model, callbacks, handler } = await setUp(calling("search"));
    const search = createCountingTool("search");
    const agent = createAgent({ model, tools: [search.tool] });
    hp.pauseAgent(agentId);
    expect(await caught(agent.invoke(user("go"), { callbacks }))).toSatisfy(isAgentPausedError);
    expect(model.calls).toBe(0);
    hp.resumeAgent(agentId);
    const off = hp.on("decision", () => hp.pauseAgent(agentId));
    expect(await caught(agent.invoke(user("go"), { callbacks }))).toSatisfy(isAgentPausedError);
    expect([off, search.runs(), handler.openRuns]).toEqual([hp, 0, 0]);
  });
});

describe("a defect of ours", () => {
  it("holds the step, whichever verb fails", async () => {
    for (const verb of [
      "startTrace",
      "enforcePolicy",
      "enforceToolCall",
      "enforceToolResult",
      "enforceOutput",
    ] as const) {
      const { hp } = await createClient();
      const broken = new Proxy(hp, {
        get(target, name) {
          if (name === verb)
            return () => {
              throw new TypeError("broken");
            };
          const value = Reflect.get(target, name) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      }) as Holdpoint;
      const callbacks = [new HoldpointCallbackHandler(broken, { agentId })];
      const model = new StandInChatModel([[{ name: "search", args: {} }], "done"]);
      const search = createCountingTool("search");
      const agent = createAgent({ model, tools: [search.tool] });
      const error = await caught(agent.invoke(user("go"), { callbacks }));
      expect(error, verb).toSatisfy(isEnforcementUnavailableError);
      if (verb === "startTrace" || verb === "enforcePolicy") expect(model.calls, verb).toBe(0);
      if (verb !== "enforceOutput" && verb !== "enforceToolResult") expect(search.runs(), verb).toBe(0);
    }
  });

  it("holds the step when the estimate of its cost throws", async () => {
    const { hp } = await createClient();
    const estimateCost = () => {
      throw new RangeError("no price");
    };
    const model = new StandInChatModel(["hello"]);
    const callbacks = [new HoldpointCallbackHandler(hp, { agentId, estimateCost })];
    expect(await caught(model.invoke("hi", { callbacks }))).toSatisfy(isEnforcementUnavailableError);
    expect(model.calls).toBe(0);
  });
});

describe("a window that the handler cannot cover", () => {
  it("is counted: the stream of a model that is not guarded, once for each run, and that of a guarded one is none", async () => {
    const { hp } = await createClient();
    const handler = new HoldpointCallbackHandler(hp, { agentId: "support-bot" });
    const read = async (model: BaseChatModel) => {
      for await (const _ of await model.stream("hi", { callbacks: [handler] }));
    };
    const model = new StandInChatModel(["it is on its way"], { streaming: true });
    await model.invoke("hi", { callbacks: [handler] });
    expect(hp.stats().ungoverned.no_handler).toBe(0);
    await read(model);
    await read(model);
    expect(hp.stats().ungoverned.no_handler).toBe(2);
    await read(guardModel(hp, model, { agentId: "support-bot" }));
    expect(hp.stats().ungoverned.no_handler).toBe(2);
  });
});
