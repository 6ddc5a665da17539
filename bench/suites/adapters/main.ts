import { setMaxListeners } from "node:events";
import { saveResults } from "../../tools/report";
import { type Cost, compareRuns, median } from "./compare-runs";
import { listLangChainVariants } from "./langchain";
import { listOpenAiAgentsVariants } from "./openai-agents";
import { createClient, decideAlone, expected } from "./scenario";

/**
 * What an adapter costs for one step of an agent: sixteen parallel tools and a streamed answer, the same agent with and
 * without us, in turns in one process.
 */
// The framework listens to one signal for each of the parallel tools, and Node warns of more than ten.
setMaxListeners(0);
const rounds = Number(process.env["HOLDPOINT_ADAPTER_ROUNDS"] ?? 150);
const rows: object[] = [];

const alone = await timeDecisions();
console.log(
  `\nadapters (TypeScript): 16 parallel tools, streamed answer, ${expected.steps} steps, ${rounds} runs each`,
);
console.log(
  `the ${expected.decisions} decisions of a run alone: ${alone.stepUs.toFixed(1)} µs a step, ${alone.stepCpuUs.toFixed(1)} of CPU`,
);
rows.push({ ...alone, name: "adapters/decisions alone" });

for (const [framework, list] of [
  ["langchain", listLangChainVariants],
  ["openai-agents", listOpenAiAgentsVariants],
] as const) {
  const [bare, ...others] = await compareRuns(await list(), expected, rounds);
  if (!bare) continue;
  console.log(`\n${framework.padEnd(40)}   µs a step   over    CPU µs a step   over   of that not the decisions`);
  for (const cost of [bare, ...others]) {
    const overUs = cost.stepUs - bare.stepUs;
    const overCpuUs = cost.stepCpuUs - bare.stepCpuUs;
    rows.push({ ...cost, name: `adapters/${framework}/${cost.name}`, ...(cost === bare ? {} : { overUs, overCpuUs }) });
    const over = (value: number): string => (cost === bare ? "" : value.toFixed(1)).padStart(7);
    console.log(
      `${cost.name.padEnd(40)}${cost.stepUs.toFixed(1).padStart(12)}${over(overUs)}${cost.stepCpuUs.toFixed(1).padStart(17)}${over(overCpuUs)}${over(overCpuUs - alone.stepCpuUs).padStart(12)}`,
    );
  }
}
saveResults("adapters", "typescript", rows);

async function timeDecisions(): Promise<Omit<Cost, "name">> {
  const client = await createClient();
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let round = -rounds; round < rounds; round++) {
    const before = process.cpuUsage();
    const startMs = performance.now();
    await decideAlone(client);
    const elapsedUs = (performance.now() - startMs) * 1000;
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    wall.push(elapsedUs);
    cpu.push(user + system);
  }
  return { stepUs: median(wall) / expected.steps, stepCpuUs: median(cpu) / expected.steps };
}
