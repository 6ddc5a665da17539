import {
  type InjectionSignal,
  injectionFamilies,
  listInjectionPatterns,
  listInjectionSignals,
  ownPatternFamily,
} from "../detect/injection";
import { listPiiPatterns, listPiiSignals, type PiiSignal } from "../detect/pii";
import { scoring } from "../gen/tables";
import {
  type CompileSetResult,
  compileSet,
  type PatternProblem,
  type PatternSet,
  type PatternSource,
} from "../match/index";

/** Every pattern of a plan in one set, and what each stands for, by index. */
export interface PatternPlan {
  readonly set: PatternSet;
  readonly injection: readonly (InjectionSignal | undefined)[];
  readonly pii: readonly (PiiSignal | undefined)[];
}

/** Gathers patterns while policies are prepared; the catalogue's come in once, when the first policy wants them. */
export interface PatternGatherer {
  useInjection(): void;
  usePii(): void;
  /** Adds a policy's own pattern and gives its index. */
  addOwn(id: string, source: string, flags: string): number;
  build():
    | { readonly ok: true; readonly plan: PatternPlan }
    | { readonly ok: false; readonly problems: readonly PatternProblem[] };
}

export function createPatternGatherer(): PatternGatherer {
  const sources: PatternSource[] = [];
  const injection: (InjectionSignal | undefined)[] = [];
  const pii: (PiiSignal | undefined)[] = [];
  let hasInjection = false;
  let hasPii = false;
  const add = (
    source: PatternSource,
    signal: InjectionSignal | undefined,
    piiSignal: PiiSignal | undefined,
  ): number => {
    injection.push(signal);
    pii.push(piiSignal);
    return sources.push(source) - 1;
  };
  return {
    useInjection() {
      if (hasInjection) return;
      hasInjection = true;
      const signals = listInjectionSignals();
      listInjectionPatterns().forEach((source, index) => void add(source, signals[index], undefined));
    },
    usePii() {
      if (hasPii) return;
      hasPii = true;
      const signals = listPiiSignals();
      listPiiPatterns().forEach((source, index) => void add(source, undefined, signals[index]));
    },
    addOwn(id, source, flags) {
      const family = injectionFamilies.indexOf(ownPatternFamily);
      return add({ id, source, flags }, { family, weight: scoring.ownPatternWeight, language: "own" }, undefined);
    },
    build() {
      const compiled = compileCached(sources);
      return compiled.ok ? { ok: true, plan: { set: compiled.set, injection, pii } } : compiled;
    },
  };
}

const cacheSize = 16;
const cache = new Map<string, CompileSetResult>();

/** Plans of most organisations hold the catalogue's patterns and no others: they share one automaton. */
function compileCached(sources: readonly PatternSource[]): CompileSetResult {
  const key = JSON.stringify(sources.map(({ id, source, flags }) => [id, source, flags]));
  const known = cache.get(key);
  if (known) cache.delete(key);
  const compiled = known ?? compileSet(sources);
  cache.set(key, compiled);
  for (const oldest of cache.keys()) {
    if (cache.size <= cacheSize) break;
    cache.delete(oldest);
  }
  return compiled;
}
