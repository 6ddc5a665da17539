import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootstrapOrganization } from "./admin/organizations";
import { startControlPlane } from "./start-control-plane";
import type { Database } from "./store/database";
import { migrate } from "./store/migrate";
import { databaseKinds } from "./store/test-databases";

describe.each(databaseKinds)("a control plane on $name", (kind) => {
  let database: Database;
  let key = "";
  beforeAll(async () => {
    database = await kind.openEmpty();
    await migrate(database);
  });
  afterAll(() => database?.close().catch(() => {}));

  const start = (options = {}) => startControlPlane({ port: 0, database, ...options });

  test("an organisation whose first key cannot be made is not made either", async () => {
    await expect(bootstrapOrganization(database, new Uint8Array(32), new Date(), "not valid")).rejects.toThrow();
    expect(await database.query("SELECT 1 FROM holdpoint.organizations")).toEqual([]);
    await expect(start({ keyEnvironment: "not valid" })).rejects.toThrow("`keyEnvironment` must be");
  });

  test("several that start at once make one organisation and one first key, and listen on the loopback address", async () => {
    const servers = await Promise.all([start(), start(), start()]);
    const given = servers.flatMap(({ bootstrapKey }) => bootstrapKey ?? []);
    expect(given).toHaveLength(1);
    key = given[0] ?? "";
    for (const { url } of servers) expect(new URL(url).hostname).toBe("127.0.0.1");
    await Promise.all(servers.map((server) => server.close()));
    const later = await start();
    expect(later.bootstrapKey).toBeUndefined();
    await later.close();
  });

  test("two servers on one database see each other's changes at once", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const call = (url: string, method: string, path: string, body?: unknown) =>
      fetch(`${url}/api/v1${path}`, {
        method,
        headers: { "X-API-Key": key, "Content-Type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const enforce = (url: string) => call(url, "POST", "/policies/enforce", { agentId: "both", input: "x" });
    await call(one.url, "POST", "/agents", { agentId: "both" });
    expect((await enforce(two.url)).status).toBe(200);
    await call(one.url, "PATCH", "/agents/both/pause", { reason: "stop" });
    expect((await enforce(two.url)).status).toBe(403);
    const stream = await call(two.url, "GET", "/sdk/stream");
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString();
    const told = await next();
    await call(one.url, "PATCH", "/agents/both/resume");
    const version = (text: string) => Number(/"version":(\d+)/.exec(text)?.[1]);
    expect(version(await next())).toBe(version(told) + 1);
    await Promise.all([one.close(), two.close()]);
    expect((await reader.read()).done).toBe(true);
  });

  test("a key that asks too often is told when to come back, and others are not held up", async () => {
    let nowMs = Date.now();
    const server = await start({ rateLimitPerMinute: 3, clock: () => nowMs });
    const get = () => fetch(`${server.url}/api/v1/agents`, { headers: { "X-API-Key": key } });
    expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([200, 200, 200]);
    const limited = await get();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "20"]);
    expect((await limited.json()).error.code).toBe("RATE_LIMITED");
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    nowMs += 20_000;
    expect((await get()).status).toBe(200);
    await server.close();
  });

  test("a port that is taken is an error, and the database stays usable", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    await expect(start({ port })).rejects.toThrow("EADDRINUSE");
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await new Promise((resolve) => taken.close(resolve));
  });

  test("closing ends open streams, waits for running requests and can be asked for twice", async () => {
    let onRequest = (): void => {};
    const clock = () => {
      onRequest();
      return Date.now();
    };
    const server = await start({ clock });
    const stream = await fetch(`${server.url}/api/v1/sdk/stream`, { headers: { "X-API-Key": key } });
    const begun = new Promise<void>((resolve) => {
      onRequest = resolve;
    });
    const running = fetch(`${server.url}/api/v1/audit/verify`, { headers: { "X-API-Key": key } });
    await begun;
    await Promise.all([server.close(), server.close()]);
    expect((await running).status).toBe(200);
    expect(await stream.text()).toContain("event: bundle");
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  if (kind.name === "postgres") {
    test("a server whose connections were all cut goes on with new ones, and tells what was missed meanwhile", async () => {
      const server = await start();
      const call = (method: string, path: string, body?: unknown) =>
        fetch(`${server.url}/api/v1${path}`, {
          method,
          headers: { "X-API-Key": key, "Content-Type": "application/json" },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
      const stream = await call("GET", "/sdk/stream");
      const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
      let text = "";
      void (async () => {
        for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value);
      })();
      await expect.poll(() => text).toContain("event: bundle");
      const cut = database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await cut.catch(() => {});
      const told = text.length;
      await expect
        .poll(async () => (await call("POST", "/agents", { agentId: "after the cut" })).status)
        .toBeLessThan(300);
      await expect.poll(() => text.slice(told)).toContain("event: bundle");
      await reader.cancel();
      await server.close();
    });
  }

  test("without its database the server says so, and is not ready", async () => {
    const server = await start();
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    await database.close();
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const answer = await fetch(`${server.url}/api/v1/agents`, { headers: { "X-API-Key": key } });
    expect([answer.status, (await answer.json()).error.code]).toEqual([503, "UNAVAILABLE"]);
    await server.close().catch(() => {});
  });
});
