import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type DrivenClient, type DriverAnswer, startDriver } from "./driver";
import { type ScriptedServer, startScriptedServer } from "./scripted-server";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Everything takes minutes; the short form has less of each. */
export const isFull = process.env["HOLDPOINT_FAULTS"] === "full";
const only = process.env["HOLDPOINT_FAULTS_LANGUAGE"];
export type Language = "typescript" | "python";
export const isWanted = (language: Language): boolean => !only || only === language;

const folders: string[] = [];

/** A folder that is gone when the tests are over. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdpoint-faults-"));
  folders.push(folder);
  return folder;
}

let program: string | undefined;

/** Bundled once: a process starts in a fraction of the time. */
async function bundleProgram(): Promise<string> {
  if (program) return program;
  const outfile = join(await makeFolder(), "client.mjs");
  buildSync({
    entryPoints: [join(root, "conformance/contract/drivers/client.ts")],
    alias: {
      "@holdpoint/sdk": join(root, "packages/sdk/src/index.ts"),
      "@holdpoint/core": join(root, "packages/core/src/index.ts"),
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  program = outfile;
  return outfile;
}

/** The command that starts a client of a language. */
export async function commandOf(language: Language): Promise<readonly string[]> {
  return language === "python"
    ? [join(root, "python/.venv/bin/python"), "-B", join(root, "conformance/contract/drivers/client.py")]
    : [process.execPath, "--expose-gc", await bundleProgram()];
}

const running: DrivenClient[] = [];
const servers: ScriptedServer[] = [];

export async function startServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer();
  servers.push(server);
  return server;
}

export type Options = Readonly<Record<string, unknown>>;

/** Short times, so that many faults fit into a minute; everything else is as a user has it. */
const quick: Options = {
  apiKey: "k",
  pollIntervalMs: 100,
  firstBundleTimeoutMs: 2000,
  requestTimeoutMs: 1000,
  flushIntervalMs: 20,
  closeTimeoutMs: 300,
};

/**
 * A client of a server in a process of its own; `wrap` may stand before the command. Where the server has a bundle it is in
 * force: a machine may take longer for it than a client waits.
 */
export async function startClient(
  language: Language,
  server: ScriptedServer,
  options: Options = {},
  wrap: readonly string[] = [],
): Promise<DrivenClient> {
  const client = startDriver([...wrap, ...(await commandOf(language))]);
  running.push(client);
  await client.call("create", { options: { ...quick, controlPlane: server.url, ...options } });
  if (server.hasBundle()) await until(async () => (await client.call("stats"))["stats"].ready, "the first bundle");
  return client;
}

/** Ends what is still running. */
export async function cleanUp(): Promise<void> {
  for (const client of running.splice(0)) client.kill();
  await Promise.all(servers.splice(0).map((server) => server.close()));
}
export const removeFolders = async (): Promise<void> => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for an event; the bound is for a test that fails. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, boundMs = 120_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (performance.now() < endMs) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error(`${what} never came true`);
}

/** What blocks: `ATTACK`, the tool `db_write`, the agent `held`. */
export const strict = {
  policies: [
    {
      id: "attack",
      policyType: "expression",
      enforcementMode: "block",
      ruleDefinition: { expression: 'input.contains("ATTACK") || output.contains("ATTACK")' },
    },
    { id: "tools", policyType: "tool_invocation", enforcementMode: "block", ruleDefinition: { deny: ["db_write"] } },
  ],
  pauses: [{ level: "agent", targetId: "held", reason: "drill" }],
} as const;
/** With these all of that would pass: whoever lets it in is seen at once. */
export const loose = { policies: [], pauses: [] } as const;

/** The same questions each time; what they are answered may never change. */
export async function probe(client: DrivenClient): Promise<unknown[]> {
  const ask = async (op: string, parameters: Options): Promise<unknown> => {
    const { id: _, ...answer }: DriverAnswer = await client.call(op, parameters);
    return answer;
  };
  return Promise.all([
    ask("enforce", { request: { agentId: "bot", input: "hello" } }),
    ask("enforce", { request: { agentId: "bot", input: "ATTACK" } }),
    ask("verb", { verb: "enforceToolCall", request: { agentId: "bot", tool: "db_write", args: {} } }),
    ask("verb", { verb: "enforceOutput", request: { agentId: "bot", output: "an ATTACK" } }),
    ask("enforce", { request: { agentId: "held", input: "hello" } }),
    ask("startTrace", { agentId: "held" }),
  ]);
}

export const rightAnswers = [
  { ok: true, allowed: true, verdict: "allow" },
  { ok: true, allowed: false, verdict: "block", code: "POLICY_BLOCKED" },
  { ok: true, allowed: false, verdict: "block", code: "POLICY_BLOCKED" },
  { ok: true, allowed: false, verdict: "block", code: "POLICY_BLOCKED" },
  { ok: true, allowed: false, verdict: "paused", code: "AGENT_PAUSED" },
  { ok: true, code: "AGENT_PAUSED" },
];
