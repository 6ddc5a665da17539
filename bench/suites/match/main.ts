import { mkdirSync, writeFileSync } from "node:fs";
import { noteGoals } from "./goals";
import { catalogue, listShortest, sixteen } from "./patterns";
import { notes, printRows, rows } from "./rows";
import { coldArgument, printColdCompile, runCompile } from "./run-compile";
import { runConversations } from "./run-conversations";
import { runFresh } from "./run-fresh";
import { runGrowth, runRecompiles } from "./run-growth";
import { runSuite } from "./run-peers";
import { runStreams } from "./run-streams";
import { runWorst } from "./run-worst";

const suites: Readonly<Record<string, () => void>> = {
  sixteen: () => runSuite("sixteen", sixteen, 4096),
  // The addon refuses the whole catalogue as one set; this is the part that it takes.
  subset: () => runSuite("subset", listShortest(200), 200),
  catalogue: () => runSuite("catalogue", catalogue, 200),
  fresh: runFresh,
  conversations: runConversations,
  streams: runStreams,
  worst: runWorst,
  growth: runGrowth,
  compile: runCompile,
  recompiles: runRecompiles,
};

const only = process.argv.slice(2);
if (only[0] === coldArgument) printColdCompile(only[1] ?? "own");
else {
  for (const [name, run] of Object.entries(suites)) if (only.length === 0 || only.includes(name)) run();
  noteGoals();
  printRows();
  if (only.length === 0) {
    const folder = new URL("../../results/", import.meta.url);
    mkdirSync(folder, { recursive: true });
    const environment = { node: process.version, arch: process.arch, catalogue: catalogue.length };
    writeFileSync(new URL("match.json", folder), `${JSON.stringify({ environment, rows, notes }, null, 2)}\n`);
  }
}
