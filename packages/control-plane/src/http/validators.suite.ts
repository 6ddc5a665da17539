import { beforeAll, describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

const secretOf = (bytes: number): string => ["whsec", Buffer.alloc(bytes, 7).toString("base64")].join("_");

export function validatorsSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const delivered = async (key = server().keys.sdk) => (await call("GET", "/sdk/validators", undefined, { key })).body;

  describe("secrets of validators", () => {
    beforeAll(async () => {
      await call("POST", "/agents", { agentId: "v-bot" });
      const { status, body } = await call("POST", "/policies", [
        {
          id: "v-own",
          policyType: "custom_validator",
          enforcementMode: "block",
          appliesToAgents: ["v-bot"],
          ruleDefinition: { url: "https://policy.example.com/check" },
        },
        {
          id: "v-other",
          policyType: "injection_scan",
          enforcementMode: "warn",
          appliesToAgents: ["v-bot"],
          ruleDefinition: {},
        },
      ]);
      expect([status, body.error]).toEqual([201, undefined]);
    });

    test("are kept, delivered to agents' keys, and shown to nobody", async () => {
      const secret = secretOf(32);
      const { bundle_version: before } = (
        await server().database.query<{ bundle_version: number }>(
          "SELECT bundle_version FROM holdpoint.organizations ORDER BY created_at LIMIT 1",
        )
      )[0] ?? { bundle_version: 0 };
      const kept = await call("POST", "/validators", { policyId: "v-own", secret });
      expect([kept.status, kept.body.data]).toEqual([
        201,
        { policyId: "v-own", createdAt: expect.any(String), createdBy: expect.stringMatching(/^key:/) },
      ]);
      expect((await delivered()).data).toEqual([{ policyId: "v-own", secret }]);
      const seen = await Promise.all(
        ["/validators", "/sdk/bundle", "/audit?limit=500", "/policies/v-own"].map((path) => call("GET", path)),
      );
      expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      for (const { body } of seen) expect(JSON.stringify(body)).not.toContain(secret.slice(6));
      expect(Buffer.from(seen[1]?.body.payload, "base64").toString()).not.toContain(secret.slice(6));
      expect(JSON.parse(Buffer.from(seen[1]?.body.payload, "base64").toString()).version).toBeGreaterThan(before);
      const [row] = await server().database.query<{ sealed: Uint8Array }>(
        "SELECT sealed FROM holdpoint.validator_secrets",
      );
      expect(Buffer.from(row?.sealed ?? []).toString("latin1")).not.toContain(secret.slice(6));
    });

    test("that are made are shown once", async () => {
      const made = await call("POST", "/validators", { policyId: "v-own" });
      expect(made.body.data.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect((await delivered()).data).toEqual([{ policyId: "v-own", secret: made.body.data.secret }]);
      expect((await call("GET", "/validators")).body.data[0]).not.toHaveProperty("secret");
    });

    test("are for keys of agents alone, and for their own organisation", async () => {
      const { keys, otherOwnerKey } = server();
      for (const key of [keys.viewer, keys.developer, keys.admin, keys.owner]) {
        expect((await call("GET", "/sdk/validators", undefined, { key })).status).toBe(403);
      }
      for (const key of [keys.sdk, keys.viewer, keys.developer]) {
        expect((await call("POST", "/validators", { policyId: "v-own" }, { key })).status).toBe(403);
        expect((await call("GET", "/validators", undefined, { key })).status).toBe(403);
      }
      expect((await call("GET", "/validators", undefined, { key: otherOwnerKey })).body.data).toEqual([]);
      expect((await call("POST", "/validators", { policyId: "v-own" }, { key: otherOwnerKey })).status).toBe(404);
    });

    test.each([
      ["no policy", {}, 400],
      ["a policy that is not there", { policyId: "v-none" }, 404],
      ["a policy of another type", { policyId: "v-other" }, 400],
      ["a short secret", { policyId: "v-own", secret: secretOf(8) }, 400],
      ["a long secret", { policyId: "v-own", secret: secretOf(65) }, 400],
      ["a secret without its mark", { policyId: "v-own", secret: "0".repeat(40) }, 400],
    ])("%s is refused, without quoting it", async (_, body, status) => {
      const answer = await call("POST", "/validators", body);
      expect(answer.status).toBe(status);
      if ("secret" in body) expect(JSON.stringify(answer.body)).not.toContain(body.secret);
    });

    test("moved to another policy in the database are not opened, and the log says so", async () => {
      await server().database.query("UPDATE holdpoint.validator_secrets SET policy_id = 'v-moved'");
      expect((await delivered()).data).toEqual([{ policyId: "v-moved" }]);
      expect((server().errors as string[]).splice(0)).toEqual([expect.stringContaining("v-moved")]);
      await server().database.query("UPDATE holdpoint.validator_secrets SET policy_id = 'v-own'");
      expect((await delivered()).data).toHaveLength(1);
    });

    describe("written into a rule", () => {
      const url = "https://policy.example.com/check";
      const rule = (secret?: string) => ({ url, ...(secret === undefined ? {} : { secret }) });
      const first = ["a bare", "secret", "of a rule"].join("-");
      const second = ["another", "one"].join("-");
      const keptOf = async (id: string) =>
        (await delivered()).data.find(({ policyId }: { policyId: string }) => policyId === id)?.secret;
      /** Everything that the server shows of policies, and what stands in its tables about them. */
      const isShown = async (...secrets: readonly string[]): Promise<boolean> => {
        const paths = ["/policies?limit=500", "/policies/v-rule", "/policies/v-rule/versions", "/audit?limit=500"];
        const answers = await Promise.all(paths.map((path) => call("GET", path)));
        const { payload } = (await call("GET", "/sdk/bundle")).body;
        const rows = await Promise.all(
          ["policies", "policy_versions", "audit_entries"].map((table) =>
            server().database.query(`SELECT * FROM holdpoint.${table}`),
          ),
        );
        const all = JSON.stringify([answers.map(({ body }) => body), Buffer.from(payload, "base64").toString(), rows]);
        return secrets.some((secret) => all.includes(secret));
      };

      test("are taken out of it, and only the marker is shown", async () => {
        const { status, body } = await call("POST", "/policies", {
          id: "v-rule",
          policyType: "byov",
          enforcementMode: "block",
          appliesToAgents: ["v-bot"],
          ruleDefinition: rule(first),
        });
        expect([status, body.data.ruleDefinition]).toEqual([201, rule("(kept)")]);
        expect(await keptOf("v-rule")).toBe(first);
        expect(await isShown(first)).toBe(false);
        const { payload } = (await call("GET", "/sdk/bundle")).body;
        const { policies } = JSON.parse(Buffer.from(payload, "base64").toString());
        expect(policies.find(({ id }: { id: string }) => id === "v-rule").ruleDefinition).toEqual(rule());
      });

      test("stay with an update that has the marker, or says nothing", async () => {
        const read = (await call("GET", "/policies/v-rule")).body.data.ruleDefinition;
        const marked = await call("PATCH", "/policies/v-rule", { ruleDefinition: { ...read, timeout_ms: 500 } });
        expect(marked.body.data.ruleDefinition).toEqual({ ...rule("(kept)"), timeout_ms: 500 });
        expect(await keptOf("v-rule")).toBe(first);
        await call("PATCH", "/policies/v-rule", { description: "who asks" });
        expect(await keptOf("v-rule")).toBe(first);
        await call("PATCH", "/policies/v-rule", { ruleDefinition: rule() });
        expect(await keptOf("v-rule")).toBe(first);
      });

      test("are replaced by another text, with a new bundle, and forgotten by an empty one", async () => {
        const versionOf = async () =>
          JSON.parse(Buffer.from((await call("GET", "/sdk/bundle")).body.payload, "base64").toString()).version;
        await call("PATCH", "/policies/v-rule", { ruleDefinition: rule("(kept)") });
        const before = await versionOf();
        await call("PATCH", "/policies/v-rule", { ruleDefinition: rule(second) });
        expect(await keptOf("v-rule")).toBe(second);
        expect(await versionOf()).toBeGreaterThan(before);
        const emptied = await call("PATCH", "/policies/v-rule", { ruleDefinition: rule("") });
        expect(emptied.body.data.ruleDefinition).toEqual(rule());
        expect(await keptOf("v-rule")).toBeUndefined();
        expect(await isShown(first, second)).toBe(false);
      });

      test("are refused as a marker where nothing is kept, by `validate` too", async () => {
        const refused = await call("PATCH", "/policies/v-rule", { ruleDefinition: rule("(kept)") });
        expect([refused.status, refused.body.error.fields[0].pointer]).toEqual([400, "/ruleDefinition/secret"]);
        const policy = { id: "v-copy", policyType: "custom_validator", ruleDefinition: rule("(kept)") };
        const { data } = (await call("POST", "/policies/validate", policy)).body;
        expect([data.valid, data.problems[0].pointer]).toEqual([false, "/ruleDefinition/secret"]);
      });

      test("go with their policy", async () => {
        await call("PATCH", "/policies/v-rule", { ruleDefinition: rule(first) });
        expect((await call("DELETE", "/policies/v-rule")).status).toBe(204);
        expect(await keptOf("v-rule")).toBeUndefined();
        expect(await isShown(first)).toBe(false);
      });
    });

    test("are forgotten, and both is in the log", async () => {
      expect((await call("DELETE", "/validators/v-own")).status).toBe(204);
      expect((await call("DELETE", "/validators/v-own")).status).toBe(404);
      expect((await delivered()).data).toEqual([]);
      const lines = (await call("GET", "/audit?limit=500")).body.data.filter(
        (line: { targetType: string }) => line.targetType === "validator",
      );
      expect(lines.map(({ action }: { action: string }) => action)).toEqual(
        expect.arrayContaining(["validator.secret_set", "validator.secret_deleted"]),
      );
    });
  });
}
