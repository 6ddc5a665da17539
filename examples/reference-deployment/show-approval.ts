import type { Holdpoint } from "@holdpoint/sdk";
import type { Deployment } from "./deployment";
import type { Row } from "./rows";
import type { Script } from "./script";

const request: Row = {
  id: "approval",
  conversation: "approval",
  agents: ["ops-agent"],
  text: "Tell the workshop that the maintenance window moved to Friday.",
  label: "benign",
  tier: "ordinary",
  toolCall: {
    name: "send_email",
    args: { to: "workshop@example.com", subject: "Maintenance window", body: "It moved to Friday, 18:00." },
  },
  reply: "The workshop has been told.",
};

interface PendingApproval {
  readonly id: string;
  readonly agentId: string;
  readonly actionHash: string;
  readonly message: string;
}

/** Holds a send_email until a human approves exactly that call, then lets it run once. */
export async function showApproval(
  _hp: Holdpoint,
  { call }: Deployment,
  play: (row: Row) => Promise<string>,
  script: Script,
): Promise<boolean> {
  console.log("\nApproval");
  const before = script.toolRuns;
  const running = play(request);
  let pending: PendingApproval | undefined;
  for (let tries = 0; tries < 200 && !pending; tries++) {
    const { data } = await call<{ data: PendingApproval[] }>("GET", "/approvals?status=pending");
    pending = data[0];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (!pending) throw new Error("no approval was asked for");
  console.log(`${pending.agentId} is held: ${pending.message} (action ${pending.actionHash.slice(0, 16)}…)`);
  const heldRuns = script.toolRuns - before;
  await call("POST", `/approvals/${pending.id}/approve`, { reason: "the workshop should know" });
  const answer = await running;
  console.log(
    `approved; send_email ran ${script.toolRuns - before} time(s), ${heldRuns} before the approval; it answers: ${answer}`,
  );
  return heldRuns === 0 && script.toolRuns - before === 1;
}
