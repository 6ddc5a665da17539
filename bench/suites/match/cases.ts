import { strict as assert } from "node:assert";
import { RE2Set } from "re2js";
import { compileSet, type PatternSet, type PatternSource } from "../../../packages/core/src/match/index";
import type { Case } from "../../tools/measure";
import { attack, benign4k, benign200 } from "../evaluate/texts";
import { catalogue, sixteen } from "./patterns";

function compileAll(patterns: readonly PatternSource[]): PatternSet {
  const compiled = compileSet(patterns);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.set;
}

function ours(name: string, patterns: readonly PatternSource[], text: string, matches: boolean): Case {
  const set = compileAll(patterns);
  const run = () => set.scan(text);
  return { name, run, check: () => assert.equal(run().length > 0, matches) };
}

/** The pure JavaScript set that findings call the baseline to beat, on the sixteen patterns of that page. */
function peerRe2js(name: string, text: string, matches: boolean): Case {
  const set = new RE2Set();
  for (const { source } of sixteen) set.add(source);
  set.compile();
  const run = () => set.match(text);
  return { name: `${name} (peer: re2js RE2Set)`, run, check: () => assert.equal(run().length > 0, matches) };
}

export function listMatchCases(): Case[] {
  return [
    ours("match/catalogue-200", catalogue, benign200, false),
    ours("match/catalogue-4k", catalogue, benign4k, false),
    ours("match/catalogue-attack", catalogue, attack, true),
    ours("match/sixteen-200", sixteen, benign200, false),
    peerRe2js("match/sixteen-200", benign200, false),
    ours("match/sixteen-4k", sixteen, benign4k, false),
    peerRe2js("match/sixteen-4k", benign4k, false),
  ];
}
