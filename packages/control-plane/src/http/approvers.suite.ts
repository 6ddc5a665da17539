import { hashAction } from "@holdpoint/core";
import { beforeAll, describe, expect, test } from "vitest";
import { defaults } from "../gen/constants";
import type { TestServer } from "./test-server";

const minuteMs = 60_000;

export function approversSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  let count = 0;
  const agentId = "pay-bot";
  const ask = async (tool: string, policyIds: readonly string[] = []) => {
    const action = { agentId, phase: "tool_call", tool: { name: tool, args: { n: ++count } } };
    const body = { agentId, action, actionHash: hashAction(action), policyIds, message: "may it?" };
    const { status, body: answer } = await call("POST", "/approvals", body, { key: server().keys.sdk });
    expect(status).toBe(201);
    return answer.data;
  };
  const decide = (id: string, verb: "approve" | "deny", key: string, body: object = {}) =>
    call("POST", `/approvals/${id}/${verb}`, body, { key });
  const policy = (id: string, actions: readonly string[], rule: object, mode = "require_approval") => ({
    id,
    policyType: "action_approval",
    enforcementMode: mode,
    appliesToAgents: [agentId],
    ruleDefinition: { actions, ...rule },
  });

  describe("named approvers", () => {
    beforeAll(async () => {
      await call("POST", "/agents", { agentId });
      const { status, body } = await call("POST", "/policies", [
        policy("ap-human", ["refund"], { approvers: ["ana@example.com", "bo@example.com"], expiry_minutes: 5 }),
        policy("ap-key", ["transfer"], { approvers: ["the developer"] }),
        policy("ap-both", ["transfer-all", "refund-all"], { approvers: ["ana@example.com"], expiry_minutes: 600 }),
        policy("ap-other", ["refund-all"], { approvers: ["bo@example.com"], expiry_minutes: 1 }),
        policy("ap-watch", ["look"], { approvers: ["nobody"], expiry_minutes: 1 }, "monitor"),
      ]);
      expect([status, body.error]).toEqual([201, undefined]);
    });

    test("alone approve, named by a key that vouches for them", async () => {
      const { id, approvers } = await ask("refund");
      expect(approvers).toEqual(["ana@example.com", "bo@example.com"]);
      const { keys } = server();
      for (const [key, named] of [
        [keys.admin, {}],
        [keys.owner, { decidedBy: "eve@example.com" }],
        [keys.developer, {}],
        // Of a developer's key the name that it claims counts for nothing.
        [keys.developer, { decidedBy: "ana@example.com" }],
      ] as const) {
        const refused = await decide(id, "approve", key, named);
        expect([refused.status, refused.body.error.code]).toEqual([403, "FORBIDDEN"]);
        expect(refused.body.error.message).toContain("approvers");
      }
      expect((await call("GET", `/approvals/${id}`)).body.data.status).toBe("pending");
      const approved = await decide(id, "approve", keys.admin, { decidedBy: "ana@example.com" });
      expect(approved.body.data).toMatchObject({ status: "approved", decidedBy: "ana@example.com" });
    });

    test("may be keys, by name or id", async () => {
      const { id } = await ask("transfer");
      expect((await decide(id, "approve", server().keys.admin)).status).toBe(403);
      expect((await decide(id, "approve", server().keys.developer)).body.data.decidedBy).toBe("the developer");
      const made = (await call("POST", "/api-keys", { name: "one of many", role: "developer" })).body.data;
      await call("PATCH", "/policies/ap-key", {
        ruleDefinition: { actions: ["transfer"], approvers: [`key:${made.id}`] },
      });
      const second = await ask("transfer");
      expect((await decide(second.id, "approve", server().keys.developer)).status).toBe(403);
      expect((await decide(second.id, "approve", made.key)).status).toBe(200);
    });

    test("must stand on the list of every policy that holds the step", async () => {
      const { id, approvers } = await ask("refund-all");
      expect(approvers).toEqual([]);
      for (const decidedBy of ["ana@example.com", "bo@example.com"])
        expect((await decide(id, "approve", server().keys.owner, { decidedBy })).status).toBe(403);
      expect((await decide(id, "deny", server().keys.developer)).body.data.status).toBe("denied");
    });

    test("are found by the server, and those of policies that the asker names besides", async () => {
      expect((await ask("look")).approvers).toBeUndefined();
      expect((await ask("look", ["ap-human"])).approvers).toEqual(["ana@example.com", "bo@example.com"]);
      expect((await ask("refund", ["no-such-policy"])).approvers).toEqual(["ana@example.com", "bo@example.com"]);
    });

    test("and the end that a policy sets comes before the server's, and never after it", async () => {
      const lifetimeOf = ({ requestedAt, expiresAt }: { requestedAt: string; expiresAt: string }) =>
        Date.parse(expiresAt) - Date.parse(requestedAt);
      expect(lifetimeOf(await ask("refund"))).toBe(5 * minuteMs);
      expect(lifetimeOf(await ask("refund-all"))).toBe(minuteMs);
      expect(lifetimeOf(await ask("transfer-all"))).toBe(defaults.approvalTimeoutMs);
      expect(lifetimeOf(await ask("look"))).toBe(defaults.approvalTimeoutMs);
      const { id } = await ask("refund");
      server().advance(5 * minuteMs + 1);
      expect((await decide(id, "approve", server().keys.admin, { decidedBy: "ana@example.com" })).status).toBe(409);
      server().advance(-5 * minuteMs - 1);
    });

    test("are asked of thin clients' steps too", async () => {
      const step = { agentId, phase: "tool_call", tool: { name: "refund", args: {} } };
      const held = await call("POST", "/policies/enforce", step, { key: server().keys.sdk });
      expect(held.status).toBe(202);
      const { body } = await call("GET", `/approvals/${held.body.approvalRequestId}`);
      expect(body.data.approvers).toEqual(["ana@example.com", "bo@example.com"]);
      expect(Date.parse(body.data.expiresAt) - Date.parse(body.data.requestedAt)).toBe(5 * minuteMs);
    });
  });
}
