import type { Decision, Holdpoint } from "@holdpoint/sdk";
import { answerApprovals } from "./answer-approvals";
import type { Deployment } from "./deployment";
import type { AgentName, Row } from "./rows";
import { countRow, foundInjection, type Outcome, outcomeOf, type Tally } from "./tally";

/** Plays every row through its agents and counts what came of it, with live progress. */
export async function runRows(
  rows: readonly Row[],
  agents: Record<AgentName, (row: Row) => Promise<string>>,
  hp: Holdpoint,
  deployment: Deployment,
  tally: Tally,
  quiet: boolean,
): Promise<void> {
  const total = rows.reduce((sum, row) => sum + row.agents.length, 0);
  console.log(`Playing ${rows.length} texts through their agents (${total} runs) …`);
  const approvals = answerApprovals(deployment);
  let decisions: Decision[] = [];
  const collect = ({ decision }: { decision: Decision }): void => void decisions.push(decision);
  hp.on("decision", collect);
  const started = Date.now();
  let done = 0;
  for (const row of rows) {
    for (const agent of row.agents) {
      decisions = [];
      const outcome = await playRow(agents[agent], row, tally);
      countRow(tally, row, agent, outcome, decisions.some(foundInjection));
      done++;
      if (!quiet && done % 20 === 0) showProgress(done, total, started, tally);
    }
  }
  if (!quiet) process.stdout.write("\r\x1b[K");
  hp.off("decision", collect);
  await approvals.stop();
  console.log(
    `${done} runs in ${((Date.now() - started) / 1000).toFixed(1)} s; ${approvals.approved} calls of send_email were held and approved`,
  );
}

async function playRow(play: (row: Row) => Promise<string>, row: Row, tally: Tally): Promise<Outcome> {
  try {
    await play(row);
    return "completed";
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === "failed")
      tally.failures.push(`${row.id}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    return outcome;
  }
}

function showProgress(done: number, total: number, started: number, tally: Tally): void {
  const blocked = Object.values(tally.outcomes).reduce((sum, counts) => sum + counts.blocked, 0);
  const perSecond = (done / ((Date.now() - started) / 1000)).toFixed(0);
  process.stdout.write(`\r${done} of ${total} runs, ${blocked} blocked, ${perSecond} runs/s\x1b[K`);
}
