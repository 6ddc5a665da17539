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
  readonly #pages: readonly string[];

  constructor(...pages: readonly string[]) {
    super();
    this.#pages = pages;
  }

  override async _getRelevantDocuments(): Promise<Document[]> {
    this.runs++;
    return this.#pages.map((pageContent) => new Document({ pageContent }));
  }
}

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
