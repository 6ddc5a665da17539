import { expect, it } from "vitest";
import type { Fault, ScriptedServer } from "./scripted-server";
import { isFull, type Language, loose, probe, rightAnswers, startClient, startServer, strict, until } from "./setup";

interface NamedFault {
  readonly name: string;
  /** What happens to a bundle that would let everything pass. */
  fault(server: ScriptedServer, version: number): Fault;
  /** Part of the short form. */
  readonly isShort?: true;
}

const whole =
  (fault: Fault): NamedFault["fault"] =>
  (server, version) => {
    server.setBundle({ ...loose, version });
    return fault;
  };
const text =
  (by: "own" | "stranger" | "broken", older = 0): NamedFault["fault"] =>
  (server, version) => ({ kind: "text", text: server.signBundle({ ...loose, version: version - older }, by) });

const faults: readonly NamedFault[] = [
  { name: "slow headers", fault: whole({ kind: "slow-headers", delayMs: 3000 }), isShort: true },
  { name: "headers that drip", fault: whole({ kind: "dripping-headers", everyMs: 20 }), isShort: true },
  { name: "a reset before the answer", fault: whole({ kind: "reset", afterBytes: 0 }), isShort: true },
  { name: "a reset after 1 byte", fault: whole({ kind: "reset", afterBytes: 1 }) },
  { name: "a reset after 100 bytes", fault: whole({ kind: "reset", afterBytes: 100 }) },
  { name: "a reset after half", fault: whole({ kind: "reset", afterBytes: 0.5 }), isShort: true },
  { name: "a reset before the last byte", fault: whole({ kind: "reset", afterBytes: 1e9 }) },
  { name: "an answer that stops", fault: whole({ kind: "stalled", afterBytes: 0.5 }) },
  { name: "a truncated gzip", fault: whole({ kind: "truncated-gzip" }), isShort: true },
  ...[401, 403, 404, 413, 429, 500, 502, 503].map(
    (status): NamedFault => ({
      name: `status ${status}`,
      fault: whole({ kind: "status", status }),
      ...([401, 503].includes(status) ? { isShort: true as const } : {}),
    }),
  ),
  { name: "a redirect", fault: whole({ kind: "status", status: 302, headers: { location: "http://127.0.0.1:9/" } }) },
  { name: "a wrong signature", fault: text("broken"), isShort: true },
  { name: "a stranger's signature", fault: text("stranger"), isShort: true },
  { name: "an older bundle, well signed", fault: text("own", 1_000_000), isShort: true },
  { name: "a page of a proxy", fault: () => ({ kind: "text", text: "<html>please log in</html>" }), isShort: true },
  { name: "nothing at all", fault: () => ({ kind: "text", text: "" }) },
];

