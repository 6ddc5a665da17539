import { isAgentPausedError, isPolicyBlockedError } from "@holdpoint/sdk";
import { embed, embedMany, type wrapEmbeddingModel } from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { guardEmbedding } from "./guard-embedding";
import { attack, createClient } from "./stand-ins";

const agentId = "support-bot";
type EmbeddingModel = Parameters<typeof wrapEmbeddingModel>[0]["model"];

function createCountingEmbedding() {
  const seen: string[] = [];
  const model: EmbeddingModel = {
    specificationVersion: "v3",
    provider: "stand-in",
    modelId: "stand-in",
    maxEmbeddingsPerCall: 1000,
    supportsParallelCalls: false,
    async doEmbed({ values }) {
      seen.push(...values);
      return { embeddings: values.map(() => [1, 0.5]), warnings: [] };
    },
  };
  return { model, seen };
}

const haltOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => findHalt(error),
  );

describe("a guarded embedding model", () => {
  it("embeds what may pass, and nothing of a call of which one text may not", async () => {
    const { hp } = await createClient();
    const { model: counting, seen } = createCountingEmbedding();
    const model = guardEmbedding(hp, counting, { agentId });
    expect((await embed({ model, value: "where is my order?" })).embedding).toEqual([1, 0.5]);
    const values = Array.from({ length: 120 }, (_, index) => `text ${index}`);
    expect((await embedMany({ model, values })).embeddings).toHaveLength(120);
    expect(seen).toEqual(["where is my order?", ...values]);
    for (const work of [
      embed({ model, value: attack, maxRetries: 0 }),
      embedMany({ model, values: [...values, attack] }),
    ])
      expect(isPolicyBlockedError(await haltOf(work))).toBe(true);
    expect(seen).toHaveLength(121);
  });

  it("embeds nothing for a paused agent", async () => {
    const { hp } = await createClient();
    const { model: counting, seen } = createCountingEmbedding();
    hp.pauseAgent(agentId);
    const model = guardEmbedding(hp, counting, { agentId });
    expect(isAgentPausedError(await haltOf(embed({ model, value: "hi" })))).toBe(true);
    expect(seen).toEqual([]);
  });

  it("embeds masked texts as they are shown", async () => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
    const { model: counting, seen } = createCountingEmbedding();
    await embedMany({ model: guardEmbedding(hp, counting, { agentId }), values: ["fine", "ask ana@example.com"] });
    expect(seen).toEqual(["fine", "ask [EMAIL]"]);
  });
});
