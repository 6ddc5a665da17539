// A bare process of Node that imports the SDK, makes a client of a policy file and enforces once; prints what each took, in
// milliseconds. Not by `run-ts`, which has loaded modules of Node before.
import { fileURLToPath } from "node:url";

const policies = fileURLToPath(new URL("cold-policies.yaml", import.meta.url));
const mark = () => ({ ms: performance.now(), cpu: process.cpuUsage() });

const marks = [mark()];
const { Holdpoint } = await import("@holdpoint/sdk");
marks.push(mark());
const hp = await Holdpoint.create({ policies });
marks.push(mark());
const { verdict } = await hp.enforcePolicy({ agentId: "support-bot", input: "hello", environment: "production" });
marks.push(mark());
await hp.close();
const steps = marks.slice(1).map((end, i) => {
  const start = marks[i];
  const cpuMs = (end.cpu.user + end.cpu.system - start.cpu.user - start.cpu.system) / 1000;
  return { wallMs: end.ms - start.ms, cpuMs };
});
console.log(JSON.stringify({ verdict, steps }));
