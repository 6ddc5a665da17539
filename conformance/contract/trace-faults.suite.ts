import { expect, it } from "vitest";
import type { DrivenClient } from "./driver";
import type { Fault, ScriptedServer, StoredTrace } from "./scripted-server";
import {
  isFull,
  type Language,
  makeFolder,
  probe,
  rightAnswers,
  startClient,
  startServer,
  strict,
  until,
} from "./setup";

const faults: readonly (readonly [name: string, fault: Fault, isShort?: "short"])[] = [
  ["slow headers", { kind: "slow-headers", delayMs: 3000 }, "short"],
  ["headers that drip, of the answer to what was stored", { kind: "dripping-headers", everyMs: 20 }, "short"],
  ["a reset before the answer to what was stored", { kind: "reset", afterBytes: 0 }, "short"],
  ["a reset after 1 byte", { kind: "reset", afterBytes: 1 }],
  ["a reset after half", { kind: "reset", afterBytes: 0.5 }],
  ["an answer that stops", { kind: "stalled", afterBytes: 0.5 }],
  ["a truncated gzip", { kind: "truncated-gzip" }, "short"],
  ["a page of a proxy", { kind: "text", text: "<html>please log in</html>" }, "short"],
  ["status 401", { kind: "status", status: 401 }, "short"],
  ["status 403", { kind: "status", status: 403 }],
  ["status 429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "1" } }, "short"],
  ["status 500", { kind: "status", status: 500 }, "short"],
  ["status 502", { kind: "status", status: 502 }],
  ["status 503", { kind: "status", status: 503 }],
];

/** Sessions that are missing, or that have more than one trace. */
export function faultsOf(server: ScriptedServer, from: number, count: number): string[] {
  const wrong: string[] = [];
  for (let n = from; n < from + count; n++) {
    const ids = server.sessions.get(`s-${n}`);
    if (ids?.size !== 1) wrong.push(`s-${n}: ${ids?.size ?? 0}`);
  }
  return wrong;
}

const question = { agentId: "bot", input: "hello" };
/** One batch is out of the queue, on its way. */
const batchSize = 200;
const dropped = async (client: DrivenClient): Promise<number> =>
  Object.values((await client.call("stats"))["stats"].droppedTraces as Record<string, number>).reduce((a, b) => a + b);

export function traceFaultsSuite(language: Language): void {
  it.each([
    ["in memory", false],
    ["on disk", true],
  ])("on the way of traces that wait %s lose nothing, store nothing twice and change no verdict", async (_, spool) => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const client = await startClient(language, server, spool ? { cacheDir: await makeFolder() } : {});
    let from = 0;
    for (const [name, fault] of faults.filter(([, , isShort]) => isFull || isShort)) {
      server.fail("ingest", fault);
      const asked = server.calls("ingest");
      await client.call("burst", { request: question, from, count: 60 });
      await client.call("flush");
      await until(() => server.calls("ingest") > asked + (isFull ? 1 : 0), `a try under ${name}`);
      expect([name, await probe(client)]).toEqual([name, rightAnswers]);
      server.fail("ingest", undefined);
      const first = from;
      await until(() => faultsOf(server, first, 60).length === 0, `delivery after ${name}`);
      from += 60;
    }
    await client.call("flush");
    expect(faultsOf(server, 0, from)).toEqual([]);
    expect(await dropped(client)).toBe(0);
  });

  it("of one trace hold up no other: what is too large for the server is halved, what it fails over is set aside", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const client = await startClient(language, server, { cacheDir: await makeFolder(), queueCapacity: 1000 });
    server.fail("ingest", { kind: "at-most", traces: 7 });
    await client.call("burst", { request: question, from: 0, count: 60 });
    await until(() => faultsOf(server, 0, 60).length === 0, "delivery by sevens");
    server.fail("ingest", { kind: "poison", sessionId: "s-107" });
    await client.call("burst", { request: question, from: 100, count: 20 });
    await until(() => faultsOf(server, 100, 20).length === 1, "delivery of all others");
    await until(async () => (await client.call("stats"))["stats"].droppedTraces.rejected === 1, "the one set aside");
    await client.call("burst", { request: question, from: 200, count: 20 });
    await until(() => faultsOf(server, 200, 20).length === 0, "delivery of those after it");
    expect(faultsOf(server, 100, 20)).toEqual(["s-107: 0"]);
    const loss = (): boolean => [...server.stored.values()].some(({ spanType }) => spanType === "loss");
    await until(loss, "the report of the loss");
    const { events } = await client.call("events");
    expect(events).toContainEqual({ name: "dropped", reason: "rejected", count: 1, total: 1 });
  });

  it("that last as long as they like leave memory bounded, and every loss is counted and told", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    server.fail("ingest", { kind: "status", status: 503 });
    const client = await startClient(language, server, { queueCapacity: 2000 });
    const round = isFull ? 100_000 : 10_000;
    await client.call("burst", { request: { ...question, input: "x".repeat(500) }, from: 0, count: round });
    const before = (await client.call("memory"))["bytes"] as number;
    await client.call("burst", { request: { ...question, input: "y".repeat(500) }, from: round, count: 2 * round });
    const after = (await client.call("memory"))["bytes"] as number;
    expect((after - before) / 1e6).toBeLessThan(40);
    const { stats } = await client.call("stats");
    // Besides its decisions a client sends where chains of receipts end that it has forgotten, a thousand at a time.
    const ends = stats.droppedTraces.queue_full + stats.queuedTraces - 3 * round;
    expect(ends).toBeGreaterThanOrEqual(0);
    expect(ends).toBeLessThanOrEqual((3 * round) / 1000);
    expect(stats.queuedTraces).toBeLessThanOrEqual(2000 + batchSize);
    expect(await probe(client)).toEqual(rightAnswers);
    const { events } = await client.call("events");
    expect((events as { name: string; reason: string }[]).some(({ reason }) => reason === "queue_full")).toBe(true);
    server.fail("ingest", undefined);
    const lostIn = ({ metadata = {} }: StoredTrace): number =>
      ((metadata["lost"] ?? {}) as Record<string, number>)["queue_full"] ?? 0;
    const told = (): number => [...server.stored.values()].reduce((sum, trace) => sum + lostIn(trace), 0);
    await until(() => told() >= stats.droppedTraces.queue_full, "the report of the losses", 60_000);
    expect(server.sessions.size).toBeGreaterThanOrEqual(stats.queuedTraces - 10);
  });
}
