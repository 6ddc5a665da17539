import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { createScriptedControlPlane, samples, until } from "../testing/scripted-control-plane.suite";

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-turn-"));
  program = join(folder, "program.mjs");
  const index = fileURLToPath(new URL("../index.ts", import.meta.url));
  buildSync({
    stdin: {
      contents: `
        import { Holdpoint } from ${JSON.stringify(index)};
        const [controlPlane, cacheDir, how] = process.argv.slice(2);
        const hp = await Holdpoint.create({ policies: [], controlPlane, apiKey: "k", cacheDir, firstBundleTimeoutMs: 1 });
        if (how === "later") await new Promise((resolve) => setTimeout(resolve, 50));
        for (let n = 0; n < 30; n++) void hp.enforcePolicy({ agentId: "bot", sessionId: how + n, input: "text" });
        if (how !== "naturally") process.exit(0);
      `,
      resolveDir: folder,
      loader: "ts",
    },
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("traces of the last turn (S-11)", () => {
  it.each(["first", "later", "naturally"])("are there for the next process: %s", async (how) => {
    const cacheDir = join(folder, how);
    // Nobody listens there: whatever comes later comes from the disk.
    execFileSync(process.execPath, [program, "http://127.0.0.1:9", cacheDir, how], { timeout: 20_000 });
    const [name = ""] = await readdir(cacheDir);
    const files = await readdir(join(cacheDir, name), { recursive: true });
    expect(files.some((file) => file.endsWith(".seg"))).toBe(true);
    const texts = await Promise.all(
      files.filter((file) => file.endsWith(".seg")).map((file) => readFile(join(cacheDir, name, file), "utf8")),
    );
    const sessions = texts.join("").match(/"sessionId":"[a-z]+\d+"/g) ?? [];
    expect(new Set(sessions).size).toBe(30);
  });
});

describe("what waits on disk (S-14)", () => {
  it("is masked already: no file holds what a policy masks, nor what is set aside", async () => {
    const server = await createScriptedControlPlane();
    server.setBundle({ version: 1, policies: [samples.mask] });
    let isUp = false;
    server.script("POST /api/v1/traces/ingest", (_, response) => {
      response.writeHead(isUp ? 400 : 503).end();
    });
    const cacheDir = join(folder, "masked");
    const hp = await Holdpoint.create({ controlPlane: server.url, apiKey: "k", cacheDir, flushIntervalMs: 10 });
    const secret = ["jane.doe", "example.com"].join("@");
    await hp.enforcePolicy({ agentId: "bot", input: `write to ${secret} please` });
    const trace = hp.startTrace({ agentId: "bot", input: `from ${secret}`, metadata: { note: `for ${secret}` } });
    await hp.enforcePolicy({ agentId: "bot", input: `again ${secret}` }, { trace });
    trace.end({ output: `to ${secret}`, error: new Error(`lost ${secret}`) });
    await hp.flush();
    const readAll = async (): Promise<string> => {
      const files = (await readdir(cacheDir, { recursive: true })).filter((file) => /\.(seg|jsonl)$/.test(file));
      return (await Promise.all(files.map((file) => readFile(join(cacheDir, file), "utf8")))).join("");
    };
    expect(await readAll()).toContain("write to");
    expect(await readAll()).not.toContain("jane.doe");
    isUp = true;
    await until(() => (hp.stats().spool?.setAside ?? 0) >= 2, "the refusal");
    await hp.close();
    expect(await readAll()).toContain("rejected");
    expect(await readAll()).not.toContain("jane.doe");
    expect(server.seen.some(({ body }) => body.includes("jane.doe"))).toBe(false);
    await server.close();
  });
});
