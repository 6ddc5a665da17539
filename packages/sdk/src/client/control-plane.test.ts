import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  isAgentPausedError,
  isAuthError,
  isConfigError,
  isEnforcementUnavailableError,
  isPolicyBlockedError,
} from "../gen/errors";
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
const strict = { version: 5, policies: [samples.attacks] };
const loose = { version: 6, policies: [{ ...samples.attacks, enforcementMode: "monitor" as const }] };

let server: ScriptedControlPlane;
const open: Holdpoint[] = [];
let events: SyncEvent[] = [];
let cacheDir = "";

beforeEach(async () => {
  server = await createScriptedControlPlane();
  cacheDir = await mkdtemp(join(tmpdir(), "holdpoint-"));
  events = [];
});
afterEach(async () => {
  await server.close();
  await Promise.all(open.splice(0).map((hp) => hp.close()));
  await rm(cacheDir, { recursive: true, force: true });
});

const create = async (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> => {
  const hp = await Holdpoint.create({
    controlPlane: server.url,
    apiKey: "k",
    pollIntervalMs: 20,
    firstBundleTimeoutMs: 300,
    closeTimeoutMs: 200,
    requestTimeoutMs: 500,
    ...options,
  });
  open.push(hp);
  hp.on("sync", (event) => events.push(event));
  return hp;
};
const blocks = (hp: Holdpoint): boolean => !hp.evaluate({ agentId: "bot", input: samples.attack }).allowed;
const attack = (hp: Holdpoint): Promise<unknown> =>
  hp.enforcePolicy({ agentId: "bot", input: samples.attack }).catch((error: unknown) => error);
const pulls = (): number => server.seen.filter(({ path }) => path === "/api/v1/sdk/bundle").length;

describe("a client of a control plane", () => {
  it("has the first bundle in force when it is created, and sends its key", async () => {
    server.setBundle(strict);
    const hp = await create();
    expect(hp.stats()).toMatchObject({ ready: true, bundleVersion: 5, policyCount: 1 });
    expect(isPolicyBlockedError(await attack(hp))).toBe(true);
    expect(server.seen.every(({ headers }) => headers["x-api-key"] === "k")).toBe(true);
  });

  it("asks with the ETag, and swaps to a newer bundle", async () => {
    server.setBundle(strict);
    const hp = await create({ stream: false });
    await until(() => pulls() > 2, "the next poll");
    expect(server.seen.filter(({ path }) => path === "/api/v1/sdk/bundle").at(-1)?.headers["if-none-match"]).toMatch(
      /^"/,
    );
    server.setBundle(loose);
    await until(() => !blocks(hp), "the swap");
    expect(hp.stats().bundleVersion).toBe(6);
    expect(events).toMatchObject([{ ok: true, source: "control-plane", version: 6 }]);
  });

  it("pulls at once when it is pushed", async () => {
    server.setBundle(strict);
    const hp = await create({ pollIntervalMs: 600_000 });
    await until(() => server.streams() === 1, "the stream");
    server.setBundle(loose);
    server.push("bundle", { version: 6 });
    await until(() => !blocks(hp), "the swap");
  });

  it("adds the control plane's policies to its own", async () => {
    server.setBundle({ version: 1, policies: [samples.tools] });
    const hp = await create({ policies: [samples.attacks] });
    expect(hp.stats().policyCount).toBe(2);
    expect(isPolicyBlockedError(await attack(hp))).toBe(true);
    const call = hp.enforceToolCall({ agentId: "bot", tool: "db_write" }).catch((error: unknown) => error);
    expect(isPolicyBlockedError(await call)).toBe(true);
  });
});

describe("a bad bundle", () => {
  const lies: [string, () => string, RegExp][] = [
    ["has a broken signature", () => server.signBundle(loose, "signature"), /not signed by a known key/],
    ["is signed by a stranger", () => server.signBundle(loose, "key"), /not signed by a known key/],
    ["is something else that is well signed", () => server.signBundle(loose, "type"), /something else/],
    ["is older", () => server.signBundle({ ...loose, version: 4 }), /version 4 is older than 5/],
    [
      "is the same version with an older date",
      () => server.signBundle({ ...loose, version: 5, issuedAt: "2025-01-01T00:00:00Z" }),
      /older/,
    ],
    [
      "does not compile",
      () => server.signBundle({ ...loose, policies: [{ ...samples.attacks, policyType: "nope" }] }),
      /unknown policy type/,
    ],
    ["has fields nobody knows", () => server.signBundle({ ...loose, surprise: 1 } as never), /surprise/],
    ["is no JSON", () => "<html>", /not a signed envelope/],
  ];
  it.each(lies)("that %s changes nothing and is reported once", async (_, envelope, message) => {
    server.setBundle(strict);
    const hp = await create({ stream: false });
    const digest = hp.stats().planDigest;
    server.script(bundleRoute, (_seen, response) => answerJson(response, 200, envelope()));
    await until(() => events.length > 0, "the report");
    expect(events[0]).toMatchObject({ ok: false, version: 5, planDigest: digest });
    expect(events[0]?.problems[0]?.message).toMatch(message);
    const polled = pulls();
    await until(() => pulls() > polled + 1, "more polls");
    expect(events.filter(({ ok }) => !ok).length).toBe(1);
    expect(blocks(hp)).toBe(true);
    server.script(bundleRoute, undefined);
    server.setBundle(loose);
    await until(() => !blocks(hp), "a good bundle");
  });

  it("cannot be made good by the server's own keys when the keys are pinned", async () => {
    server.setBundle(strict);
    const other = await createScriptedControlPlane();
    const hp = await create({ bundleKeys: [other.key] });
    await other.close();
    expect(hp.stats().ready).toBe(false);
    expect((await create({ bundleKeys: [server.key] })).stats().ready).toBe(true);
  });
});

describe("before the first bundle", () => {
  it("every step is refused when the fail mode is closed, until a bundle comes", async () => {
    const hp = await create();
    expect(hp.stats().ready).toBe(false);
    const error = await hp.enforcePolicy({ agentId: "bot", input: "hello" }).catch((thrown: unknown) => thrown);
    expect(isEnforcementUnavailableError(error)).toBe(true);
    expect(hp.evaluate({ agentId: "bot", input: "hello" })).toMatchObject({
      verdict: "block",
      violations: [{ reason: "NO_POLICIES_LOADED" }],
    });
    server.setBundle(strict);
    await until(() => hp.stats().ready, "the bundle");
    expect(await hp.enforcePolicy({ agentId: "bot", input: "hello" })).toMatchObject({ allowed: true });
  });

  it("every step is let pass and counted when the fail mode is open, but for a paused agent", async () => {
    const hp = await create({ failMode: "open" });
    expect(await hp.enforcePolicy({ agentId: "bot", input: samples.attack })).toMatchObject({ allowed: true });
    expect(hp.stats().ungovernedCalls).toBe(1);
    hp.pauseAgent("bot");
    expect(isAgentPausedError(await attack(hp))).toBe(true);
  });

  it("a refused key stops the client from starting, unless there is a plan to go on with", async () => {
    server.script(bundleRoute, (_, response) =>
      answerJson(response, 401, { error: { code: "UNAUTHENTICATED", message: "no" } }),
    );
    expect(isAuthError(await create().catch((error: unknown) => error))).toBe(true);
    const hp = await create({ policies: [samples.attacks] });
    expect(blocks(hp)).toBe(true);
  });

  it("a server that does not answer holds up the start only for so long", async () => {
    server.script(bundleRoute, () => new Promise(() => undefined));
    const hp = await create();
    expect(hp.stats().ready).toBe(false);
  });
});

describe("the bundle on disk", () => {
  it("is enough to start without a network, and is not older than what it replaces", async () => {
    server.setBundle({ ...strict, pauses: [{ level: "agent", targetId: "held" }] });
    const first = await create({ cacheDir });
    await until(() => first.stats().ready, "the bundle");
    await first.close();
    let files: string[] = [];
    for (let tries = 0; files.length === 0 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      files = (await readdir(cacheDir)).filter((name) => name.endsWith(".json"));
    }
    expect(files).toHaveLength(1);
    server.script(bundleRoute, (_, response) => response.destroy());
    const hp = await create({ cacheDir });
    expect(hp.stats()).toMatchObject({ ready: true, bundleVersion: 5 });
    expect(isPolicyBlockedError(await attack(hp))).toBe(true);
    const held = await hp.enforcePolicy({ agentId: "held", input: "hello" }).catch((error: unknown) => error);
    expect(isAgentPausedError(held)).toBe(true);
    server.script(bundleRoute, (_, response) => answerJson(response, 200, server.signBundle({ ...loose, version: 4 })));
    await until(() => events.some(({ problems }) => problems[0]?.message.includes("older")), "the refusal");
    expect(blocks(hp)).toBe(true);
    await hp.close();

    const path = join(cacheDir, files[0] ?? "");
    await writeFile(path, (await readFile(path, "utf8")).replace(/A/, "B"));
    server.script(bundleRoute, (_, response) => response.destroy());
    expect((await create({ cacheDir })).stats().ready).toBe(false);
  });
});

describe("a pause", () => {
  it("that is pushed holds at once and is lifted by a newer bundle alone", async () => {
    server.setBundle(strict);
    const hp = await create({ pollIntervalMs: 600_000 });
    await until(() => server.streams() === 1, "the stream");
    server.script(bundleRoute, (_, response) => answerJson(response, 503, {}));
    server.push("status", { level: "agent", targetId: "bot", reason: "emergency" });
    await until(() => hp.stats().pauses.length === 1, "the push");
    expect(await attack(hp)).toMatchObject({ code: "AGENT_PAUSED", reason: "emergency" });
    expect(await hp.enforcePolicy({ agentId: "neighbour", input: "hi" })).toMatchObject({ allowed: true });
    server.script(bundleRoute, undefined);
    server.setBundle({ ...strict, version: 7 });
    server.push("bundle", {});
    await until(() => hp.stats().pauses.length === 0, "the bundle");
    expect(await hp.enforcePolicy({ agentId: "bot", input: "hi" })).toMatchObject({ allowed: true });
  });

  it("arrives with the bundle even when its policies do not compile", async () => {
    server.setBundle(strict);
    const hp = await create();
    server.setBundle({
      version: 6,
      policies: [{ ...samples.attacks, policyType: "nope" }],
      pauses: [{ level: "tenant", targetId: "org" }],
    });
    await until(() => hp.stats().pauses.length === 1, "the pause");
    expect(isAgentPausedError(await attack(hp))).toBe(true);
  });
});

describe("a server that dies while the client runs", () => {
  it("changes no verdict, and is found again", async () => {
    server.setBundle(strict);
    const hp = await create();
    const good = { agentId: "bot", input: samples.question };
    const before = [await hp.enforcePolicy(good), await attack(hp)];
    const port = Number(new URL(server.url).port);
    const resets = hp.enforcePolicy(good);
    await server.close();
    await resets;
    for (let i = 0; i < 20; i++) {
      expect(await hp.enforcePolicy(good)).toEqual(before[0]);
      expect(((await attack(hp)) as { decision: unknown }).decision).toEqual(
        (before[1] as { decision: unknown }).decision,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => events.some(({ ok }) => !ok), "the report");
    server = await createScriptedControlPlane(port);
    server.setBundle(strict);
    await until(() => server.traces.length >= 40, "the traces that were kept");
    expect(hp.stats().droppedTraces).toEqual({
      queue_full: 0,
      rejected: 0,
      closed: 0,
      unserializable: 0,
      damaged: 0,
      page_hidden: 0,
    });
  });
});

describe("registering an agent", () => {
  it("tells the control plane, and tries again in the background when it cannot be reached", async () => {
    server.setBundle(strict);
    const hp = await create();
    let refused = 0;
    server.script("POST /api/v1/agents", (_, response) => {
      if (refused++ < 1) answerJson(response, 503, {});
      else answerJson(response, 201, { data: {} });
    });
    await hp.registerAgent({ agentId: "bot", name: "Bot" });
    expect(events.at(-1)).toMatchObject({ ok: false, source: "agents" });
    await until(() => refused === 2, "the second try");
  });

  it("fails loudly when the agent or the key is refused", async () => {
    server.setBundle(strict);
    const hp = await create();
    const register = (agent: unknown) => hp.registerAgent(agent as never).catch((error: unknown) => error);
    expect(isConfigError(await register({ agentID: "bot" }))).toBe(true);
    server.script("POST /api/v1/agents", (_, response) =>
      answerJson(response, 400, { error: { code: "VALIDATION_ERROR", message: "bad" } }),
    );
    expect(await register({ agentId: "bot" })).toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("VALIDATION_ERROR bad"),
    });
    server.script("POST /api/v1/agents", (_, response) => answerJson(response, 403, {}));
    expect(isAuthError(await register({ agentId: "bot" }))).toBe(true);
  });
});
