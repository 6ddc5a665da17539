import { defineConfig, type Options } from "tsup";
import { coreInParts } from "./packages/devkit/generate/core-in-parts";
import { markPureTops } from "./packages/devkit/generate/mark-pure";
import { webPlatform } from "./packages/devkit/generate/web-platform";
import { includedNotice, yamlInOneFile } from "./packages/devkit/generate/yaml-in-one-file";
import sources from "./tsconfig.json" with { type: "json" };

/**
 * Packages meet at their published names: nothing of one is copied into another. The root's `paths` lead to the sources,
 * and tsup would bundle whatever a path matches; declarations need them, because dist is not there yet.
 */
const common = {
  tsconfig: "packages/devkit/tsconfig.run.json",
  // What is built can be read as it is; maps were 60 % of the packages.
  sourcemap: false,
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  external: [/^@holdpoint\//, /^node:/],
  // Patterns of other scripts as they are, not as escapes three times as long.
  esbuildOptions: (options) => {
    options.charset = "utf8";
  },
} satisfies Options;

/** The one list of build targets: every published package, as ESM and CommonJS with declarations. */
const library = (folder: string, extra: Options = {}): Options => ({
  ...common,
  name: folder,
  entry: { index: `packages/${folder}/src/index.ts` },
  outDir: `packages/${folder}/dist`,
  format: ["esm", "cjs"],
  dts: process.env.HOLDPOINT_SKIP_DTS ? false : { compilerOptions: { paths: sources.compilerOptions.paths } },
  target: "es2022",
  platform: "neutral",
  clean: true,
  treeshake: true,
  esbuildPlugins: [markPureTops],
  ...extra,
});

/** An entry's declarations alone, in one file that needs no other. */
const declarations = (folder: string, entry: string, file: string): Options[] => {
  const { dts, ...options } = library(folder, {
    name: `${folder} (${entry}'s types)`,
    entry: { [entry]: file },
    clean: false,
  });
  return dts === false || typeof dts !== "object" ? [] : [{ ...options, dts: { ...dts, only: true } }];
};

const program = (folder: string, entry: Record<string, string>): Options => ({
  ...common,
  name: `${folder} (program)`,
  entry,
  outDir: `packages/${folder}/dist`,
  format: ["esm"],
  target: "node20",
  platform: "node",
  clean: true,
});

/** The licence of what the core's file includes asks to be named in every copy. */
const nobleNotice = "/*! includes @noble/hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */";

const coreEntries = {
  index: "packages/core/src/index.ts",
  rules: "packages/core/src/rules.ts",
  explained: "packages/core/src/explained.ts",
  text: "packages/core/src/text.ts",
};

/** The core's one dependency is published as ESM alone, which `require` cannot load before Node 20.19: it goes into the files. */
const withNoble = { noExternal: [/^@noble\/hashes/], banner: { js: nobleNotice } } satisfies Options;

export default defineConfig([
  // What decides is one file, what reads texts another; the index is both, and nothing is in two files (decision core-size).
  library("core", {
    ...withNoble,
    entry: coreEntries,
    format: ["esm"],
    splitting: true,
    dts: false,
    clean: ["!*.cjs", "!*.d.ts", "!*.d.cts"],
  }),
  // `require` loads one file: there each entry stands alone.
  library("core", {
    ...withNoble,
    name: "core (CommonJS)",
    entry: { index: coreEntries.index, rules: coreEntries.rules },
    format: ["cjs"],
    dts: false,
    clean: false,
  }),
  ...Object.entries(coreEntries).flatMap(([entry, file]) => declarations("core", entry, file)),
  // Modules of Node begin with what decides and says why; `require` cannot load the rest later, and has it at once.
  library("sdk", {
    platform: "node",
    format: ["esm"],
    clean: ["!web.*", "!*.cjs", "!*.d.cts"],
    // Otherwise it is left as it is before the plugin can say which of the core's entries it is.
    // And one library of CommonJS alone would have Node's loader of CommonJS made ready first, for 6 ms.
    noExternal: [/^@holdpoint\/core$/, /^yaml$/, /^eventemitter3$/],
    esbuildPlugins: [coreInParts("explained"), yamlInOneFile, markPureTops],
    banner: { js: includedNotice },
  }),
  library("sdk", { name: "sdk (CommonJS)", platform: "node", format: ["cjs"], clean: false }),
  // The same client where there is no Node; its types are those of the index.
  library("sdk", {
    name: "sdk (web)",
    entry: { web: "packages/sdk/src/index.ts" },
    format: ["esm"],
    dts: false,
    clean: false,
    noExternal: [/^@holdpoint\/core$/],
    esbuildPlugins: [webPlatform, coreInParts("rules"), markPureTops],
    esbuildOptions: (options) => {
      common.esbuildOptions(options);
      // What is loaded later keeps the name by which the other build leaves it alone.
      options.chunkNames = "web.[name]-[hash]";
    },
  }),
  library("control-plane", { platform: "node" }),
  library("adapters/ai-sdk"),
  library("adapters/anthropic"),
  library("adapters/fetch-guard"),
  library("adapters/langchain"),
  library("adapters/mcp"),
  library("adapters/openai"),
  library("adapters/openai-agents"),
  program("cli", { main: "packages/cli/src/main.ts" }),
]);
