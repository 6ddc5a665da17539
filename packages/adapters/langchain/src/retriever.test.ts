import { isAgentPausedError, isPolicyBlockedError } from "@holdpoint/sdk";
import { Document } from "@langchain/core/documents";
import { BaseRetriever } from "@langchain/core/retrievers";
import { RunnableLambda } from "@langchain/core/runnables";
import { describe, expect, it } from "vitest";
import { HoldpointCallbackHandler } from "./callback-handler";
import { attack, createClient, pathOf, recordTraces } from "./stand-ins";

const options = { agentId: "support-bot" };

class CountingRetriever extends BaseRetriever {
  override lc_namespace = ["holdpoint", "test"];
  runs = 0;
  about: Record<string, unknown> = {};
  readonly #pages: readonly string[];

  constructor(...pages: readonly string[]) {
    super();
    this.#pages = pages;
  }

  override async _getRelevantDocuments(): Promise<Document[]> {
    this.runs++;
    return this.#pages.map((pageContent) => new Document({ pageContent, metadata: this.about }));
  }
}

/** Where metadata of a document say something that a program may put into a prompt. */
const placesOfMetadata: Readonly<Record<string, (text: string) => Record<string, unknown>>> = {
  "the title": (title) => ({ title }),
  "the source": (source) => ({ source }),
  "a summary among others": (summary) => ({ about: [{ page: 1, summary }] }),
  "what is nested deep": (text) => Array.from({ length: 40 }).reduce<object>((held) => ({ held }), { text }) as never,
  "what calls itself a call": (title) => ({ type: "tool_call", title }),
  "a member of a map": (text) => ({ held: new Map([["title", text]]) }),
  "a sentence in the place of a state": (status) => ({ status }),
  "the name of a member": (text) => ({ [text]: 1 }),
};

describe("a retriever", () => {
  it("gives what no policy minds, with its query and its documents in the trace of the chain that asks it", async () => {
    const { hp: client, decisions } = await createClient();
    const { hp, traces } = recordTraces(client);
    const retriever = new CountingRetriever("page one", "page two");
    const chain = RunnableLambda.from(async (text: string, config) => retriever.invoke(text, config)).withConfig({
      runName: "asks",
    });
    const documents = await chain.invoke("where?", { callbacks: [new HoldpointCallbackHandler(hp, options)] });
    expect(documents.map(({ pageContent }) => pageContent)).toEqual(["page one", "page two"]);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["tool_call", "tool_result"]);
    expect(pathOf(traces[0] as (typeof traces)[number], "CountingRetriever")).toEqual(["CountingRetriever"]);
  });

  it("does not run when it is denied, like any tool", async () => {
    const { hp } = await createClient();
    const retriever = new CountingRetriever("page");
    const callbacks = [new HoldpointCallbackHandler(hp, options)];
    const work = retriever.invoke("where?", { callbacks, runName: "db_write" });
    await expect(work).rejects.toSatisfy(isPolicyBlockedError);
    expect(retriever.runs).toBe(0);
  });

  it("keeps back documents when one of them carries an attack", async () => {
    const { hp } = await createClient();
    const callbacks = [new HoldpointCallbackHandler(hp, options)];
    const work = new CountingRetriever("page one", attack).invoke("where?", { callbacks });
    await expect(work).rejects.toSatisfy(isPolicyBlockedError);
  });

  it.each(Object.entries(placesOfMetadata))("judges %s of its documents with their pages", async (_, about) => {
    const { hp } = await createClient();
    const ask = (text: string): Promise<unknown> => {
      const retriever = new CountingRetriever("page");
      retriever.about = about(text);
      return retriever.invoke("where?", { callbacks: [new HoldpointCallbackHandler(hp, options)] });
    };
    await expect(ask(attack)).rejects.toSatisfy(isPolicyBlockedError);
    await expect(ask("How to return an order.")).resolves.toHaveLength(1);
    await expect(ask("去年的订单")).resolves.toHaveLength(1);
  });

  it("reads no ids, addresses and bytes of its documents' metadata", async () => {
    const { hp, decisions } = await createClient();
    const retriever = new CountingRetriever("page");
    retriever.about = { id: attack.replaceAll(" ", "-"), url: "https://a.example", data: "aWdub3Jl", page: 3 };
    await retriever.invoke("where?", { callbacks: [new HoldpointCallbackHandler(hp, options)] });
    expect(decisions.map(({ decision }) => decision.verdict)).toEqual(["allow", "allow"]);
  });

  it("stops with its run when the agent is paused", async () => {
    const { hp } = await createClient();
    const retriever = new CountingRetriever("page");
    const chain = RunnableLambda.from(async (text: string, config) => {
      hp.pauseAgent("support-bot");
      return retriever.invoke(text, config);
    });
    const work = chain.invoke("where?", { callbacks: [new HoldpointCallbackHandler(hp, options)] });
    await expect(work).rejects.toSatisfy(isAgentPausedError);
    expect(retriever.runs).toBe(0);
  });
});
