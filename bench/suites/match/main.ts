import { mkdirSync, writeFileSync } from "node:fs";
import { RE2JS } from "re2js";
import { compileSet, type PatternSource } from "../../../packages/core/src/match/index";
import { type BenchEngine, createEngines } from "./engines";
import { medianMicros } from "./measure";
import { catalogue, sixteen, withFlags, worst } from "./patterns";
import { type BenchText, conversations, texts } from "./texts";

interface Row {
  readonly suite: string;
  readonly text: string;
  readonly engine: string;
  readonly micros: number;
  readonly nanosPerChar: number;
}

const rows: Row[] = [];
const notes: string[] = [];

/** Answers are checked before anything is timed. */
function checkAnswers(suite: string, engines: readonly BenchEngine[], text: BenchText): void {
  const [reference] = engines;
  for (const variant of text.variants.slice(0, 4)) {
    const expected = reference!.scan(variant);
    for (const engine of engines.slice(1)) {
      const answer = engine.scan(variant);
      const same = engine.tellsWhich ? answer.join() === expected.join() : answer.length > 0 === expected.length > 0;
      if (!same) notes.push(`${suite} ${text.name}: ${engine.name} answers [${answer}], holdpoint [${expected}]`);
    }
  }
}

function runSuite(suite: string, patterns: readonly PatternSource[], maxPeerChars: number): void {
  const { engines, absent } = createEngines(patterns);
  for (const reason of absent) notes.push(`${suite}: without ${reason}`);
  for (const engine of engines)
    notes.push(`${suite}: ${engine.name} compiled ${patterns.length} patterns in ${engine.compileMs.toFixed(1)} ms`);
  for (const text of texts) {
    const able = engines.filter(
      (engine, i) => i === 0 || text.length <= maxPeerChars || engine.name.startsWith("native"),
    );
    checkAnswers(suite, able, text);
    for (const engine of able) {
      const micros = medianMicros((i) => engine.scan(text.variants[i % text.variants.length]!));
      rows.push({ suite, text: text.name, engine: engine.name, micros, nanosPerChar: (micros * 1000) / text.length });
    }
  }
}

function runWorst(): void {
  for (const pattern of worst) {
    const result = compileSet([pattern]);
    if (!result.ok) continue;
    for (const length of [4096, 1 << 20]) {
      for (const [name, unit] of [
        ["a", "a"],
        ["x", "x"],
        ["ab,", "abba,xa"],
      ] as const) {
        const text = JSON.parse(
          JSON.stringify(unit.repeat(Math.ceil(length / unit.length)).slice(0, length)),
        ) as string;
        const micros = medianMicros(() => result.set.scan(text), 60);
        rows.push({
          suite: `worst ${pattern.source}`,
          text: `${name}/${length}`,
          engine: "holdpoint",
          micros,
          nanosPerChar: (micros * 1000) / length,
        });
      }
    }
  }
}

