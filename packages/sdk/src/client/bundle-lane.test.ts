import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Policy, sha256Hex } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isConfigError, isEnforcementUnavailableError } from "../gen/errors";
import { createNodePlatform } from "../platform/node-platform";
import type { Platform } from "../platform/platform";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "../testing/scripted-control-plane.suite";
import type { HoldpointOptions, SyncEvent } from "../types";
import { Holdpoint } from "./holdpoint";

const bundleRoute = "GET /api/v1/sdk/bundle";
const keysRoute = "GET /.well-known/jwks.json";

let server: ScriptedControlPlane;
let cacheDir = "";
let events: SyncEvent[] = [];
const open: Holdpoint[] = [];

beforeEach(async () => {
  server = await createScriptedControlPlane();
  cacheDir = await mkdtemp(join(tmpdir(), "holdpoint-bundle-"));
  events = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
  await server.close();
  // A bundle may still be on its way to the disk.
  await rm(cacheDir, { recursive: true, force: true, maxRetries: 5 });
});

const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: "k",
    stream: false,
    pollIntervalMs: 20,
    firstBundleTimeoutMs: 300,
    closeTimeoutMs: 100,
    requestTimeoutMs: 500,
    ...options,
  });
  open.push(hp);
  hp.on("sync", (event) => events.push(event));
  return hp;
};
/** The wall clock is what the test says, time goes on as it does. */
const withWallClock = (nowMs: () => number): Platform => {
  const platform = createNodePlatform();
  return { ...platform, clock: { ...platform.clock, nowMs } };
};
const asked = (route: string): number => server.seen.filter(({ method, path }) => `${method} ${path}` === route).length;
const good = { agentId: "bot", input: samples.question };
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const down = (): void => server.script(bundleRoute, (_, response) => response.destroy());
const waitForFile = async (): Promise<string> => {
  for (let tries = 0; tries < 200; tries++) {
    const name = (await readdir(cacheDir)).find((entry) => entry.startsWith("bundle-") && entry.endsWith(".json"));
    if (name) return join(cacheDir, name);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("no bundle was kept");
};

it("a flush asks no second time for a bundle that is on its way, however long it takes (S-30)", async () => {
  server.setBundle({ version: 1, policies: [] });
  const hp = await create();
  let [running, most] = [0, 0];
  server.script(bundleRoute, (_, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      response.writeHead(304).end();
    }, 250);
  });
  await until(() => running > 0, "a pull");
  for (let times = 0; times < 4; times++) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    void hp.flush();
  }
  expect(most).toBe(1);
});

describe("the keys of bundles (S-17)", () => {
  /** A second server of the same address would have another key: its bundles and its JWKS, by this server. */
  const rotate = async (): Promise<ScriptedControlPlane> => {
    const next = await createScriptedControlPlane();
    const key = { ...next.key, kid: "key-2" };
    const envelope = next
      .signBundle({ version: 9, policies: [samples.attacks] })
      .replace('"keyid":"key-1"', '"keyid":"key-2"');
    server.script(keysRoute, (_, response) => answerJson(response, 200, { keys: [{ ...key, use: "sig" }] }));
    server.script(bundleRoute, (_, response) => answerJson(response, 200, envelope));
    return next;
  };

  it("are asked for anew when a bundle is signed by none of the known ones", async () => {
    server.setBundle({ version: 5, policies: [] });
    const hp = await create();
    expect(asked(keysRoute)).toBe(1);
    const next = await rotate();
    await until(() => hp.stats().bundleVersion === 9, "the bundle by the new key");
    server.script(bundleRoute, (_, response) => answerJson(response, 200, server.signBundle({ version: 10 })));
    await until(() => events.some(({ ok }) => !ok), "the refusal of the key that was taken out");
    expect(hp.stats().bundleVersion).toBe(9);
    await next.close();
  });

  it("stay what they are when they are pinned", async () => {
    server.setBundle({ version: 5, policies: [] });
    const hp = await create({ bundleKeys: [server.key] });
    const next = await rotate();
    await until(() => events.some(({ ok }) => !ok), "the refusal");
    expect(hp.stats().bundleVersion).toBe(5);
    // It may have changed its key; it has not.
    expect(asked(keysRoute)).toBe(1);
    await next.close();
  });

  it("may be pinned two at a time, so that one can take over from the other", async () => {
    server.setBundle({ version: 5, policies: [] });
    const next = await createScriptedControlPlane();
    const second = { ...next.key, kid: "key-2" };
    const hp = await create({ bundleKeys: [server.key, second] });
    const envelope = next.signBundle({ version: 9 }).replace('"keyid":"key-1"', '"keyid":"key-2"');
    server.script(bundleRoute, (_, response) => answerJson(response, 200, envelope));
    await until(() => hp.stats().bundleVersion === 9, "the second key");
    await next.close();
  });

  it.each([
    ["cannot be had", (): unknown => undefined],
    ["has no key for signatures", (): unknown => ({ keys: [{ kty: "RSA", kid: "key-1" }] })],
  ])("change nothing when the JWKS %s", async (_, jwks) => {
    server.setBundle({ version: 5, policies: [] });
    const hp = await create();
    server.script(keysRoute, (_seen, response) =>
      jwks() === undefined ? response.destroy() : answerJson(response, 200, jwks()),
    );
    server.script(bundleRoute, (_seen, response) =>
      answerJson(response, 200, server.signBundle({ version: 6 }, "key")),
    );
    await until(() => asked(keysRoute) > 1 && events.length > 0, "the question for other keys");
    server.script(bundleRoute, undefined);
    server.setBundle({ version: 7, policies: [] });
    await until(() => hp.stats().bundleVersion === 7, "a bundle by the known key");
  });

  it("are not asked for without end because of forged bundles", async () => {
    server.setBundle({ version: 5, policies: [] });
    await create({ pollIntervalMs: 600_000, stream: true });
    await until(() => server.streams() === 1, "the stream");
    server.script(bundleRoute, (_, response) => answerJson(response, 200, server.signBundle({ version: 6 }, "key")));
    for (let version = 6; version < 12; version++) {
      const pulled = asked(bundleRoute);
      server.push("bundle", { version });
      await until(() => asked(bundleRoute) > pulled, "the pull");
    }
    expect(asked(keysRoute)).toBe(1);
  });

  it("kept beside the bundle are enough for a start without a network", async () => {
    server.setBundle({ version: 5, policies: [samples.attacks] });
    await (await create({ cacheDir })).close();
    await waitForFile();
    down();
    server.script(keysRoute, (_, response) => response.destroy());
    expect((await create({ cacheDir })).stats()).toMatchObject({ ready: true, bundleVersion: 5 });
  });

  it("that are not those of the bundle on disk make it worth nothing", async () => {
    server.setBundle({ version: 5, policies: [] });
    await (await create({ cacheDir })).close();
    await waitForFile();
    down();
    const x = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "";
    expect((await create({ cacheDir, bundleKeys: [{ kid: "key-1", x }] })).stats().ready).toBe(false);
  });
});

