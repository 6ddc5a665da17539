import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build, type Plugin } from "esbuild";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { coreInParts } from "../../devkit/generate/core-in-parts";
import { webPlatform } from "../../devkit/generate/web-platform";
import type * as sdk from "./index";
import { createNodePlatform } from "./platform/node-platform";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "./testing/scripted-control-plane.suite";

/** The names that browsers and edge runtimes share (WinterTC's minimum common API), and no other. */
const web = {
  AbortController,
  AbortSignal,
  CompressionStream,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  // Of the realm whose TextEncoder makes them.
  Uint8Array,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  performance,
  setTimeout,
};

/** Lets a test see when the part of the core that reads texts is loaded, and stand between. */
const countLoads: Plugin = {
  name: "count-loads",
  setup({ onLoad }) {
    onLoad({ filter: /own-core\.in-parts\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/import\("[^"]+"\)(?=\.then)/, "loadPart(() => $&)"),
      loader: "ts",
    }));
  },
};

let loads: number;
let isReachable: boolean;

let script = "";
let server: ScriptedControlPlane;
const open: Client[] = [];

beforeAll(async () => {
  const result = await build({
    stdin: {
      contents: `export * from "./index";`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "sdk",
    platform: "browser",
    plugins: [webPlatform, coreInParts("rules"), countLoads],
    tsconfig: fileURLToPath(new URL("../../../tsconfig.json", import.meta.url)),
    logLevel: "silent",
  });
  script = result.outputFiles[0]?.text ?? "";
});
beforeEach(async () => {
  loads = 0;
  isReachable = true;
  server = await createScriptedControlPlane();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
  await server.close();
});

type Client = sdk.Holdpoint;

/** The SDK in a context that has the web's names alone. */
function load(instead: Readonly<Record<string, unknown>> = {}): typeof sdk {
  const loadPart = async (load: () => Promise<unknown>): Promise<unknown> => {
    loads++;
    if (!isReachable) throw new Error("not reachable");
    return load();
  };
  const context = createContext({ ...web, loadPart, ...instead });
  runInContext(script, context);
  return context["sdk"] as typeof sdk;
}

const create = async (options: sdk.HoldpointOptions): Promise<Client> => {
  const hp = await load().Holdpoint.create({ closeTimeoutMs: 200, ...options });
  open.push(hp);
  return hp;
};
const ask = (hp: Client, input: string): Promise<string> =>
  hp.enforcePolicy({ agentId: "bot", input }).then(
    ({ verdict }) => verdict,
    (error: Error) => error.name,
  );

describe("the client outside Node", () => {
  it("bundles without any module of Node", () => {
    expect(script.length).toBeGreaterThan(10_000);
    expect(script).not.toMatch(/["'`]node:|\brequire\(/);
  });

  it("decides by policies that it is given", async () => {
    const hp = await create({ policies: [samples.attacks] });
    expect(await ask(hp, "good morning")).toBe("allow");
    expect(await ask(hp, samples.attack)).toBe("PolicyBlockedError");
  });

  it("verifies and follows the control plane's bundles, and sends its traces by fetch", async () => {
    server.setBundle({ version: 1, policies: [] });
    const options = { controlPlane: server.url, apiKey: "k", flushIntervalMs: 10, pollIntervalMs: 60_000 };
    const hp = await create(options);
    expect(await ask(hp, samples.attack)).toBe("allow");
    await until(() => server.streams() > 0, "the stream");
    server.setBundle({ version: 2, policies: [samples.attacks] });
    server.push("bundle.updated", { version: 2 });
    await until(() => !hp.evaluate({ agentId: "bot", input: samples.attack }).allowed, "the second bundle");
    // Long enough to be sent with gzip, whichever traces are sent together.
    expect(await ask(hp, `${samples.attack} ${"word ".repeat(300)}`)).toBe("PolicyBlockedError");
    await hp.close();
    // The last one says where the chain of receipts ends.
    expect(server.traces.map(({ spanType }) => spanType)).toEqual(["enforcement", "enforcement", "receipts"]);
    const sent = server.seen.filter(({ path }) => path === "/api/v1/traces/ingest");
    expect(sent.some(({ headers }) => headers["content-encoding"] === "gzip")).toBe(true);
  });

  it("holds when a bundle is signed by somebody else", async () => {
    server.script("GET /api/v1/sdk/bundle", (_, response) =>
      answerJson(response, 200, server.signBundle({ version: 1, policies: [] }, "key")),
    );
    const hp = await create({ controlPlane: server.url, apiKey: "k", firstBundleTimeoutMs: 200 });
    expect(await ask(hp, "good morning")).toBe("EnforcementUnavailableError");
  });

  it("gives up on an answer that is too slow or too long, and on a stream that breaks", async () => {
    server.script("GET /api/v1/sdk/bundle", () => undefined);
    server.script("GET /api/v1/sdk/stream", (_, response) => response.destroy());
    const options = { controlPlane: server.url, apiKey: "k", firstBundleTimeoutMs: 300, requestTimeoutMs: 50 };
    const hp = await create(options);
    expect(await ask(hp, "good morning")).toBe("EnforcementUnavailableError");
    server.setBundle({ version: 1, policies: [] });
    server.script("GET /api/v1/sdk/bundle", undefined);
    await until(() => hp.evaluate({ agentId: "bot", input: "good morning" }).allowed, "the bundle");
  });

  it("goes on with each `flush` where timers and requests end with the answer to somebody's request, as on Cloudflare", async () => {
    const timers = new Set<NodeJS.Timeout>();
    const endRequest = (): void => {
      for (const timer of timers) clearTimeout(timer);
    };
    let isLost = false;
    const instead = {
      setTimeout(run: () => void, delayMs: number) {
        const timer = setTimeout(run, delayMs);
        timers.add(timer);
        return timer;
      },
      fetch: (url: string, init: RequestInit) => (isLost ? new Promise(() => undefined) : fetch(url, init)),
    };
    server.setBundle({ version: 1, policies: [] });
    const options = { controlPlane: server.url, apiKey: "k", stream: false, pollIntervalMs: 40, requestTimeoutMs: 400 };
    const hp = await load(instead).Holdpoint.create({ ...options, flushIntervalMs: 60_000, closeTimeoutMs: 5_000 });
    open.push(hp);
    expect(await ask(hp, samples.attack)).toBe("allow");
    isLost = true;
    const unheard = hp.flush();
    endRequest();
    isLost = false;
    server.setBundle({ version: 2, policies: [samples.attacks] });
    // Longer than two requests may take.
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(await ask(hp, samples.attack)).toBe("allow");
    await hp.flush();
    await unheard;
    expect(server.traces).toHaveLength(2);
    expect(hp.stats()).toMatchObject({ bundleVersion: 2, sentTraces: 2, queuedTraces: 0 });
    expect(await ask(hp, samples.attack)).toBe("PolicyBlockedError");
  });

  it("keeps its traces on a disk that the program has brought along", async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "holdpoint-web-"));
    const options = { policies: [], controlPlane: "http://127.0.0.1:9", apiKey: "k", stream: false, cacheDir };
    const hp = await create({ ...options, platform: createNodePlatform(), firstBundleTimeoutMs: 10 });
    expect(await ask(hp, "good morning")).toBe("allow");
    await hp.close();
    const [root = ""] = (await readdir(cacheDir)).filter((name) => name.startsWith("spool-"));
    const kept = await readdir(join(cacheDir, root), { recursive: true });
    expect(kept.filter((name) => name.endsWith(".seg"))).toHaveLength(1);
    expect(hp.stats().droppedTraces).toMatchObject({ closed: 0 });
    await rm(cacheDir, { recursive: true });
  });

  it("says that there are no files", async () => {
    const loaded = await load().loadPolicyFile("policies.yaml");
    expect(loaded).toMatchObject({ ok: false, problems: [{ message: "this platform has no files" }] });
    await expect(create({ policies: [], cacheDir: "cache" })).rejects.toThrow(/this platform has no files/);
  });
});

