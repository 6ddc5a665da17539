import { matchLimits } from "../gen/match-limits";
import type { PatternSet, PatternSource } from "./types";

/** The part of `re2-wasm` that is used; the package is injected, so that this one does not depend on it. */
export interface Re2WasmConstructor {
  new (source: string, flags: string): Re2WasmObject;
}

export interface Re2WasmObject {
  test(text: string): boolean;
  exec(text: string): { index: number; 0?: string | undefined } | null;
}

export interface Re2WasmEngine {
  readonly name: "re2-wasm";
  /** Returns a set that scans with re2-wasm; spans, streams and whatever re2-wasm cannot do come from `native`. */
  wrap(patterns: readonly PatternSource[], native: PatternSet): PatternSet;
  /**
   * Returns the leftmost-first match in UTF-16 offsets; undefined when there is none or re2-wasm cannot tell, as of a source that brought it down twice, or
   * of any once that was done by too many.
   */
  findFirst(source: string, text: string): { start: number; end: number } | undefined;
  /** Objects alive in the WASM heap. */
  liveObjects(): number;
  /** How often the module aborted; after an abort a fresh module is loaded, or the native engine answers. */
  aborts(): number;
}

export interface Re2WasmOptions {
  /** Loads a fresh module after an abort; without it the native engine answers from then on. */
  readonly reload?: () => Re2WasmConstructor;
}

/** A set, or a source, that brought the module down so often is too much for it: each time costs a fresh one of 16 MiB. */
const maxAborts = 2;

/**
 * Returns an engine over the module's `RE2` class that keeps its 16 MiB heap safe: objects are freed, at most
 * `wasmMaxPatterns` live at a time, texts over `wasmMaxTextLength` go to the native engine, an abort is survived.
 */
export function createRe2WasmEngine(RE2: Re2WasmConstructor, options: Re2WasmOptions = {}): Re2WasmEngine {
  let loaded: Re2WasmConstructor | undefined = RE2;
  let abortCount = 0;
  /** By source, the least recently used first. */
  const live = new Map<string, Re2WasmObject>();
  /** By source that `findFirst` was asked for: how often it brought the module down. */
  const abortsOf = new Map<string, number>();

  const objectOf = (source: string): Re2WasmObject => {
    let object = live.get(source);
    if (object !== undefined) live.delete(source);
    else {
      for (const [oldest, stale] of live) {
        if (live.size < matchLimits.wasmMaxPatterns) break;
        live.delete(oldest);
        free(stale);
      }
      object = new loaded!(source, "u");
    }
    live.set(source, object);
    return object;
  };

  /** Returns what `ask` does, or undefined when re2-wasm cannot be asked. */
  const attempt = <T>(text: string, ask: (text: string) => T): T | undefined => {
    if (loaded === undefined || text.length > matchLimits.wasmMaxTextLength) return undefined;
    try {
      return ask(replaceLoneSurrogates(text));
    } catch (error) {
      // A refusal of one pattern leaves the module whole; anything else means it has aborted for good.
      if (error instanceof SyntaxError) return undefined;
      abortCount++;
      live.clear();
      loaded = reload(options);
      return undefined;
    }
  };

  return {
    name: "re2-wasm",
    wrap(patterns, native) {
      let ownAborts = 0;
      const isAsked = () => loaded !== undefined && ownAborts < maxAborts;
      return {
        ...native,
        scan(text) {
          if (!isAsked()) return native.scan(text);
          const before = abortCount;
          const found = attempt(text, (wellFormed) => {
            const indexes: number[] = [];
            for (const [index, pattern] of patterns.entries()) {
              if (objectOf(withFlags(pattern)).test(wellFormed)) indexes.push(index);
            }
            return indexes;
          });
          ownAborts += abortCount - before;
          return found ?? native.scan(text);
        },
        stats: () => ({ ...native.stats(), engine: isAsked() ? "re2-wasm" : "native" }),
      };
    },
    findFirst(source, text) {
      const ownAborts = abortsOf.get(source) ?? 0;
      if (ownAborts >= maxAborts || abortsOf.size > matchLimits.wasmMaxPatterns) return undefined;
      const before = abortCount;
      const found = attempt(text, (wellFormed) => {
        const match = objectOf(source).exec(wellFormed);
        if (match === null) return undefined;
        const start = toUtf16(wellFormed, match.index);
        return { start, end: start + (match[0] ?? "").length };
      });
      if (abortCount > before) abortsOf.set(source, ownAborts + 1);
      return found;
    },
    liveObjects: () => live.size,
    aborts: () => abortCount,
  };
}

const withFlags = (pattern: PatternSource): string =>
  pattern.flags ? `(?${pattern.flags})${pattern.source}` : pattern.source;

function reload(options: Re2WasmOptions): Re2WasmConstructor | undefined {
  try {
    return options.reload?.();
  } catch {
    return undefined;
  }
}

/** Objects are never collected by themselves. */
function free(object: Re2WasmObject): void {
  (object as unknown as { wrapper?: { delete?: () => void } }).wrapper?.delete?.();
}

/** re2-wasm counts code points. */
function toUtf16(text: string, codePoints: number): number {
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

const replaceLoneSurrogates = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