describe("a bundle that is not confirmed (S-21)", () => {
  const limits = { pollIntervalMs: 20, maxStalenessMs: 150 };

  it("is stale after the limit: every step is refused, once reported, until it is confirmed", async () => {
    server.setBundle({ version: 5, policies: [samples.attacks] });
    const hp = await create(limits);
    expect(hp.stats()).toMatchObject({ stale: false, bundleAgeMs: expect.any(Number) });
    expect(await hp.enforcePolicy(good)).toMatchObject({ allowed: true });
    down();
    await until(() => hp.stats().stale, "the limit");
    const refused = await failure(hp.enforcePolicy(good));
    expect(isEnforcementUnavailableError(refused)).toBe(true);
    expect(hp.evaluate(good)).toMatchObject({ allowed: false, violations: [{ reason: "BUNDLE_STALE" }] });
    await until(() => events.some(({ problems }) => /not confirmed/.test(problems[0]?.message ?? "")), "the report");
    expect(events.filter(({ problems }) => /not confirmed/.test(problems[0]?.message ?? ""))).toHaveLength(1);
    server.script(bundleRoute, undefined);
    await until(() => !hp.stats().stale, "the confirmation");
    expect(await hp.enforcePolicy(good)).toMatchObject({ allowed: true });
    expect(events.at(-1)).toMatchObject({ ok: true, source: "control-plane", version: 5 });
  });

  it("goes on deciding when the fail mode is open, and pauses hold all the same", async () => {
    const policies = [samples.attacks, samples.tools];
    server.setBundle({ version: 5, policies, pauses: [{ level: "agent", targetId: "held" }] });
    const hp = await create({ ...limits, failMode: "open", onApproval: () => true });
    down();
    await until(() => hp.stats().stale, "the limit");
    expect(await hp.enforcePolicy(good)).toMatchObject({ allowed: true });
    expect(await hp.enforceToolCall({ agentId: "bot", tool: "send_email" })).toMatchObject({ allowed: true });
    expect(hp.stats().ungoverned.stale).toBe(2);
    expect(await failure(hp.enforcePolicy({ ...good, input: samples.attack }))).toMatchObject({
      code: "POLICY_BLOCKED",
    });
    expect(await failure(hp.enforcePolicy({ ...good, agentId: "held" }))).toMatchObject({ code: "AGENT_PAUSED" });
  });

  it("is answered `paused` for a paused agent also when the fail mode is closed", async () => {
    server.setBundle({ version: 5, policies: [], pauses: [{ level: "agent", targetId: "held" }] });
    const hp = await create(limits);
    down();
    await until(() => hp.stats().stale, "the limit");
    expect(await failure(hp.enforcePolicy({ ...good, agentId: "held" }))).toMatchObject({ code: "AGENT_PAUSED" });
  });

  it("is not made fresh by being refused", async () => {
    server.setBundle({ version: 5, policies: [] });
    const hp = await create(limits);
    server.script(bundleRoute, (_, response) => answerJson(response, 200, server.signBundle({ version: 4 })));
    await until(() => hp.stats().stale, "the limit");
  });

  it.each([
    ["an hour later", 3_600_000, true],
    ["at once", 0, false],
    ["when the clock was set back a day", -86_400_000, true],
  ])("is as old on disk as it is: %s", async (_, jumpMs, stale) => {
    server.setBundle({ version: 5, policies: [] });
    const long = { cacheDir, maxStalenessMs: 600_000 };
    await (await create(long)).close();
    await waitForFile();
    down();
    const hp = await create({ ...long, platform: withWallClock(() => Date.now() + jumpMs) });
    expect(hp.stats()).toMatchObject({ ready: true, stale });
  });

  it("of a file that does not say when it was confirmed is stale at once", async () => {
    server.setBundle({ version: 5, policies: [] });
    await (await create({ cacheDir })).close();
    const path = await waitForFile();
    const record = JSON.parse(await readFile(path, "utf8")) as { content: string };
    const { confirmedMs: _, ...kept } = JSON.parse(record.content) as Record<string, unknown>;
    const content = JSON.stringify(kept);
    await writeFile(path, JSON.stringify({ checksum: sha256Hex(content), content }));
    down();
    expect((await create({ cacheDir })).stats()).toMatchObject({ ready: true, stale: false });
    expect((await create({ cacheDir, maxStalenessMs: 600_000 })).stats()).toMatchObject({ ready: true, stale: true });
  });

  it("is not stale because the wall clock jumps while the client runs", async () => {
    let jumpMs = 0;
    server.setBundle({ version: 5, policies: [] });
    const platform = withWallClock(() => Date.now() + jumpMs);
    const hp = await create({ maxStalenessMs: 600_000, platform });
    for (jumpMs of [86_400_000, -86_400_000]) {
      expect(await hp.enforcePolicy(good)).toMatchObject({ allowed: true });
      expect(hp.stats().stale).toBe(false);
    }
  });

  /** A machine that has slept for so long: its monotonic clock has stood still. */
  const thatSleeps = (sleptMs: () => number): Platform => {
    const platform = createNodePlatform();
    return { ...platform, clock: { ...platform.clock, uptimeMs: () => performance.now() + sleptMs() } };
  };

  it("counts the time that the machine has slept, and is asked for at once when it wakes", async () => {
    let sleptMs = 0;
    server.setBundle({ version: 5, policies: [] });
    const platform = thatSleeps(() => sleptMs);
    const hp = await create({ maxStalenessMs: 600_000, pollIntervalMs: 300_000, stream: false, platform });
    const before = asked(bundleRoute);
    sleptMs = 400_000;
    await until(() => asked(bundleRoute) > before, "the pull after the first sleep");
    await until(() => (hp.stats().bundleAgeMs ?? 0) < 300_000, "the confirmation");
    expect(hp.stats().stale).toBe(false);
    down();
    sleptMs = 1_100_000;
    await until(() => hp.stats().stale, "the second sleep");
    expect(isEnforcementUnavailableError(await failure(hp.enforcePolicy(good)))).toBe(true);
    expect(hp.stats().bundleAgeMs).toBeGreaterThan(600_000);
    server.script(bundleRoute, undefined);
  });

  it.each([
    ["is no number", () => Number.NaN],
    ["goes back", () => -1_000_000],
    [
      "throws",
      () => {
        throw new Error("no uptime");
      },
    ],
  ])("is as fresh as before where the machine's uptime %s", async (_, jump) => {
    let isOdd = false;
    server.setBundle({ version: 5, policies: [] });
    const hp = await create({ maxStalenessMs: 600_000, platform: thatSleeps(() => (isOdd ? jump() : 0)) });
    isOdd = true;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(hp.stats().stale).toBe(false);
    expect(await hp.enforcePolicy(good)).toMatchObject({ allowed: true });
  });

  it("needs a limit that two polls fit in", async () => {
    expect(isConfigError(await failure(create({ pollIntervalMs: 100, maxStalenessMs: 199 })))).toBe(true);
  });
});