describe("the part of the core that reads texts, outside Node", () => {
  const reader = { ...samples.mask, id: "reader" };
  const masked = (hp: Client): string | undefined =>
    hp.evaluate({ agentId: "bot", input: "write to jane@example.com" }).transforms[0]?.text;
  const useTool = (hp: Client): string =>
    hp.evaluate({ agentId: "bot", phase: "tool_call", tool: { name: "db_write" } }).verdict;
  const follow = (options: Partial<sdk.HoldpointOptions> = {}): Promise<Client> =>
    create({ controlPlane: server.url, apiKey: "k", flushIntervalMs: 10, pollIntervalMs: 60_000, ...options });

  it("is not loaded for policies that look at no text", async () => {
    const hp = await create({ policies: [samples.tools, samples.attacks] });
    expect(useTool(hp)).toBe("block");
    expect(hp.evaluate({ agentId: "bot", input: samples.attack }, { explain: true })).not.toHaveProperty("explanation");
    expect(loads).toBe(0);
  });

  it("is loaded before the client is there when its own policies need it", async () => {
    const hp = await create({ policies: [samples.tools, reader] });
    expect(loads).toBe(1);
    expect([masked(hp), useTool(hp)]).toEqual(["write to [EMAIL]", "block"]);
    expect(hp.evaluate({ agentId: "bot", input: "hi" }, { explain: true }).explanation?.policies).toHaveLength(2);
  });

  it("is loaded for a pattern in an expression too, and to say why", async () => {
    const policy = { ...samples.attacks, ruleDefinition: { expression: "input.matches('b+c')" } };
    const hp = await create({ policies: [policy] });
    expect([loads, await ask(hp, "abbc")]).toEqual([1, "PolicyBlockedError"]);
    const other = await create({ policies: [samples.tools] });
    const explained = await other.examine({ agentId: "bot", input: "hi" }, { explain: true });
    expect([loads, typeof explained.explanation]).toEqual([2, "object"]);
  });

  it("refuses policies of the program that need it when it cannot be had", async () => {
    isReachable = false;
    await expect(create({ policies: [reader] })).rejects.toThrow(/the part of the core that reads texts/);
  });

  it("leaves the last good bundle in force until it can be had, and says so", async () => {
    server.setBundle({ version: 1, policies: [samples.tools] });
    const hp = await follow();
    const told: boolean[] = [];
    hp.on("sync", ({ ok }) => told.push(ok));
    await until(() => server.streams() > 0, "the stream");
    isReachable = false;
    server.setBundle({ version: 2, policies: [reader] });
    server.push("bundle.updated", { version: 2 });
    await until(() => told.includes(false), "the failure");
    expect([hp.stats().bundleVersion, useTool(hp), masked(hp)]).toEqual([1, "block", undefined]);
    isReachable = true;
    await until(() => hp.stats().bundleVersion === 2, "the second bundle");
    expect([useTool(hp), masked(hp)]).toEqual(["allow", "write to [EMAIL]"]);
    expect(told.at(-1)).toBe(true);
  });

  it("holds every step while the first bundle waits for it", async () => {
    isReachable = false;
    server.setBundle({ version: 1, policies: [reader] });
    const hp = await follow({ firstBundleTimeoutMs: 100 });
    expect(await ask(hp, "good morning")).toBe("EnforcementUnavailableError");
    isReachable = true;
    await until(() => hp.stats().bundleVersion === 1, "the bundle");
    expect(await ask(hp, "good morning")).toBe("allow");
  });

  it("keeps values of a vault that was made before it", async () => {
    server.setBundle({ version: 1, policies: [samples.tools] });
    const hp = await follow();
    const vault = hp.createTokenVault();
    expect([vault.size, vault.open("[[hp:EMAIL:0123456789abcdef]]"), vault.toJSON()]).toEqual([
      0,
      undefined,
      { tokens: {} },
    ]);
    await until(() => server.streams() > 0, "the stream");
    const ruleDefinition = { strategy: "tokenize", mask_input: true };
    server.setBundle({ version: 2, policies: [{ ...reader, enforcementMode: "monitor", ruleDefinition }] });
    server.push("bundle.updated", { version: 2 });
    await until(() => hp.stats().bundleVersion === 2, "the second bundle");
    const { transforms } = await hp.enforcePolicy({ agentId: "bot", input: "write to jane@example.com" }, { vault });
    expect(transforms[0]?.text).toMatch(/\[\[hp:EMAIL:/);
    expect(hp.restore(transforms[0]?.text ?? "", vault)).toBe("write to jane@example.com");
  });
});
