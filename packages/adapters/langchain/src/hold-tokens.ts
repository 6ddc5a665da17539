import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ChatGenerationChunk } from "@langchain/core/outputs";

type Token = Parameters<CallbackManagerForLLMRun["handleLLMNewToken"]>;

/** A run manager that keeps tokens back; whoever listens gets them when they are released, or never. */
export function holdTokens(run: CallbackManagerForLLMRun | undefined): {
  readonly run: CallbackManagerForLLMRun | undefined;
  release(): Promise<void>;
  /** In a stream: the token of a chunk that goes out, where the model tells of tokens. */
  releaseFor(chunk: ChatGenerationChunk): Promise<void>;
} {
  if (!run) return { run, async release() {}, async releaseFor() {} };
  const held: Token[] = [];
  const holding = new Proxy(run, {
    get(target, name) {
      if (name === "handleLLMNewToken") return async (...token: Token) => void held.push(token);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    run: holding,
    async releaseFor(chunk) {
      if (held.length === 0) return;
      await run.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    },
    async release() {
      for (const token of held) await run.handleLLMNewToken(...token);
    },
  };
}
