import { beforeAll, describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

const budget = (id: string, extra: object = {}) => ({
  id,
  policyType: "cost_limit",
  enforcementMode: "block",
  ruleDefinition: { max_cost_per_execution: 5 },
  appliesToAgents: ["policy-agent"],
  ...extra,
});

export function policiesSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const state = async () => ({
    etag: (await call("GET", "/sdk/bundle")).headers.get("etag"),
    entries: (await call("GET", "/audit/verify")).body.data.entries,
    policies: (await call("GET", "/policies?limit=500")).body.data,
  });

  describe("policies", () => {
    beforeAll(async () => {
      await call("POST", "/agents", { agentId: "policy-agent" });
    });

    test("a policy is written, read, changed and deleted, and every version is kept", async () => {
      const created = await call("POST", "/policies", budget("lifecycle", { name: "One" }));
      expect(created.status).toBe(201);
      expect(created.body.data).toMatchObject({ ...budget("lifecycle"), name: "One", version: 1 });
      const updated = await call("PATCH", "/policies/lifecycle", { name: "Two", ruleDefinition: { daily_budget: 3 } });
      expect(updated.body.data).toMatchObject({ name: "Two", version: 2, ruleDefinition: { daily_budget: 3 } });
      expect((await call("GET", "/policies/lifecycle")).body.data).toEqual(updated.body.data);
      expect((await call("DELETE", "/policies/lifecycle")).status).toBe(204);
      expect((await call("GET", "/policies/lifecycle")).status).toBe(404);
      expect((await call("POST", "/policies", budget("lifecycle"))).body.data.version).toBe(4);
      const versions = (await call("GET", "/policies/lifecycle/versions")).body;
      expect(versions.data.map((v: { version: number; change: string }) => [v.version, v.change])).toEqual([
        [4, "created"],
        [3, "deleted"],
        [2, "updated"],
        [1, "created"],
      ]);
      expect(versions.data[3].policy).toEqual(budget("lifecycle", { name: "One" }));
      const paged = (await call("GET", "/policies/lifecycle/versions?limit=3")).body;
      expect(
        (await call("GET", `/policies/lifecycle/versions?cursor=${paged.meta.nextCursor}`)).body.data,
      ).toHaveLength(1);
      expect((await call("GET", "/policies/never/versions")).status).toBe(404);
    });

    test("one that names an agent nobody has registered is refused in its place, and the log says so", async () => {
      const before = await state();
      const several = [budget("u-one"), budget("u-two", { appliesToAgents: ["policy-agent", "policy-agnet"] })];
      const { status, body } = await call("POST", "/policies", several);
      expect([status, body.error.fields]).toEqual([
        400,
        [
          {
            pointer: "/1/appliesToAgents/1",
            message: "unknown agent `policy-agnet`, did you mean `policy-agent`?",
            suggestion: "policy-agent",
          },
        ],
      ]);
      const cases: [string, object][] = [
        ["/appliesToAgents/0", { appliesToAgents: ["zzz"] }],
        ["/targetId", { level: "agent", targetId: "zzz" }],
        [
          "/ruleDefinition/rules/0/agents/1",
          {
            policyType: "tool_invocation",
            ruleDefinition: { deny: [], rules: [{ tool: "x", agents: ["policy-agent", "zzz"] }] },
          },
        ],
      ];
      for (const [pointer, change] of cases) {
        const answer = await call("POST", "/policies", budget("u-three", change));
        expect(answer.body.error?.fields).toContainEqual({
          pointer,
          message: "unknown agent `zzz`, register it first",
        });
        const valid = (await call("POST", "/policies/validate", { policies: [budget("u-three", change)] })).body.data;
        const messages = valid.problems.map(({ message }: { message: string }) => message);
        expect([valid.valid, messages]).toEqual([
          false,
          expect.arrayContaining(["unknown agent `zzz`, register it first"]),
        ]);
      }
      await call("POST", "/policies", budget("u-four"));
      const patched = await call("PATCH", "/policies/u-four", { appliesToAgents: ["zzz"] });
      expect(patched.body.error.fields[0].pointer).toBe("/appliesToAgents/0");
      await call("DELETE", "/policies/u-four");
      const log = (await call("GET", `/audit?limit=500`)).body.data;
      const refused = log.filter((line: { action: string }) => line.action === "policy.refused");
      expect(refused).toHaveLength(5);
      expect(refused[0].details.problems[0].pointer).toBe("/1/appliesToAgents/1");
      expect((await state()).policies).toEqual(before.policies);
      await call("POST", "/agents", { agentId: "zzz" });
      expect((await call("POST", "/policies", budget("u-five", { appliesToAgents: ["zzz"] }))).status).toBe(201);
      await call("DELETE", "/policies/u-five");
    });

    test("a policy without an id is given one; an id that is taken is a conflict", async () => {
      const { id: _, ...unnamed } = budget("x");
      const { body } = await call("POST", "/policies", unnamed);
      expect(body.data.id).toMatch(/^pol_[0-9a-f]{24}$/);
      const again = await call("POST", "/policies", budget(body.data.id));
      expect([again.status, again.body.error.code]).toEqual([409, "CONFLICT"]);
    });

    test("several are written together or not at all", async () => {
      const before = await state();
      const bad = await call("POST", "/policies", {
        policies: [budget("set-1"), budget("set-2", { policyType: "cost_limitt" })],
      });
      expect(bad.status).toBe(400);
      expect(bad.body.error.fields).toEqual([
        expect.objectContaining({ pointer: "/policies/1/policyType", suggestion: "cost_limit" }),
      ]);
      expect(await state()).toEqual(before);
      const good = await call("POST", "/policies", [budget("set-2", { prerequisites: ["set-1"] }), budget("set-1")]);
      expect([good.status, good.body.meta]).toEqual([201, { total: 2 }]);
    });

    test("a policy that does not compile is refused, with every problem in its place, and nothing changes", async () => {
      const before = await state();
      const bad = {
        ...budget("bad"),
        enforcementMode: "blok",
        ruleDefinition: { daily_budgett: 1, currency: 7 },
        extra: 1,
      };
      const { status, body } = await call("POST", "/policies", bad);
      expect([status, body.error.code]).toEqual([400, "VALIDATION_ERROR"]);
      const pointers = body.error.fields.map((f: { pointer: string }) => f.pointer);
      expect(pointers).toEqual(
        expect.arrayContaining([
          "/enforcementMode",
          "/extra",
          "/ruleDefinition/daily_budgett",
          "/ruleDefinition/currency",
        ]),
      );
      const expression = { id: "e", policyType: "expression", ruleDefinition: { expression: "inptu == 'x'" } };
      expect((await call("POST", "/policies", expression)).body.error.fields[0].pointer).toBe(
        "/ruleDefinition/expression",
      );
      const pattern = { id: "p", policyType: "injection_scan", ruleDefinition: { patterns: ["re:(?=x)"] } };
      expect((await call("POST", "/policies", pattern)).body.error.fields[0].pointer).toBe(
        "/ruleDefinition/patterns/0",
      );
      expect(await state()).toEqual(before);
    });

    test("an unknown prerequisite, a foreign one and a cycle are refused when written", async () => {
      await call("POST", "/policies", budget("foreign"), { key: server().otherOwnerKey });
      for (const prerequisite of ["missing", "foreign"]) {
        const { status, body } = await call("POST", "/policies", budget("needs", { prerequisites: [prerequisite] }));
        expect([status, body.error.fields[0].pointer]).toEqual([400, "/prerequisites/0"]);
      }
      await call("POST", "/policies", budget("ring-1"));
      await call("POST", "/policies", budget("ring-2", { prerequisites: ["ring-1"] }));
      const { status, body } = await call("PATCH", "/policies/ring-1", { prerequisites: ["ring-2"] });
      expect(status).toBe(400);
      expect(JSON.stringify(body.error.fields)).toMatch(/ring-1.*ring-2|ring-2.*ring-1/);
      expect((await call("GET", "/policies/ring-1")).body.data.version).toBe(1);
    });

    test("a policy that another one needs cannot be deleted", async () => {
      const { status, body } = await call("DELETE", "/policies/ring-1");
      expect([status, body.error.fields[0].pointer]).toEqual([400, "/policies/ring-2/prerequisites/0"]);
      expect((await call("DELETE", "/policies/ring-2")).status).toBe(204);
      expect((await call("DELETE", "/policies/ring-1")).status).toBe(204);
      expect((await call("DELETE", "/policies/ring-1")).status).toBe(404);
    });

    test("of two writers that together would make a cycle one is refused", async () => {
      await call("POST", "/policies", [budget("race-1"), budget("race-2")]);
      const answers = await Promise.all([
        call("PATCH", "/policies/race-1", { prerequisites: ["race-2"] }),
        call("PATCH", "/policies/race-2", { prerequisites: ["race-1"] }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    });

    test("a mode changed later brings the error handling of the new mode, not of the old", async () => {
      await call("POST", "/policies", {
        ...budget("mode"),
        enforcementMode: "log_only",
        ruleDefinition: { daily_budget: 1 },
      });
      const { body } = await call("PATCH", "/policies/mode", { enforcementMode: "block" });
      expect(body.data.enforcementMode).toBe("block");
      expect(body.data.onError).toBeUndefined();
      await call("DELETE", "/policies/mode");
    });

    test("validation tells all problems and stores nothing", async () => {
      const before = await state();
      const validate = async (body: unknown) =>
        (await call("POST", "/policies/validate", body, { key: server().keys.viewer })).body.data;
      expect(await validate(budget("draft"))).toEqual({ valid: true, problems: [] });
      expect(await validate({ policies: [budget("draft", { prerequisites: ["lifecycle"] })] })).toEqual({
        valid: true,
        problems: [],
      });
      const bad = await validate({ policies: [budget("draft", { prerequisites: ["nothing"], severity: "hihg" })] });
      expect(bad.valid).toBe(false);
      expect(bad.problems.map((p: { pointer: string }) => p.pointer).sort()).toEqual([
        "/policies/0/prerequisites/0",
        "/policies/0/severity",
      ]);
      expect(await validate(budget("lifecycle", { name: "instead of the stored one" }))).toMatchObject({ valid: true });
      expect(await state()).toEqual(before);
    });

    test("problems of a text carry its line and column", async () => {
      const validate = async (text: string) => (await call("POST", "/policies/validate", { text })).body.data;
      const yaml =
        "policies:\n  - id: a\n    policyType: cost_limitt\n  - id: b\n    policyType: cost_limit\n    ruleDefinition:\n      daily_budgett: 3\n";
      expect(await validate(yaml)).toEqual({
        valid: false,
        problems: expect.arrayContaining([
          expect.objectContaining({ pointer: "/policies/0/policyType", suggestion: "cost_limit", line: 3, column: 17 }),
          expect.objectContaining({
            pointer: "/policies/1/ruleDefinition/daily_budgett",
            suggestion: "daily_budget",
            line: 7,
            column: 7,
          }),
        ]),
      });
      expect(
        await validate(
          '{"policies": [{"id": "a",\n "policyType": "cost_limit", "ruleDefinition": {"daily_budget": "x", "currency": "USD"}}]}',
        ),
      ).toMatchObject({
        problems: expect.arrayContaining([
          expect.objectContaining({ pointer: "/policies/0/ruleDefinition/daily_budget", line: 2, column: 65 }),
        ]),
      });
      expect(await validate("cost_limit:\n  enforcement: block\n  daily_budget: 3\n")).toEqual({
        valid: true,
        problems: [],
      });
      expect(await validate("a: [1,\nb: }")).toMatchObject({ valid: false, problems: [{ line: 2 }, { line: 2 }] });
      const bomb = `a: &a [x]\n${"bcdefgh"
        .split("")
        .map((n, i) => `${n}: &${n} [${`*${"abcdefg"[i]},`.repeat(9)}]`)
        .join("\n")}`;
      expect((await validate(bomb)).valid).toBe(false);
      expect((await call("POST", "/policies/validate", { text: 7 })).status).toBe(400);
      expect((await call("POST", "/policies/validate", { text: "", txet: "" })).status).toBe(400);
    });
  });
}
