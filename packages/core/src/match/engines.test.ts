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

  it("loads no module any more for a set that brings each one down, and goes on with others", () => {
    let loads = 0;
    class Fragile {
      constructor(private readonly source: string) {}
      test(): boolean {
        if (this.source.startsWith("big")) throw new Error("abort(OOM)");
        return false;
      }
      exec(): null {
        return null;
      }
    }
    const fragile = createRe2WasmEngine(Fragile, {
      reload() {
        loads++;
        return Fragile;
      },
    });
    const [big, small] = [compileOne("big", { engine: fragile }), compileOne("small", { engine: fragile })];
    for (let i = 0; i < 9; i++) expect(big.scan("a big one")).toEqual([0]);
    expect(loads).toBe(2);
    expect(big.stats().engine).toBe("native");
    expect(small.stats().engine).toBe("re2-wasm");
    // What the module says is taken.
    expect(small.scan("a small one")).toEqual([]);
  });

  it("loads no module any more to find matches of sources that bring each one down", () => {
    let loads = 0;
    class Fragile {
      constructor(private readonly source: string) {}
      test(): boolean {
        return false;
      }
      exec(): { index: number; 0: string } {
        if (this.source.startsWith("big")) throw new Error("abort(OOM)");
        return { index: 0, 0: this.source };
      }
    }
    const fragile = createRe2WasmEngine(Fragile, {
      reload() {
        loads++;
        return Fragile;
      },
    });
    for (let i = 0; i < 9; i++) expect(fragile.findFirst("big", "big")).toBeUndefined();
    expect(loads).toBe(2);
    expect(fragile.findFirst("small", "small")).toEqual({ start: 0, end: 5 });
    // Nor for any number of them.
    for (let i = 0; i < 500; i++) fragile.findFirst(`big${i}`, "big");
    expect(loads).toBeLessThan(100);
    expect(fragile.aborts()).toBe(loads);
  });

  it("survives an abort of the real module", { timeout: 60_000 }, () => {
    const lost = createRe2WasmEngine(RE2);
    // Letters of every script, with their UTF-8, in more copies than the module's memory holds.
    const patterns = Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, source: `word${i}\\pL{40}` }));
    const result = compileSet(patterns, { engine: lost });
    if (!result.ok) throw new Error(result.problems[0]!.message);
    expect(result.set.scan(`a word7${"é".repeat(40)}`)).toEqual([7]);
    expect(result.set.scan(`a word7${"é".repeat(39)}`)).toEqual([]);
    expect(lost.aborts()).toBe(1);
    expect(result.set.stats().engine).toBe("native");
  });
});
