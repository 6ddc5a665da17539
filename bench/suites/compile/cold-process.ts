import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { benign200 } from "../evaluate/texts";

/** A process that imports the core, compiles the reference deployment's policies and decides once; prints what each took, in milliseconds. */
const { policies } = parseYaml(
  readFileSync(new URL("../../../examples/reference-deployment/policies.yaml", import.meta.url), "utf8"),
) as { policies: unknown[] };
const request = { agentId: "support-bot", sessionId: "s-1", input: benign200, environment: "production" };
const nothingSpent = { read: () => 0, session: () => undefined };

const marks = [mark()];
const { compile, evaluate } = await import("@holdpoint/core");
marks.push(mark());
const compiled = compile(policies);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
marks.push(mark());
const { verdict } = evaluate(compiled.plan, request, nothingSpent, () => Date.UTC(2026, 10, 21, 12));
marks.push(mark());
console.log(JSON.stringify({ verdict, steps: marks.slice(1).map((end, i) => since(marks[i]!, end)) }));

interface Mark {
  readonly ms: number;
  readonly cpu: NodeJS.CpuUsage;
}

function mark(): Mark {
  return { ms: performance.now(), cpu: process.cpuUsage() };
}

/** Processor time counts the threads that compile and collect beside the program. */
function since(start: Mark, end: Mark): { wallMs: number; cpuMs: number } {
  const cpuMs = (end.cpu.user + end.cpu.system - start.cpu.user - start.cpu.system) / 1000;
  return { wallMs: end.ms - start.ms, cpuMs };
}
