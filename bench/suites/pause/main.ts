import { strict as assert } from "node:assert";
import { saveResults } from "../../tools/report";
import { startChild, startServer } from "../../tools/start-server";
import { openBareStream } from "./bare-stream";

/**
 * From the moment at which a pause is asked for until the last of a thousand clients, each with a stream of its own,
 * refuses a step. Server and clients are on one machine, the clients in two processes.
 */
const clientCount = Number(process.env["HOLDPOINT_PAUSE_CLIENTS"] ?? 1000);
const processCount = 2;
const rounds = Number(process.env["HOLDPOINT_PAUSE_ROUNDS"] ?? 20);
const levels = ["agent", "team", "workspace", "tenant"] as const;

const server = await startServer();
await server.call("POST", "/agents", { agentId: "bench-agent", teamId: "bench-team", workspaceId: "bench-space" });
const { key } = (await server.call("POST", "/api-keys", { name: "bench clients", role: "sdk" })) as { key: string };
const children = Array.from({ length: processCount }, () => startChild("bench/suites/pause/client-process.ts"));
for (const child of children) child.write({ url: server.url, key, clients: clientCount / processCount });
for (const child of children) assert.equal((await child.next())["ready"], clientCount / processCount);
/** A stream that came last and does nothing with what it reads: when it has a pause, the server has told everybody. */
const bare = await openBareStream(server.url, key);

/**
 * Until the server has nothing left to do for the clients that came: what it does meanwhile is no part of this. On a
 * machine that is busy with something else it never falls quiet: not longer than a few seconds.
 */
async function settle(): Promise<void> {
  for (let tries = 0, quiet = 0; quiet < 3 && tries < 20; tries++) {
    await sleep(200);
    const startMs = performance.now();
    await server.call("GET", "/kill-switch/check?agentId=bench-agent");
    quiet = performance.now() - startMs < 200 ? quiet + 1 : 0;
  }
}
const nowMs = (): number => performance.timeOrigin + performance.now();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

await settle();
const all: number[] = [];
const lasts: number[] = [];
const answers: number[] = [];
const told: number[] = [];
const heard: number[] = [];
const cpu: number[] = [];
// A kill switch is used seldom: the first pauses of a process, which take about twice as long, count as well.
for (let round = -1; round < rounds; round++) {
  const level = levels[Math.abs(round) % levels.length] ?? "agent";
  const targetId = { agent: "bench-agent", team: "bench-team", workspace: "bench-space", tenant: undefined }[level];
  const target = { level, ...(targetId ? { targetId } : {}) };
  for (const child of children) child.write({ wait: true });
  for (const child of children) assert.equal((await child.next())["waiting"], clientCount / processCount);
  await sleep(100);
  const askedMs = nowMs();
  await server.call("POST", "/kill-switch/action", { ...target, action: "pause", reason: `round ${round}` });
  const answeredMs = nowMs();
  const toldMs = await bare.nextPauseMs();
  const lines = await Promise.all(children.map((child) => child.next()));
  const held = lines.flatMap(({ atMs }) => atMs as number[]);
  assert.equal(held.length, clientCount);
  if (round >= 0) {
    all.push(...held.map((atMs) => atMs - askedMs));
    lasts.push(Math.max(...held) - askedMs);
    answers.push(answeredMs - askedMs);
    told.push(toldMs - askedMs);
    cpu.push(...lines.map(({ cpuMs }) => cpuMs as number));
    heard.push(Math.max(...held) - toldMs);
  }
  await server.call("POST", "/kill-switch/action", { ...target, action: "resume", reason: "over" });
  for (const child of children) child.write({ resume: true });
  for (const child of children) assert.equal((await child.next())["resumed"], clientCount / processCount);
  await settle();
}
bare.close();
for (const child of children) await child.end();
await server.end();

const row = (name: string, values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const [p50Ms, p95Ms, p99Ms, mostMs] = [0.5, 0.95, 0.99, 1].map((share) => percentile(sorted, share));
  console.log(
    `${name.padEnd(34)} p50 ${p50Ms?.toFixed(1)} ms, p95 ${p95Ms?.toFixed(1)} ms, p99 ${p99Ms?.toFixed(1)} ms, most ${mostMs?.toFixed(1)} ms`,
  );
  return { name, p50Ms, p95Ms, p99Ms, mostMs, samples: sorted.length };
};
console.log(`\npause (${clientCount} clients with streams, ${rounds} pauses of every level)`);
const rows = [
  row("pause/each-client", all),
  row("pause/last-client", lasts),
  row("pause/last-client-from-the-fifth", lasts.slice(levels.length)),
  row("pause/answer-of-the-server", answers),
  row("pause/server-has-told-everybody", told),
  row("pause/clients-after-that", heard),
  row("pause/cpu-of-a-client-process", cpu),
];
console.log(`the last client, round by round: ${lasts.map((ms) => ms.toFixed(0)).join(" ")} ms`);
console.log(
  `goal: the last of 1,000 clients under 100 ms at p99: ${(rows[1]?.p99Ms ?? Number.NaN) < 100 ? "met" : "not met"} in this run`,
);
saveResults("pause", "typescript", rows);
process.exit(0);
