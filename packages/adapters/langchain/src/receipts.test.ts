import { BaseRetriever } from "@langchain/core/retrievers";
import { RunnableLambda } from "@langchain/core/runnables";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSinkClient } from "../../fetch-guard/src/sink.suite";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { attack, createCountingTool, policies, StandInChatModel, type Turn } from "./stand-ins";

/** LangChain reports every error of a handler on the console. */
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const agentId = "support-bot";
const user = (content: string) => ({ messages: [{ role: "user", content }] });
const ignore = (work: Promise<unknown>) => work.catch(() => undefined);

class Pages extends BaseRetriever {
  lc_namespace = ["test"];
  override async _getRelevantDocuments() {
    return [];
  }
}

describe.each([{ guarded: false }, { guarded: true }])(
  "receipts of every step, guarded model: $guarded",
  ({ guarded }) => {
    const setUp = async (turns: readonly Turn[], streaming = false) => {
      const client = await createSinkClient({ policies, onApproval: () => true });
      const { hp } = client;
      const stand = new StandInChatModel(turns, { streaming });
      const model = guarded ? guardModel(hp, stand, { agentId }) : stand;
      const names = ["search", "send_email", "db_write"];
      const agent = createAgent({ model, tools: names.map((name) => createCountingTool(name).tool) });
      return {
        ...client,
        model,
        agent,
        config: () => ({ callbacks: [new HoldpointCallbackHandler(hp, { agentId })] }),
      };
    };

    it.each([false, true])(
      "name it in an agent with parallel tools, one of them approved; streams: %s",
      async (streaming) => {
        const calls = ["search", "search", "send_email"].map((name) => ({ name, args: { q: 1 } }));
        const { agent, config, report, sent } = await setUp([calls, "done"], streaming);
        for await (const _ of await agent.stream(user("hi"), config()));
        expect((await report()).problems).toEqual([]);
        const run = (await sent()).find(({ spans = [] }) => spans.length > 0);
        const governed = run?.spans?.filter(({ spanType }) => ["llm", "tool"].includes(spanType)) ?? [];
        expect(governed.map(({ spanType }) => spanType).sort()).toEqual(["llm", "llm", "tool", "tool", "tool"]);
        const named = run?.decisions?.map(({ receipt }) => receipt.spanId) ?? [];
        expect(governed.every(({ spanId }) => named.includes(spanId))).toBe(true);
      },
    );

    it("name it where the run is nothing but a model, which is a whole trace", async () => {
      const { model, config, report, sent } = await setUp(["hello"]);
      await model.invoke("hi", config());
      await ignore(model.invoke(attack, config()));
      expect((await report()).problems).toEqual([]);
      const runs = (await sent()).filter(({ spanType }) => spanType === "llm");
      expect(runs.map(({ status }) => status)).toEqual(["success", "policy_blocked"]);
      expect(runs.map(({ traceId, decisions = [] }) => decisions[0]?.receipt.spanId === traceId)).toEqual([true, true]);
    });

    it("name it in nested runs, of retrievers and of what is stopped", async () => {
      const { agent, config, report } = await setUp([[{ name: "db_write", args: {} }], "done"]);
      const outer = RunnableLambda.from(async (text: string, own) => {
        await new Pages().invoke(text, own);
        return agent.invoke(user(text), own);
      });
      await ignore(outer.invoke("where?", config()));
      expect((await report()).problems).toEqual([]);
    });
  },
);
