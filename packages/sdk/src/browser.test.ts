import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { coreInParts } from "../../devkit/generate/core-in-parts";
import { webPlatform } from "../../devkit/generate/web-platform";
import { createScriptedControlPlane, type ScriptedControlPlane, until } from "./testing/scripted-control-plane.suite";

/** Chromium, where this machine has one: what it does when a page ends is told nowhere else. */
const browser = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

let script = "";
let server: ScriptedControlPlane;
let running: ChildProcess | undefined;
let profile = "";

beforeAll(async () => {
  if (!browser) return;
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
    plugins: [webPlatform, coreInParts("rules")],
    tsconfig: fileURLToPath(new URL("../../../tsconfig.json", import.meta.url)),
    logLevel: "silent",
  });
  script = result.outputFiles[0]?.text ?? "";
});
beforeEach(async () => {
  server = await createScriptedControlPlane();
  server.setBundle({ version: 1, policies: [] });
  server.script("GET /sdk.js", (_, response) => {
    response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(script);
  });
  profile = mkdtempSync(join(tmpdir(), "holdpoint-browser-"));
});
afterEach(async () => {
  if (running?.pid !== undefined && running.exitCode === null) {
    const ended = new Promise((resolve) => running?.once("exit", resolve));
    process.kill(-running.pid, "SIGKILL");
    await ended;
  }
  running = undefined;
  await server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** A page with a client `hp`, under a name; what it does is a function's body. */
function addPage(path: string, body: string, before = ""): void {
  const html = `<!doctype html><title>${path}</title><script>${before}</script><script src="/sdk.js"></script><script>
    const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
    (async () => {
      // No stream: a page that has one is not kept to go back to.
      const options = { controlPlane: location.origin, apiKey: "k", stream: false, flushIntervalMs: 600_000, pollIntervalMs: 600_000, ...globalThis.more };
      const hp = await sdk.Holdpoint.create(options);
      const ask = (input) => hp.enforcePolicy({ agentId: "bot", input });
      ${body}
    })().catch((error) => say(String(error)));
  </script>`;
  server.script(`GET ${path}`, (_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
}

function open(path: string): void {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-popup-blocking", "--no-first-run"];
  running = spawn(browser ?? "", [...flags, `--user-data-dir=${profile}`, `${server.url}${path}`], {
    detached: true,
    stdio: "ignore",
  });
}

const said = (): unknown[] =>
  server.seen.filter(({ path }) => path === "/said").map(({ body }) => JSON.parse(body) as unknown);
/** As a control plane stores them: what comes again, since nobody heard its answer, has the same id. */
const inputs = (): unknown[] =>
  [...new Map(server.traces.map((trace) => [trace.traceId, trace])).values()]
    .filter(({ spanType }) => spanType === "enforcement")
    .map((trace) => (trace as { input?: string }).input);
const counts = (spanType: string): unknown[] =>
  server.traces
    .filter((trace) => trace.spanType === spanType)
    .map((trace) => (trace as { metadata?: unknown }).metadata);

describe.skipIf(!browser)("the client in a browser", { timeout: 60_000 }, () => {
  it("sends what waits when its page is left for another", async () => {
    addPage("/first", `await ask("one"); await ask("two"); location.href = "/second";`);
    addPage("/second", `say("there");`);
    open("/first");
    await until(() => said().length > 0 && server.traces.length >= 2, "the traces");
    expect([said(), inputs()]).toEqual([["there"], ["one", "two"]]);
  });

  it("sends what waits when its window is closed", async () => {
    addPage("/opener", `window.open("/window");`);
    addPage("/window", `await ask("last words"); window.close();`);
    open("/opener");
    await until(() => server.traces.length > 0, "the trace");
    expect(inputs()).toEqual(["last words"]);
  });

  it("says what did not fit, and a later page counts it", async () => {
    addPage("/first", `for (let i = 0; i < 8; i++) await ask(i + "x".repeat(20_000)); location.href = "/second";`);
    const later = "var more = { flushIntervalMs: 10 }, now = Date.now; Date.now = () => now() + 1_200_000;";
    addPage("/second", `hp.on("dropped", say);`, later);
    open("/first");
    await until(() => counts("loss").length > 0, "the loss");
    const { count } = counts("unsent")[0] as { count: number };
    expect(count).toBeGreaterThan(0);
    // More where the page lived long enough to send some of the rest as well, and not to hear of it.
    expect(inputs().length).toBeGreaterThanOrEqual(8 - count);
    expect(said()).toEqual([{ reason: "page_hidden", count, total: count }]);
    expect(counts("loss")).toEqual([{ lost: { page_hidden: count } }]);
  });

  it("sends what did not fit when somebody goes back to its page", async () => {
    addPage(
      "/first",
      `for (let i = 0; i < 8; i++) await ask(i + "x".repeat(20_000));
       addEventListener("pageshow", ({ persisted }) => { say(persisted); hp.flush(); });
       setTimeout(() => { location.href = "/second"; });`,
    );
    addPage("/second", `history.back();`);
    open("/first");
    await until(() => said().length > 0, "the page again");
    expect(said()).toEqual([true]);
    await until(() => inputs().length === 8, "all of it");
  });
});