describe("a bundle that may not take the place of the one in force (S-18)", () => {
  const told = (part: string): boolean =>
    events.some(({ problems }) => problems.some(({ message }) => message.includes(part)));
  const isHeld = async (hp: Holdpoint): Promise<boolean> =>
    ((await failure(hp.enforcePolicy(good))) as { code?: string }).code === "AGENT_PAUSED";

  it("is one of another organisation, which a shared cache may give us", async () => {
    server.setBundle({ version: 5, policies: [samples.attacks] });
    const hp = await create({ cacheDir });
    server.setBundle({ version: 9, organizationId: "other", policies: [] });
    await until(() => told("organisation"), "the refusal");
    expect(hp.stats().bundleVersion).toBe(5);
    await hp.close();
    const next = await create({ cacheDir });
    expect(next.stats().bundleVersion).toBe(5);
    server.setBundle({ version: 6, policies: [] });
    await until(() => next.stats().bundleVersion === 6, "its own");
  });

  it("is one older than one that did not compile: the pauses of that one hold", async () => {
    server.setBundle({ version: 5, policies: [] });
    const hp = await create();
    const broken = { ...samples.attacks, ruleDefinition: { expression: "1 +" } };
    server.setBundle({ version: 7, policies: [broken], pauses: [{ level: "agent", targetId: "bot" }] });
    await until(() => hp.stats().pauses.length > 0, "the pause");
    server.setBundle({ version: 6, policies: [] });
    await until(() => told("version 6 is older than 7"), "the refusal");
    server.setBundle({ version: 5, policies: [] });
    await until(() => told("version 5 is older than 7"), "the refusal of the one in force");
    expect(await isHeld(hp)).toBe(true);
    server.setBundle({ version: 8, policies: [] });
    await until(() => hp.stats().bundleVersion === 8, "the newer one");
    expect(await isHeld(hp)).toBe(false);
  });

  it("is one that makes the lane fail: it goes on", async () => {
    server.setBundle({ version: 5, policies: [] });
    let isBroken = false;
    const platform = createNodePlatform();
    const { verifyEd25519 } = platform.crypto;
    const hp = await create({
      platform: {
        ...platform,
        crypto: {
          ...platform.crypto,
          verifyEd25519: (...parts) => {
            if (isBroken) throw new TypeError("a defect");
            return verifyEd25519(...parts);
          },
        },
      },
    });
    isBroken = true;
    server.setBundle({ version: 6, policies: [] });
    await until(() => told("TypeError"), "the defect");
    isBroken = false;
    await until(() => hp.stats().bundleVersion === 6, "the next bundle");
  });
});

