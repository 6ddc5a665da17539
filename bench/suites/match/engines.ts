import { createRequire } from "node:module";
import { RE2JS, RE2Set } from "re2js";
import {
  compileSet,
  createRe2WasmEngine,
  type PatternSource,
  type Re2WasmConstructor,
} from "../../../packages/core/src/match/index";
import { withFlags } from "./patterns";

export interface BenchEngine {
  readonly name: string;
  /** Returns the numbers of the patterns found, or a count of 0 and 1 for engines that only say whether any was. */
  readonly scan: (text: string) => readonly number[];
  readonly tellsWhich: boolean;
  readonly compileMs: number;
}

const resolve = createRequire(import.meta.url);
const { RE2 } = resolve("re2-wasm") as { RE2: Re2WasmConstructor };

interface AddonSet {
  match(text: string): number[];
}
type Addon = { Set: new (patterns: string[]) => AddonSet };

/** The native addon is an optional peer: HOLDPOINT_RE2_ADDON names a folder it resolves from. */
function loadAddon(): Addon | undefined {
  try {
    const from = process.env["HOLDPOINT_RE2_ADDON"];
    return (from === undefined ? resolve("re2") : createRequire(`${from}/package.json`)("re2")) as Addon;
  } catch {
    return undefined;
  }
}

function timed(
  name: string,
  tellsWhich: boolean,
  make: () => (text: string) => readonly number[],
): BenchEngine | string {
  const start = performance.now();
  try {
    const scan = make();
    return { name, tellsWhich, scan, compileMs: performance.now() - start };
  } catch (error) {
    return `${name}: ${String(error).split("\n")[0]!.slice(0, 120)}`;
  }
}

/** Returns every engine that takes the patterns, and why the others do not. */
export function createEngines(patterns: readonly PatternSource[]): { engines: BenchEngine[]; absent: string[] } {
  const addon = loadAddon();
  const sources = patterns.map(withFlags);
  const all = [
    timed("holdpoint", true, () => {
      const result = compileSet(patterns);
      if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
      return result.set.scan;
    }),
    timed("native RE2.Set", true, () => {
      if (addon === undefined) throw new Error("the re2 addon is not installed");
      const set = new addon.Set(sources);
      return (text) => set.match(text).sort((a, b) => a - b);
    }),
    timed("re2js RE2Set", true, () => {
      const set = new RE2Set(RE2Set.UNANCHORED);
      for (const source of sources) set.add(source);
      set.compile();
      return (text) => [...set.match(text)].sort((a, b) => a - b);
    }),
    timed("re2-wasm alternation", false, () => {
      const any = new RE2(sources.map((source) => `(?:${source})`).join("|"), "u");
      return (text) => (any.test(text) ? [0] : []);
    }),
    timed("re2-wasm per pattern", true, () => {
      if (patterns.length > 64) throw new Error("more patterns than its heap holds");
      const result = compileSet(patterns, { engine: createRe2WasmEngine(RE2) });
      if (!result.ok) throw new Error("refused");
      return result.set.scan;
    }),
    timed("re2js per pattern", true, () => {
      if (patterns.length > 64) throw new Error("seconds a text");
      const each = sources.map((source) => RE2JS.compile(source));
      return (text) => each.flatMap((pattern, i) => (pattern.matcher(text).find() ? [i] : []));
    }),
  ];
  return {
    engines: all.filter((engine) => typeof engine !== "string"),
    absent: all.filter((engine) => typeof engine === "string"),
  };
}