export function bundleFaultsSuite(language: Language): void {
  it("on the way of bundles change no verdict, and the next good bundle is found", async () => {
    const server = await startServer();
    let version = 2_000_000;
    server.setBundle({ ...strict, version });
    const client = await startClient(language, server);
    expect(await probe(client)).toEqual(rightAnswers);
    for (const { name, fault } of faults.filter(({ isShort }) => isFull || isShort)) {
      server.fail("bundle", fault(server, version + 1));
      const asked = server.calls("bundle");
      await until(() => server.calls("bundle") > asked, `a pull under ${name}`);
      for (let round = 0; round < 3; round++) expect([name, await probe(client)]).toEqual([name, rightAnswers]);
      if (isFull) await until(() => server.calls("bundle") > asked + 1, `another pull under ${name}`);
      version += 2;
      server.setBundle({ ...strict, version });
      server.fail("bundle", undefined);
      const goal = version;
      await until(async () => (await client.call("stats"))["stats"].bundleVersion === goal, `recovery from ${name}`);
      expect([name, await probe(client)]).toEqual([name, rightAnswers]);
    }
    const { events } = await client.call("events");
    const refused = (events as { ok?: boolean; problems?: { message: string }[] }[]).filter(({ ok }) => ok === false);
    const told = refused.map(({ problems }) => problems?.[0]?.message ?? "").join("\n");
    expect(told).toMatch(/not signed by a known key/);
    expect(told).toMatch(/older than/);
  });

  it("before the first bundle refuse everything, and after a jump of the clock nothing changes", async () => {
    const server = await startServer();
    const client = await startClient(language, server, { firstBundleTimeoutMs: 50, maxStalenessMs: 600_000 });
    const first = (await probe(client)) as { allowed?: boolean }[];
    expect(first.slice(0, 5).map(({ allowed }) => allowed)).toEqual([false, false, false, false, false]);
    server.setBundle({ ...strict, version: 1 });
    await until(async () => (await client.call("stats"))["stats"].ready, "the first bundle");
    for (const ms of [86_400_000, -3 * 86_400_000, 30 * 86_400_000]) {
      await client.call("jump", { ms });
      expect([ms, await probe(client)]).toEqual([ms, rightAnswers]);
      expect((await client.call("stats"))["stats"].stale).toBe(false);
    }
    server.setBundle({ ...strict, version: 2 });
    await until(async () => (await client.call("stats"))["stats"].bundleVersion === 2, "a bundle after the jumps");
  });

  it("go as far as the limit of staleness, and then the fail mode decides", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const client = await startClient(language, server, { pollIntervalMs: 50, maxStalenessMs: 2000 });
    server.fail("bundle", { kind: "status", status: 503 });
    await until(async () => (await client.call("stats"))["stats"].stale, "the limit");
    const answers = (await probe(client)) as { code?: string }[];
    const unavailable = "UNAVAILABLE";
    expect(answers.slice(0, 5).map(({ code }) => code)).toEqual([...Array(4).fill(unavailable), "AGENT_PAUSED"]);
    server.fail("bundle", undefined);
    await until(async () => !(await client.call("stats"))["stats"].stale, "the confirmation");
    expect(await probe(client)).toEqual(rightAnswers);
  });

  it("on the way of pushes neither hide a pause nor lift one", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const client = await startClient(language, server, { pollIntervalMs: 60_000 });
    await until(() => server.streams() === 1, "the stream");
    const isHeld = async (agentId: string): Promise<boolean> =>
      (await client.call("enforce", { request: { agentId, input: "hello" } }))["code"] === "AGENT_PAUSED";
    server.fail("bundle", { kind: "status", status: 503 });
    server.push("status", { level: "agent", targetId: "bot", reason: "stop", version: 2 });
    await until(() => isHeld("bot"), "the pushed pause");
    expect(await isHeld("neighbour")).toBe(false);
    for (const verb of ["enforceToolCall", "enforceToolResult", "enforceOutput"]) {
      const request = { agentId: "bot", ...(verb === "enforceOutput" ? { output: "hi" } : { tool: "t" }) };
      const more = verb === "enforceToolResult" ? { result: "x" } : {};
      expect((await client.call("verb", { verb, request: { ...request, ...more } }))["code"]).toBe("AGENT_PAUSED");
    }
    expect((await client.call("startTrace", { agentId: "bot" }))["code"]).toBe("AGENT_PAUSED");
    server.cutStreams();
    await until(() => server.streams() === 1, "the stream again");
    expect(await isHeld("bot")).toBe(true);
    server.push("status", { level: "tenant", targetId: "org", reason: "everyone" });
    await until(() => isHeld("neighbour"), "the pause of everyone");
    server.fail("bundle", undefined);
    server.setBundle({ ...strict, version: 3 });
    server.push("bundle", { version: 3 });
    await until(async () => !(await isHeld("bot")), "the bundle that lifts it");
    expect(await isHeld("neighbour")).toBe(false);
    expect(await probe(client)).toEqual(rightAnswers);
  });
}