/** Each text once, as traffic brings them: no text can live off the states that the text before it built. */
function runConversations(): void {
  const start = performance.now();
  const result = compileSet(catalogue);
  if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
  const { set } = result;
  notes.push(`conversations: compiled ${catalogue.length} patterns in ${(performance.now() - start).toFixed(1)} ms`);
  const sample = conversations.filter((_, i) => i % 4 === 0);
  const expected = sample.map((): number[] => []);
  for (const [index, pattern] of catalogue.entries()) {
    const oracle = RE2JS.compile(withFlags(pattern));
    for (const [at, text] of sample.entries()) if (oracle.matcher(text).find()) expected[at]!.push(index);
  }
  for (const [at, text] of sample.entries()) {
    const answer = set.scan(text).join();
    if (answer !== expected[at]!.join()) notes.push(`conversations: answers [${answer}], re2js [${expected[at]}]`);
  }
  const chars = conversations.reduce((total, text) => total + text.length, 0);
  const add = (text: string, micros: number, length = chars) =>
    rows.push({ suite: "conversations", text, engine: "holdpoint", micros, nanosPerChar: (micros * 1000) / length });
  const scanAll = () => {
    for (const text of conversations) set.scan(text);
  };
  const cold = compileSet(catalogue);
  if (cold.ok) {
    const from = performance.now();
    for (const text of conversations) cold.set.scan(text);
    add("first pass", (performance.now() - from) * 1000);
  }
  add("warm pass", medianMicros(scanAll, 1000));
  const each = conversations
    .map((text) => ({ length: text.length, micros: medianMicros(() => set.scan(text), 4) }))
    .sort((a, b) => a.micros - b.micros);
  const middle = each[each.length >> 1]!;
  const worstText = each[each.length - 1]!;
  add("median text", middle.micros, middle.length);
  add("worst text", worstText.micros, worstText.length);
  const { states, builtTransitions, cacheFlushes, bytes } = set.stats();
  notes.push(
    `conversations: ${conversations.length} texts, ${chars} units, ${states} states, ${builtTransitions} transitions built, ` +
      `${cacheFlushes} flushes, ${bytes} bytes`,
  );
}

/** Twenty patterns against a thousand of the same kind, on benign text. */
function runGrowth(): void {
  const word = (i: number) =>
    String.fromCharCode(97 + (i % 26), 97 + ((i * 7) % 26), 97 + ((i * 11) % 26), 97 + (Math.floor(i / 26) % 26));
  const make = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${i}`,
      source: `(?i)\\bzq${word(i)}\\W+(?:all|any|the) x${word(i * 3)}`,
    }));
  const text = texts.find(({ name }) => name === "english/4KB")!;
  for (const count of [20, 1000]) {
    const result = compileSet(make(count));
    if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
    const micros = medianMicros((i) => result.set.scan(text.variants[i % 16]!));
    rows.push({
      suite: `growth ${count}`,
      text: text.name,
      engine: "holdpoint",
      micros,
      nanosPerChar: (micros * 1000) / text.length,
    });
  }
}

function runRecompiles(): void {
  const collect = (globalThis as { gc?: () => void }).gc;
  const round = (count: number) => {
    for (let i = 0; i < count; i++) {
      const result = compileSet(sixteen);
      if (result.ok) result.set.scan("a short text with nothing in it");
    }
    collect?.();
    return process.memoryUsage().heapUsed;
  };
  const before = round(200);
  const after = round(10_000);
  notes.push(
    `recompiles: heap ${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after 10,000 (${collect ? "collected" : "run with --expose-gc to collect first"})`,
  );
}

const only = process.argv[2];
if (only === undefined || only === "sixteen") runSuite("sixteen", sixteen, 4096);
if (only === undefined || only === "catalogue") runSuite("catalogue", catalogue, 200);
if (only === undefined || only === "conversations") runConversations();
if (only === undefined || only === "worst") runWorst();
if (only === undefined || only === "growth") runGrowth();
if (only === undefined || only === "recompiles") runRecompiles();

for (const row of rows) {
  const own = rows.find((other) => other.suite === row.suite && other.text === row.text)!;
  const ratio = (row.micros / own.micros).toFixed(2).padStart(9);
  console.log(
    `${row.suite.padEnd(24)} ${row.text.padEnd(13)} ${row.engine.padEnd(22)} ${row.micros.toFixed(2).padStart(12)} µs ${row.nanosPerChar.toFixed(3).padStart(10)} ns/char ${ratio} ×`,
  );
}
for (const note of notes) console.log(note);
if (only === undefined) {
  mkdirSync(new URL("../../results/", import.meta.url), { recursive: true });
  const environment = { node: process.version, arch: process.arch, catalogue: catalogue.length };
  writeFileSync(
    new URL("../../results/match.json", import.meta.url),
    `${JSON.stringify({ environment, rows, notes }, null, 2)}\n`,
  );
}
