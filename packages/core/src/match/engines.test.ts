import { createRequire } from "node:module";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { describeEngine } from "./engine.suite";
import { compileSet, createRe2WasmEngine, type Re2WasmConstructor } from "./index";

const { RE2 } = createRequire(import.meta.url)("re2-wasm") as { RE2: Re2WasmConstructor };
const engine = createRe2WasmEngine(RE2);

const compileOne = (source: string, options: Parameters<typeof compileSet>[1] = {}) => {
  const result = compileSet([{ id: "one", source }], options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.set;
};

function compileRe2js(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}

describeEngine("native", (source) => {
  const set = compileOne(source);
  return (text) => set.scan(text).length > 0;
});
describeEngine("re2-wasm", (source) => {
  const set = compileOne(source, { engine });
  return (text) => set.scan(text).length > 0;
});
describeEngine(
  "re2js",
  (source) => {
    const pattern = compileRe2js(source);
    return (text) => pattern?.matcher(text).find() === true;
  },
  new Map([
    ["\\B", "it judges between characters"],
    ["a{1000000000}", "it refuses the count"],
  ]),
);

describe("the re2-wasm engine", () => {
  it("gives spans of first matches in UTF-16 units", () => {
    expect(engine.findFirst("日", "😀日本")).toEqual({ start: 2, end: 3 });
  });

  it("keeps no more objects alive than its bound", () => {
    const patterns = Array.from({ length: 700 }, (_, i) => ({ id: `p${i}`, source: `word${i}\\b` }));
    const result = compileSet(patterns, { engine });
    expect(result.ok && result.set.scan("word650 here")).toEqual([650]);
    expect(engine.liveObjects()).toBeLessThanOrEqual(64);
    expect(engine.aborts()).toBe(0);
  });

  it("answers natively after an abort without a fresh module, and with one loads it", () => {
    class Aborting {
      test(): boolean {
        throw new Error("abort(OOM)");
      }
      exec(): null {
        throw new Error("abort(OOM)");
      }
    }
    const lost = createRe2WasmEngine(Aborting);
    const set = compileOne("abc", { engine: lost });
    expect(set.scan("xabc")).toEqual([0]);
    expect(set.stats().engine).toBe("native");
    const revived = createRe2WasmEngine(Aborting, { reload: () => RE2 });
    const second = compileOne("abc", { engine: revived });
    expect(second.scan("xabc")).toEqual([0]);
    expect(second.stats().engine).toBe("re2-wasm");
    expect(revived.aborts()).toBe(1);
    expect(second.scan("xabd")).toEqual([]);
  });
});