it.each(["é", "ключ", " ", ""])("an ETag that cannot be sent back, `%s`, does not end the pulls", async (name) => {
  let version = 5;
  server.script(bundleRoute, (_, response) => {
    const etag = name === "" ? "" : Buffer.from(`"${name}"`).toString("latin1");
    return answerJson(response, 200, server.signBundle({ version, policies: [] }), { etag });
  });
  const hp = await create({ cacheDir });
  expect(hp.stats().bundleVersion).toBe(5);
  version = 6;
  await until(() => hp.stats().bundleVersion === 6, "the next bundle");
  // Another language may have kept it, read as it reads headers.
  const path = await waitForFile();
  await hp.close();
  const content = JSON.stringify({ ...JSON.parse(JSON.parse(await readFile(path, "utf8")).content), etag: name });
  await writeFile(path, JSON.stringify({ checksum: sha256Hex(content), content }));
  version = 7;
  const next = await create({ cacheDir });
  await until(() => next.stats().bundleVersion === 7, "the bundle after the start");
});

describe("a hot swap under load (S-22)", () => {
  /** Two policies of each version, both of which find every input: a torn read would show two versions. */
  const policiesOf = (version: number): Policy[] =>
    ["first", "second"].map((id) => ({
      id,
      name: `v${version}`,
      policyType: "expression",
      enforcementMode: "monitor",
      ruleDefinition: { expression: 'input != ""' },
    }));

  it("lets every decision see the policies of one version, and never an older one after a newer", async () => {
    server.setBundle({ version: 1, policies: policiesOf(1) });
    const hp = await create({ stream: true, pollIntervalMs: 600_000 });
    await until(() => server.streams() === 1, "the stream");
    const seen: number[] = [];
    let version = 1;
    let stop = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) {
        for (let i = 0; i < 50; i++) {
          const { violations } = await hp.enforcePolicy(good);
          const names = new Set(violations.map(({ policyName }) => policyName));
          expect(violations).toHaveLength(2);
          expect(names.size).toBe(1);
          seen.push(Number([...names][0]?.slice(1)));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    for (; version < 60; ) {
      server.setBundle({ version: ++version, policies: policiesOf(version) });
      server.push("bundle", { version });
      await until(() => hp.stats().bundleVersion === version, `version ${version}`);
    }
    stop = true;
    await Promise.all(load);
    expect(seen.length).toBeGreaterThan(1000);
    expect(new Set(seen).size).toBeGreaterThan(30);
    expect(seen.every((one, index) => index === 0 || one >= (seen[index - 1] ?? 0))).toBe(true);
  });
});
