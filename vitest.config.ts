import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Unit tests run on the sources, so that a failing line is the line that was written. */
export default defineConfig({
  resolve: {
    alias: {
      "@holdpoint/core": source("./packages/core/src/index.ts"),
      "@holdpoint/sdk": source("./packages/sdk/src/index.ts"),
      "@holdpoint/control-plane": source("./packages/control-plane/src/index.ts"),
      "@holdpoint/anthropic": source("./packages/adapters/anthropic/src/index.ts"),
      "@holdpoint/fetch-guard": source("./packages/adapters/fetch-guard/src/index.ts"),
      "@holdpoint/openai": source("./packages/adapters/openai/src/index.ts"),
      "@holdpoint/ai-sdk": source("./packages/adapters/ai-sdk/src/index.ts"),
      "@holdpoint/langchain": source("./packages/adapters/langchain/src/index.ts"),
      "@holdpoint/mcp": source("./packages/adapters/mcp/src/index.ts"),
      "@holdpoint/openai-agents": source("./packages/adapters/openai-agents/src/index.ts"),
    },
  },
  test: {
    include: [
      "packages/**/src/**/*.test.ts",
      "packages/devkit/test/**/*.test.ts",
      "conformance/**/*.test.ts",
      "spec/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One less than there are cores would be one on the machines of CI, where many tests only wait.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
