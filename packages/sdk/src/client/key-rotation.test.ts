import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../testing/scripted-control-plane.suite";
import type { BundleKey, HoldpointOptions } from "../types";
import { Holdpoint } from "./holdpoint";

const clients: Holdpoint[] = [];
let server: ControlPlane | undefined;
let dataDir = "";
let apiKey = "";
afterEach(async () => {
  for (const hp of clients.splice(0)) await hp.close();
  await server?.close();
  server = undefined;
});

/** Starts the control plane of this test, again on the same data when it ran before. */
async function start(options: { port?: number; rotateSigningKey?: boolean } = {}): Promise<ControlPlane> {
  await server?.close();
  if (apiKey === "") dataDir = mkdtempSync(join(tmpdir(), "hp-rotation-"));
  server = await startControlPlane({ port: 0, dataDir, ...options });
  apiKey = server.bootstrapKey ?? apiKey;
  return server;
}

const listed = async ({ url }: ControlPlane): Promise<BundleKey[]> =>
  ((await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: BundleKey[] }).keys;

async function create(url: string, options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> {
  const hp = await Holdpoint.create({ controlPlane: url, apiKey, pollIntervalMs: 50, stream: false, ...options });
  clients.push(hp);
  return hp;
}

const change = async ({ url }: ControlPlane, agentId: string): Promise<void> => {
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const { status } = await fetch(`${url}/api/v1/agents`, {
    method: "POST",
    headers,
    body: JSON.stringify({ agentId }),
  });
  expect(status).toBe(201);
};

describe("a control plane that changes its signing key (C-40, S-27)", () => {
  it("takes clients along: those that run, those that pin the first key, and those that pin nothing", async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    const pinned = await listed(first);
    const running = await create(first.url, { bundleKeys: pinned });
    const trusting = await create(first.url);
    await change(first, "one");
    await until(() => running.stats().bundleVersion === trusting.stats().bundleVersion, "the bundle");
    // Twice: then nothing is signed by the first key any more.
    for (const agentId of ["two", "three"]) {
      const next = await start({ port, rotateSigningKey: true });
      const before = running.stats().bundleVersion;
      await change(next, agentId);
      await until(() => running.stats().bundleVersion > before && trusting.stats().bundleVersion > before, "the key");
    }
    const keys = await listed(server as ControlPlane);
    expect(keys.map(({ kid }) => kid)).not.toContain(pinned[0]?.kid);
    const late = await create(first.url, { bundleKeys: pinned });
    expect([late.stats().ready, late.stats().bundleVersion]).toEqual([true, running.stats().bundleVersion]);
  });

  it("takes nobody along who pins another key, nor by an endorsement that nobody trusted has signed", async () => {
    const plane = server ?? (await start());
    const [key] = await listed(plane);
    const other = { kid: "other", x: Buffer.alloc(32, 9).toString("base64url") };
    const hp = await create(plane.url, { bundleKeys: [other], firstBundleTimeoutMs: 300 });
    expect(hp.stats().ready).toBe(false);
    // The right id with another key says nothing.
    const impostor = await create(plane.url, {
      bundleKeys: [{ kid: key?.kid ?? "", x: other.x }],
      firstBundleTimeoutMs: 300,
    });
    expect(impostor.stats().ready).toBe(false);
  });
});
