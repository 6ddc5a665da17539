import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";

type Token = Parameters<CallbackManagerForLLMRun["handleLLMNewToken"]>;

/** A run manager that keeps tokens back; whoever listens gets them when they are released, or never. */
export function holdTokens(run: CallbackManagerForLLMRun | undefined): {
  readonly run: CallbackManagerForLLMRun | undefined;
  release(): Promise<void>;
} {
  if (!run) return { run, async release() {} };
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
    async release() {
      for (const token of held) await run.handleLLMNewToken(...token);
    },
  };
}
