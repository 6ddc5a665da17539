import assert from "node:assert/strict";
import { startControlPlane } from "@holdpoint/control-plane";
import { Holdpoint, isAgentPausedError } from "@holdpoint/sdk";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is true; fails after ten seconds. Gives how long it took. */
async function until(what: string, isTrue: () => boolean): Promise<number> {
  const startedMs = performance.now();
  while (!isTrue()) {
    assert.ok(performance.now() - startedMs < 10_000, `still waiting for ${what}`);
    await wait(1);
  }
  return Math.round(performance.now() - startedMs);
}

/** An agent in its own process would look like this: its own client, and a step every few milliseconds. */
async function startAgent(agentId: string, connection: { controlPlane: string; apiKey: string }) {
  const hp = await Holdpoint.create(connection);
  await hp.registerAgent({ agentId, name: agentId });
  const agent = { agentId, steps: 0, held: 0, reason: "", stop: async () => {} };
  let running = true;
  const work = (async () => {
    while (running) {
      try {
        await hp.enforcePolicy({ agentId, input: "next item, please" });
        agent.steps++; // here the model would be called
      } catch (error) {
        if (!isAgentPausedError(error)) throw error;
        agent.held++;
        agent.reason = error.reason;
      }
      await wait(5);
    }
  })();
  agent.stop = async () => {
    running = false;
    await work;
    await hp.close();
  };
  return agent;
}

const server = await startControlPlane({ port: 0 });
const apiKey = server.bootstrapKey;
assert.ok(apiKey, "a new database gives a first key");
const call = async (method: string, path: string, body: unknown): Promise<void> => {
  const headers = { "X-API-Key": apiKey, "Content-Type": "application/json" };
  const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path} answered ${response.status}`);
};
console.log(`A control plane on ${server.url}, and two agents with a client each`);

const connection = { controlPlane: server.url, apiKey };
const support = await startAgent("support-bot", connection);
const ops = await startAgent("ops-agent", connection);
const report = (): void => {
  for (const { agentId, steps, held } of [support, ops]) {
    console.log(`  ${agentId.padEnd(12)} ${String(steps).padStart(4)} steps taken, ${String(held).padStart(3)} held`);
  }
};

console.log("\nBoth work");
await until("both agents to work", () => support.steps > 20 && ops.steps > 20);
report();

console.log("\nAn operator pauses support-bot");
await call("PATCH", "/agents/support-bot/pause", { reason: "customers report odd answers" });
console.log(`  its next step was held ${await until("the pause", () => support.held > 0)} ms later: ${support.reason}`);
assert.equal(support.reason, "customers report odd answers");
const frozenAt = support.steps;
const opsBefore = ops.steps;
await until("ops-agent to go on", () => ops.steps > opsBefore + 40);
assert.equal(support.steps, frozenAt, "a paused agent takes no step");
assert.equal(ops.held, 0, "the other agent is not concerned");
report();

console.log("\nThe operator resumes it");
await call("PATCH", "/agents/support-bot/resume", {});
console.log(`  it took its next step ${await until("the resume", () => support.steps > frozenAt)} ms later`);
await until("both agents to work", () => support.steps > frozenAt + 20);
report();

await support.stop();
await ops.stop();
await server.close();
console.log("\nOne agent stood still, the other never noticed.");
