import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listInjectionPatterns, scoreInjection } from "../../../packages/core/src/detect/injection";
import { scoreLearned } from "../../../packages/core/src/detect/learned-models";
import { countCodePoints } from "../../../packages/core/src/detect/offsets";
import { scoreTogether } from "../../../packages/core/src/detect/slots";
import { scanText } from "../../../packages/core/src/detect/text-scan";
import { listViews } from "../../../packages/core/src/detect/views";
import { compileSet } from "../../../packages/core/src/match/index";

/**
 * Writes what the injection scan says of every text in the `injection*.jsonl` files of a folder, one line each, offsets in
 * code points: `compare_scores.py` reads it and holds the Python twin against it.
 */
const { values } = parseArgs({ options: { data: { type: "string" } } });
if (!values.data) {
  console.error("usage: scores.ts --data <folder> | compare_scores.py --data <folder>");
  process.exit(2);
}

const filter = { languages: [], structural: true, learned: true };
const patterns = listInjectionPatterns([filter]);
const compiled = compileSet(patterns.map(({ source }) => source));
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { set } = compiled;
const judge = { set, signals: patterns.map(({ signal }) => signal), filter, accepts: () => true };

for (const name of readdirSync(values.data).sort()) {
  if (!/^injection.*\.jsonl$/.test(name)) continue;
  for (const line of readFileSync(join(values.data, name), "utf8").split("\n").filter(Boolean)) {
    const { text: value } = JSON.parse(line) as { text: string };
    const scan = scanText({ role: "input", path: "", value }, set);
    const text = scan.normalised.text;
    const place = (offset: number): number => countCodePoints(text, 0, offset);
    const { score, patterns: found } = scoreInjection(scan, judge);
    const learned = scoreLearned(text);
    const slots = scoreTogether(text, learned);
    const views = listViews(text).map((view) => [view.kind, view.text, place(view.start), place(view.end)]);
    const ids = found.map((index) => set.ids[index]);
    process.stdout.write(
      `${JSON.stringify([score, ids, learned.score, place(learned.start), place(learned.end), slots.score, place(slots.start), place(slots.end), views])}\n`,
    );
  }
}
