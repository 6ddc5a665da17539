import { defineConfig, type Options } from "tsup";

/** The one list of build targets: every published package, as ESM and CommonJS with declarations. */
const library = (folder: string, extra: Options = {}): Options => ({
  name: folder,
  entry: { index: `packages/${folder}/src/index.ts` },
  outDir: `packages/${folder}/dist`,
  format: ["esm", "cjs"],
  dts: process.env.HOLDPOINT_SKIP_DTS ? false : true,
  target: "es2022",
  platform: "neutral",
  sourcemap: true,
  clean: true,
  treeshake: true,
  skipNodeModulesBundle: true,
  external: [/^@holdpoint\//, /^node:/],
  ...extra,
});

const program = (folder: string, entry: Record<string, string>): Options => ({
  name: `${folder} (program)`,
  entry,
  outDir: `packages/${folder}/dist`,
  format: ["esm"],
  target: "node20",
  platform: "node",
  sourcemap: true,
  skipNodeModulesBundle: true,
  external: [/^@holdpoint\//, /^node:/],
});

export default defineConfig([
  library("core"),
  library("sdk", { platform: "node" }),
  library("control-plane", { platform: "node" }),
  library("adapters/langchain"),
  library("adapters/openai-agents"),
  program("cli", { main: "packages/cli/src/main.ts" }),
]);
