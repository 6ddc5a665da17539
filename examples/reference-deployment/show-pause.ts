import { type Holdpoint, isAgentPausedError } from "@holdpoint/sdk";
import type { Deployment } from "./deployment";
import type { Row } from "./rows";
import type { Script } from "./script";

const question: Row = {
  id: "pause",
  conversation: "pause",
  agents: ["support-bot"],
  text: "When will my order arrive?",
  label: "benign",
  tier: "ordinary",
};

/** Pauses the support bot, shows that its next call stops before the model, and resumes it. */
export async function showPause(
  hp: Holdpoint,
  { call }: Deployment,
  play: (row: Row) => Promise<string>,
  script: Script,
): Promise<boolean> {
  console.log("\nKill switch");
  const started = performance.now();
  await call("PATCH", "/agents/support-bot/pause", { reason: "an operator wants to look at something" });
  while (hp.stats().pauses.length === 0 && performance.now() - started < 20_000) await wait(2);
  console.log(`support-bot paused; this client knew after ${(performance.now() - started).toFixed(0)} ms`);
  const before = script.modelCalls;
  const stopped = await play(question).then(
    () => false,
    (error: unknown) => {
      console.log(`its next call: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
      return isAgentPausedError(error);
    },
  );
  console.log(`model calls while paused: ${script.modelCalls - before}`);
  await call("PATCH", "/agents/support-bot/resume", {});
  while (hp.stats().pauses.length > 0 && performance.now() - started < 40_000) await wait(2);
  const answer = await play(question);
  console.log(`resumed; it answers again: ${answer}`);
  return stopped && script.modelCalls > before;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
