import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "../start-control-plane";

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the body by itself.
type Body = any;

const folders: string[] = [];
const children: ChildProcess[] = [];
const servers: ControlPlane[] = [];

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "holdpoint-test-"));
  folders.push(folder);
  return folder;
};

const start = async (dataDir: string): Promise<ControlPlane> => {
  const server = await startControlPlane({ port: 0, dataDir });
  servers.push(server);
  return server;
};

const request = async (url: string, key: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get("etag"),
    body: (text ? JSON.parse(text) : undefined) as Body,
  };
};

async function spawnServer(dataDir: string): Promise<{ child: ChildProcess; url: string; key: string }> {
  const program = fileURLToPath(new URL("./durability-child.ts", import.meta.url));
  const tsx = createRequire(import.meta.url).resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, program, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once("data", (data) => resolve(String(data)));
  });
  return { child, ...JSON.parse(line) };
}

const killHard = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe("a data directory", () => {
  test("a restart keeps keys, agents, policies, pauses, traces, the signing key, the version and the log", async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    const key = first.bootstrapKey ?? "";
    expect(key).toMatch(/^hp_prod_/);
    await request(first.url, key, "POST", "/agents", { agentId: "kept" });
    await request(first.url, key, "PATCH", "/agents/kept/pause", { reason: "kept too" });
    const policy = { id: "kept", policyType: "cost_limit", ruleDefinition: { daily_budget: 1 } };
    await request(first.url, key, "POST", "/policies", policy);
    const trace = { traceId: "kept", agentId: "kept", timestamp: "2026-01-01T00:00:00Z" };
    await request(first.url, key, "POST", "/traces/ingest", { traces: [trace] });
    const read = async (url: string) => ({
      agents: (await request(url, key, "GET", "/agents")).body,
      policies: (await request(url, key, "GET", "/policies")).body,
      trace: (await request(url, key, "GET", "/traces/kept")).body,
      bundle: await request(url, key, "GET", "/sdk/bundle"),
      audit: (await request(url, key, "GET", "/audit/verify")).body,
      jwks: await (await fetch(`${url}/.well-known/jwks.json`)).json(),
    });
    const before = await read(first.url);
    await expect(start(dataDir)).rejects.toThrow("already open in this process");
    await first.close();
    const second = await start(dataDir);
    expect(second.bootstrapKey).toBeUndefined();
    expect(await read(second.url)).toEqual(before);
    expect(before.audit.data.valid).toBe(true);
  });

  test("a directory in use by another process is refused; kill -9 loses nothing that was acknowledged", async () => {
    const dataDir = newFolder();
    const { child, url, key } = await spawnServer(dataDir);
    await expect(start(dataDir)).rejects.toThrow(`in use by process ${child.pid}`);

    const acknowledged: string[] = [];
    const agents: string[] = [];
    let stopped = false;
    const writeTraces = async (writer: number) => {
      for (let i = 0; !stopped; i++) {
        const traces = Array.from({ length: 5 }, (_, n) => ({
          traceId: `w${writer}-${i}-${n}`,
          agentId: "a",
          timestamp: "2026-01-01T00:00:00Z",
        }));
        const { status, body } = await request(url, key, "POST", "/traces/ingest", { traces });
        if (status === 202 && body.accepted === 5) acknowledged.push(...traces.map(({ traceId }) => traceId));
      }
    };
    const writeAgents = async () => {
      for (let i = 0; !stopped; i++) {
        const { status } = await request(url, key, "POST", "/agents", { agentId: `agent-${i}` });
        if (status === 201) agents.push(`agent-${i}`);
      }
    };
    const writers = [writeTraces(1), writeTraces(2), writeAgents()].map((writer) => writer.catch(() => {}));
    await expect.poll(() => acknowledged.length > 100 && agents.length > 10, { timeout: 30_000 }).toBe(true);
    await killHard(child);
    stopped = true;
    await Promise.all(writers);

    const server = await start(dataDir);
    for (const id of [acknowledged[0], acknowledged.at(-1)]) {
      expect((await request(server.url, key, "GET", `/traces/${id}`)).status).toBe(200);
    }
    const stored = new Set<string>();
    let cursor = "";
    do {
      const { body } = await request(server.url, key, "GET", `/traces?limit=500${cursor}`);
      for (const { traceId } of body.data) stored.add(traceId);
      cursor = body.meta.nextCursor ? `&cursor=${body.meta.nextCursor}` : "";
    } while (cursor);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const lost = [];
    for (const id of agents) if ((await request(server.url, key, "GET", `/agents/${id}`)).status !== 200) lost.push(id);
    expect(lost).toEqual([]);
    const { body } = await request(server.url, key, "GET", "/audit/verify");
    expect(body.data.valid).toBe(true);
    // Organisation and first key, then one line for each agent; the last may have been stored but not acknowledged.
    expect(body.data.entries - 2 - agents.length).toBeGreaterThanOrEqual(0);
    expect(body.data.entries - 2 - agents.length).toBeLessThanOrEqual(1);
  });
});
