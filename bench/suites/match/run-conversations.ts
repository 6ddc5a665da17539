import { RE2JS } from "re2js";
import { compileSet } from "../../../packages/core/src/match/index";
import { medianMicros, mediansInTurns } from "./measure";
import { catalogue, withFlags } from "./patterns";
import { addRow, notes } from "./rows";
import { conversations } from "./texts";

/** Each text once, as traffic brings them: no text can live off the states that the text before it built. */
export function runConversations(): void {
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
  const add = (text: string, micros: number, length = chars) => addRow("conversations", text, micros, length);
  const scanAll = () => {
    for (const text of conversations) set.scan(text);
  };
  const cold = compileSet(catalogue);
  if (cold.ok) {
    const from = performance.now();
    for (const text of conversations) cold.set.scan(text);
    add("first pass", (performance.now() - from) * 1000);
  }
  add("warm pass", medianMicros(scanAll, 50));
  const micros = mediansInTurns(
    conversations.map((text) => () => set.scan(text)),
    1,
  );
  const each = conversations
    .map((text, i) => ({ length: text.length, micros: micros[i]! }))
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
