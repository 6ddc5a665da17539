import { createInterface } from "node:readline";
import { Holdpoint } from "@holdpoint/sdk";

/**
 * Many clients in one process: `{url, key, clients}` makes them, `{wait: true}` answers with the wall clock at which
 * each of them first refused a step of the agent, `{resume: true}` when all of them let it pass again.
 */
const lines = createInterface({ input: process.stdin });
const clients: Holdpoint[] = [];
const agent = { agentId: "bench-agent", input: "hello" };
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const nowMs = (): number => performance.timeOrigin + performance.now();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isHeld = async (hp: Holdpoint): Promise<boolean> => {
  try {
    await hp.enforcePolicy(agent);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "AGENT_PAUSED";
  }
};

async function create(url: string, key: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 10)
    clients.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(10, count - made) }, () =>
          Holdpoint.create({ controlPlane: url, apiKey: key, pollIntervalMs: 600_000, firstBundleTimeoutMs: 60_000 }),
        ),
      )),
    );
  say({ ready: clients.filter((hp) => hp.stats().ready).length });
}

/**
 * Looks every two milliseconds whether the next client refuses a step, and then at those behind it: asking all of them each
 * time would be a load of its own. A client that is held before its turn counts as late as the one it waits for. Only then
 * is a step of each tried for real, with its record and its error, which are no part of the time.
 */
async function waitForPause(): Promise<void> {
  const atMs: number[] = [];
  const before = process.cpuUsage();
  say({ waiting: clients.length });
  for (const hp of clients) {
    while (hp.evaluate(agent).verdict !== "paused") await sleep(2);
    atMs.push(nowMs());
  }
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  for (const hp of clients) if (!(await isHeld(hp))) throw new Error("a client that says that it is paused goes on");
  say({ atMs, cpuMs });
}

async function waitForResume(): Promise<void> {
  for (const hp of clients) while (hp.evaluate(agent).verdict === "paused") await sleep(20);
  say({ resumed: clients.length });
}

lines.on("line", (line) => {
  const { url, key, clients: count, wait, resume } = JSON.parse(line);
  if (url) void create(url, key, count);
  else if (wait) void waitForPause();
  else if (resume) void waitForResume();
});
lines.on("close", () => process.exit(0));
