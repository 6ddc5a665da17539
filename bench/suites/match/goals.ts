import { describeSpread } from "./measure";
import { notes, rows } from "./rows";

/** A goal of the matcher, judged by the rows of this run; `undefined` when a row it needs is missing. */
interface Goal {
  readonly name: string;
  readonly value: number | undefined;
  readonly limit: number;
  /** Whether the value has to stay below the limit, or reach it. */
  readonly wants: "at most" | "at least";
  readonly unit: string;
}

const find = (suite: string, text: string, engine = "holdpoint") =>
  rows.find((row) => row.suite === suite && row.text === text && row.engine === engine);
const micros = (suite: string, text: string, engine?: string) => find(suite, text, engine)?.micros;

function ratio(over: number | undefined, under: number | undefined): number | undefined {
  return over === undefined || under === undefined ? undefined : over / under;
}

/** How many times slower the peer is. */
const peer = (name: string, suite: string, text: string, engine: string, limit: number): Goal => ({
  name: `${name}, ${suite} on ${text}`,
  value: ratio(micros(suite, text, engine), micros(suite, text)),
  limit,
  wants: "at least",
  unit: "×",
});

function growthGoals(): Goal[] {
  const pairs: Goal[] = [];
  for (const row of rows) {
    if (row.engine !== "holdpoint" || !row.text.endsWith("/1MB")) continue;
    const short = find(row.suite, row.text.replace("/1MB", "/4KB"));
    pairs.push({
      name: `ns per char at 1 MB over 4 KB, ${row.suite} on ${row.text.slice(0, -4)}`,
      value: ratio(row.nanosPerChar, short?.nanosPerChar),
      limit: 1.3,
      wants: "at most",
      unit: "×",
    });
  }
  return pairs;
}

function listGoals(): Goal[] {
  const goals: Goal[] = [];
  for (const kind of ["english", "mixed"]) {
    goals.push(
      {
        name: `catalogue on ${kind}/200`,
        value: micros("catalogue", `${kind}/200`),
        limit: 0.7,
        wants: "at most",
        unit: "µs",
      },
      {
        name: `catalogue on ${kind}/4KB`,
        value: micros("catalogue", `${kind}/4KB`),
        limit: 10,
        wants: "at most",
        unit: "µs",
      },
    );
    for (const size of ["200", "4KB"]) {
      const text = `${kind}/${size}`;
      for (const suite of ["sixteen", "subset", "catalogue"])
        goals.push(peer("native RE2.Set", suite, text, "native RE2.Set", 1));
      goals.push(
        peer("re2js RE2Set", "sixteen", text, "re2js RE2Set", 2.5),
        peer("re2-wasm alternation", "sixteen", text, "re2-wasm alternation", 7),
        peer("re2-wasm per pattern", "sixteen", text, "re2-wasm per pattern", 100),
      );
    }
  }
  const compile = (engine: string): Goal => {
    const time = micros("compile", "400 patterns", engine);
    return {
      name: `compile 400 patterns, ${engine}`,
      value: time === undefined ? undefined : time / 1000,
      limit: 150,
      wants: "at most",
      unit: "ms",
    };
  };
  const growth = (few: string, many: string): Goal => ({
    name: `${few} to ${many}`,
    value: ratio(micros(many, "english/4KB"), micros(few, "english/4KB")),
    limit: 2,
    wants: "at most",
    unit: "×",
  });
  goals.push(
    compile("first in a process"),
    compile("first, CPU"),
    compile("warm"),
    growth("growth 20", "growth 1000"),
    growth("growth 20 of catalogue", "growth 1000 of catalogue"),
    growth("growth 20 of catalogue", "growth whole catalogue"),
    ...growthGoals(),
  );
  return goals;
}

/** Says of each goal whether this run met it. */
export function noteGoals(): void {
  notes.push(describeSpread());
  for (const { name, value, limit, wants, unit } of listGoals()) {
    if (value === undefined) continue;
    const met = wants === "at most" ? value <= limit : value >= limit;
    notes.push(
      `goal ${met ? "met" : "MISSED"}: ${name}: ${value.toFixed(2)} ${unit}, wanted ${wants} ${limit} ${unit}`,
    );
  }
}
