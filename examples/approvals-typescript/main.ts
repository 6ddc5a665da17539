import assert from "node:assert/strict";
import { startControlPlane } from "@holdpoint/control-plane";
import { type ApprovalEvent, Holdpoint, isApprovalDeniedError } from "@holdpoint/sdk";

interface Asked {
  readonly id: string;
  readonly message: string;
  readonly action: { readonly tool: { readonly args: { readonly iban: string; readonly eur: number } } };
}

const server = await startControlPlane({ port: 0 });
const createCaller =
  (key: string) =>
  async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data } = (await response.json()) as { data: T };
    assert.ok(response.ok, `${method} ${path} answered ${response.status}`);
    return data;
  };
const operator = createCaller(server.bootstrapKey ?? "");
// Nobody decides what their own key has asked for: the agents have a key that may ask, and decide nothing.
const { key: agentKey } = await operator<{ key: string }>("POST", "/api-keys", { name: "agents", role: "sdk" });
await operator("POST", "/policies", {
  name: "payments",
  policyType: "tool_invocation",
  enforcementMode: "block",
  ruleDefinition: { require_approval: ["pay"] },
});

const hp = await Holdpoint.create({ controlPlane: server.url, apiKey: agentKey });
const ends: ApprovalEvent[] = [];
hp.on("approval", (event) => ends.push(event));
const paid: number[] = [];

/** A tool behind its hold point. */
async function pay(iban: string, eur: number): Promise<string> {
  const args = { iban, eur };
  try {
    await hp.enforceToolCall({ agentId: "treasurer", tool: "pay", args });
  } catch (error) {
    if (!isApprovalDeniedError(error)) throw error;
    return `held: ${error.message}`;
  }
  paid.push(args.eur); // here the money would move
  return `paid ${args.eur} EUR`;
}

/** What waits for a human. */
async function findAsked(): Promise<Asked> {
  for (let tries = 0; tries < 500; tries++) {
    const [asked] = await operator<Asked[]>("GET", "/approvals?status=pending");
    if (asked) return asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nobody was asked");
}

console.log("The agent wants to pay 120 EUR");
const first = pay("DE02 1203 0000 0000 2020 51", 120);
const asked = await findAsked();
assert.deepEqual(paid, [], "a held tool does not run");
console.log(`  a human is asked   ${asked.message}: ${JSON.stringify(asked.action.tool.args)}`);
await operator("POST", `/approvals/${asked.id}/approve`, { decidedBy: "ana", reason: "a known supplier" });
console.log(`  approved by ana    ${await first}`);
assert.deepEqual(paid, [120]);
const proof = ends[0]?.proof;
assert.equal(proof?.approver, "ana");
console.log(
  `  the proof          signed by key ${proof.certificate.signatures?.[0]?.keyid.slice(0, 8)}…, for this action`,
);

console.log("\nSomebody brings the same approval again");
const again = await createCaller(agentKey)<{ valid: boolean; reason?: string }>(
  "POST",
  `/approvals/${asked.id}/verify`,
  { actionContext: asked.action },
);
assert.deepEqual(again, { valid: false, reason: "used" });
console.log(`  the control plane  ${again.reason}`);

console.log("\nThe agent wants to pay 9000 EUR to somebody else");
const second = pay("GB33 BUKB 2020 1555 5555 55", 9000);
await operator("POST", `/approvals/${(await findAsked()).id}/deny`, { decidedBy: "ana", reason: "not a supplier" });
console.log(`  denied by ana      ${await second}`);
assert.deepEqual(paid, [120]);
assert.deepEqual(
  ends.map(({ outcome }) => outcome),
  ["approved", "denied"],
);

const log = await operator<{ action: string }[]>("GET", "/audit?limit=500");
const lines = log.map(({ action }) => action).filter((action) => action.startsWith("approval."));
assert.deepEqual(lines, [
  "approval.requested",
  "approval.approved",
  "approval.used",
  "approval.requested",
  "approval.denied",
]);
console.log(`\nThe log                ${lines.join(", ")}`);

await hp.close();
await server.close();
console.log("\nOne payment was made: the one that a human had seen, once.");
