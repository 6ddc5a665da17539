import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, effectsFor, evaluate } from "@holdpoint/core";
import { createMemoryUsageStore, Holdpoint } from "@holdpoint/sdk";
import { saveResults } from "../../tools/report";
import { startServer } from "../../tools/start-server";
import { deploymentPolicies, expressionPolicies } from "../evaluate/cases";
import { benign200 } from "../evaluate/texts";
import { comparePaths } from "./compare-paths";
import { flood } from "./flood";

const clock = (): number => Date.now();
const request = { agentId: "support-bot", sessionId: "s-1", input: benign200, environment: "production" };
const folder = mkdtempSync(join(tmpdir(), "holdpoint-wired-"));
const seconds = Number(process.env["HOLDPOINT_FLOOD_SECONDS"] ?? 60);
const rows: object[] = [];

async function compareSet(name: string, policies: readonly unknown[]): Promise<void> {
  const server = await startServer();
  const named = policies.flatMap((policy) => (policy as { appliesToAgents?: string[] }).appliesToAgents ?? []);
  for (const agentId of new Set([request.agentId, ...named])) await server.call("POST", "/agents", { agentId });
  for (const [index, policy] of policies.entries())
    await server.call("POST", "/policies", { name: `policy ${index}`, ...(policy as object) });
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: server.key,
    cacheDir: join(folder, name),
    closeTimeoutMs: 1,
  });
  const compiled = compile(policies);
  assert(compiled.ok);
  const { plan } = compiled;
  const usage = createMemoryUsageStore({ clock });
  // A session has some steps, not tens of thousands: its history is read by every decision.
  let steps = 0;
  const requests = Array.from({ length: 4096 }, (_, index) => ({ ...request, sessionId: `s-${index >> 2}` }));
  const next = () => requests[steps++ % requests.length] as (typeof requests)[number];
  const core = () => {
    const asked = next();
    return { asked, decision: evaluate(plan, asked, usage, clock, { pauses: [] }) };
  };
  const keep = ({ asked, decision }: ReturnType<typeof core>): void => {
    const { charges, session } = effectsFor(plan, asked, decision, clock);
    for (const { counter, amount } of charges) usage.add(counter, amount);
    if (session) usage.record(session);
  };
  const wired = () => hp.enforcePolicy(next());
  assert.equal(core().decision.verdict, "allow");
  assert.equal((await wired()).verdict, "allow");
  const { bare, full, overUs, keepUs, cpuUs } = await comparePaths(core, keep, wired, {
    keepUp: () => hp.flush(),
    queued: () => hp.stats().queuedTraces,
  });
  const { droppedTraces, sentTraces, spool } = hp.stats();
  assert.equal(
    Object.values(droppedTraces).reduce((a, b) => a + b),
    0,
    "losses would flatter the path",
  );
  assert.equal(spool?.failing, undefined);
  assert((await wired()).allowed);
  await hp.close();
  await server.end();
  console.log(
    `wired/${name}: core p50 ${bare.p50Us.toFixed(2)} µs, wired p50 ${full.p50Us.toFixed(2)} µs (p95 ${full.p95Us.toFixed(2)}), over the core ${overUs.toFixed(2)} µs, of which sessions and budgets that every step leaves behind about ${keepUs.toFixed(2)}` +
      `; with its lanes ${cpuUs.toFixed(2)} µs of CPU a decision; ${sentTraces} sent`,
  );
  console.log(`goal: at most 1 µs over the bare core at the median: ${overUs <= 1 ? "met" : "not met"} in this run`);
  rows.push(
    { ...bare, name: `wired/${name}/core` },
    { ...full, name: `wired/${name}/wired`, overCoreP50Us: overUs, keepP50Us: keepUs, cpuUsPerDecision: cpuUs },
  );
}

await compareSet("five-expressions", expressionPolicies);
await compareSet("reference-deployment", deploymentPolicies);

const flooded = await flood({ policies: expressionPolicies, request, seconds, cacheDir: join(folder, "flood") });
const [firstMb = 0, ...laterMb] = flooded.retainedMb;
const isFlat = laterMb.length === 2 && laterMb.every((mb) => mb <= firstMb * 1.1);
console.log(
  `wired/server-down: ${Math.round(flooded.perSecond).toLocaleString("en-US")} decisions a second for ${seconds} s, ${Math.round(flooded.perCpuSecond).toLocaleString("en-US")} a second of CPU time (slowest second ${Math.round(flooded.slowestSecond).toLocaleString("en-US")})` +
    `; resident memory ${flooded.firstMb.toFixed(0)} MB after a sixth of the time, ${flooded.lastMb.toFixed(0)} MB at the end; ` +
    `${flooded.retainedMb.map((mb) => mb.toFixed(1)).join(", ")} MB retained after a collection at a sixth, half and the end; ` +
    `${flooded.onDiskMb.toFixed(0)} MB on disk, ${flooded.lost} of ${flooded.decisions} counted as lost`,
);
console.log(
  `goal: 100,000 a second with the server down: ${flooded.perSecond >= 100_000 ? "met" : "not met"}; retained memory flat (within 10 %): ${isFlat ? "met" : "not met"} in this run`,
);
const { retainedMb, ...flat } = flooded;
rows.push({ name: "wired/server-down", ...flat, retainedFirstMb: retainedMb[0], retainedLastMb: retainedMb.at(-1) });
saveResults("wired", "typescript", rows);
rmSync(folder, { recursive: true, force: true });
process.exit(0);
