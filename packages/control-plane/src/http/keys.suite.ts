import { describe, expect, test } from "vitest";
import { accessRoles } from "./route";
import { routes } from "./routes";
import type { TestServer } from "./test-server";

export function keysSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const makeKey = async (body: object, key = server().keys.owner) => call("POST", "/api-keys", body, { key });

  describe("api keys", () => {
    test("both headers are understood", async () => {
      const { sdk } = server().keys;
      expect((await call("GET", "/agents", undefined, { key: sdk })).status).toBe(200);
      for (const scheme of ["Bearer", "bearer", "BEARER "]) {
        expect(
          (await call("GET", "/agents", undefined, { key: null, headers: { Authorization: `${scheme} ${sdk}` } }))
            .status,
        ).toBe(200);
      }
    });

    test("no key, an unknown one and a changed one are 401", async () => {
      const { owner } = server().keys;
      const flipped = owner.slice(0, -1) + (owner.endsWith("a") ? "b" : "a");
      for (const key of [null, "x", flipped, `${owner}x`, `hp_test_${"0".repeat(40)}`, "k".repeat(5000)]) {
        const { status, body, headers } = await call("GET", "/agents", undefined, { key });
        expect([status, body.error.code, headers.get("www-authenticate")]).toEqual([401, "UNAUTHENTICATED", "Bearer"]);
      }
    });

    test("a key is shown once, and only its hash is stored", async () => {
      const { status, body } = await makeKey({ name: "ci", role: "sdk", environment: "prod" });
      expect([status, body.data.role]).toEqual([201, "sdk"]);
      expect(body.data.key).toMatch(/^hp_prod_[0-9A-Za-z]{40}$/);
      expect(body.data.key.startsWith(body.data.prefix)).toBe(true);
      const listed = (await call("GET", "/api-keys?limit=500")).body.data;
      expect(listed).toContainEqual(expect.objectContaining({ id: body.data.id, name: "ci" }));
      expect(JSON.stringify(listed)).not.toContain(body.data.key);
      for (const { name } of await server().database.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'holdpoint' AND c.relkind = 'r'`,
      )) {
        const [found] = await server().database.query<{ n: number }>(
          `SELECT count(*) AS n FROM holdpoint.${name} t WHERE t::text LIKE '%' || $1 || '%'`,
          [body.data.key.slice(-32)],
        );
        expect([name, found?.n]).toEqual([name, 0]);
      }
    });

    test("a revoked key is refused at once, and the log says who made and who ended it", async () => {
      const { data } = (await makeKey({ name: "doomed", role: "viewer" }, server().keys.admin)).body;
      expect((await call("GET", "/traces", undefined, { key: data.key })).status).toBe(200);
      const revoked = await call("DELETE", `/api-keys/${data.id}`, undefined, { key: server().keys.admin });
      expect(Date.parse(revoked.body.data.revokedAt)).toBeGreaterThan(0);
      expect((await call("GET", "/traces", undefined, { key: data.key })).status).toBe(401);
      expect((await call("DELETE", `/api-keys/${data.id}`)).body.data).toEqual(revoked.body.data);
      const lines = String((await call("GET", "/audit/export")).body)
        .trim()
        .split("\n");
      const log = lines
        .map((line) => JSON.parse(line) as { targetId: string; action: string })
        .filter(({ targetId }) => targetId === data.id);
      expect(log.map(({ action }) => action)).toEqual(["api_key.created", "api_key.revoked"]);
      expect(JSON.stringify(log)).not.toContain(data.key);
    });

    test("an expired key is refused", async () => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const { data } = (await makeKey({ name: "guest", role: "viewer", expiresAt })).body;
      expect(data.expiresAt).toBe(expiresAt);
      expect((await call("GET", "/traces", undefined, { key: data.key })).status).toBe(200);
      server().advance(3_600_001);
      expect((await call("GET", "/traces", undefined, { key: data.key })).status).toBe(401);
      server().advance(-3_600_001);
    });

    test("nobody hands out or takes away more than they have", async () => {
      const { admin, owner } = server().keys;
      expect((await makeKey({ name: "x", role: "owner" }, admin)).status).toBe(403);
      expect((await makeKey({ name: "x", role: "admin" }, admin)).status).toBe(201);
      const { data } = (await makeKey({ name: "x", role: "owner" }, owner)).body;
      expect((await call("DELETE", `/api-keys/${data.id}`, undefined, { key: admin })).status).toBe(403);
      expect((await call("DELETE", `/api-keys/${data.id}`, undefined, { key: server().otherOwnerKey })).status).toBe(
        404,
      );
      expect((await call("DELETE", `/api-keys/${data.id}`)).status).toBe(200);
    });

    test.each([
      [{ role: "sdk" }, "/name"],
      [{ name: "x", role: "root" }, "/role"],
      [{ name: "x", role: "sdk", environment: "Prod!" }, "/environment"],
      [{ name: "x", role: "sdk", expiresAt: "2001-01-01T00:00:00Z" }, "/expiresAt"],
      [{ name: "x", role: "sdk", expires: "y" }, "/expires"],
      [{ name: "a\u0000", role: "sdk" }, "/name"],
    ])("%j is refused", async (body, pointer) => {
      const answer = await makeKey(body);
      expect([answer.status, answer.body.error.fields[0].pointer]).toEqual([400, pointer]);
    });

    test("every route refuses the roles that may not use it, before it looks at anything else", async () => {
      for (const route of routes) {
        if (route.access === "public") continue;
        const path = route.path.replace("/api/v1", "").replace(":id", "some-id");
        for (const [role, key] of Object.entries(server().keys)) {
          if ((accessRoles[route.access] as readonly string[]).includes(role)) continue;
          const { status, body } = await call(route.method, path, undefined, { key });
          expect([route.method, path, role, status, body.error.code]).toEqual([
            route.method,
            path,
            role,
            403,
            "FORBIDDEN",
          ]);
        }
        expect((await call(route.method, path, undefined, { key: null })).status).toBe(401);
      }
    });

    test("an sdk key can neither change rules nor read what others did", async () => {
      const { sdk, viewer } = server().keys;
      const status = async (method: string, path: string, key: string) =>
        (await call(method, path, undefined, { key })).status;
      expect(await status("GET", "/traces", sdk)).toBe(403);
      expect(await status("GET", "/audit", sdk)).toBe(403);
      expect(await status("DELETE", "/policies/x", sdk)).toBe(403);
      expect(await status("GET", "/audit", viewer)).toBe(200);
      expect(await status("POST", "/traces/ingest", viewer)).toBe(403);
      expect(await status("POST", "/policies/enforce", viewer)).toBe(403);
    });

    test("another organisation's things are as if they were not there", async () => {
      await call("POST", "/agents", { agentId: "private" });
      await call("POST", "/policies", { id: "private", policyType: "injection_scan", ruleDefinition: {} });
      const key = server().otherOwnerKey;
      for (const [method, path] of [
        ["GET", "/agents/private"],
        ["PATCH", "/agents/private"],
        ["PATCH", "/agents/private/resume"],
        ["GET", "/agents/private/status-poll"],
        ["POST", "/agents/private/heartbeat"],
        ["GET", "/policies/private"],
        ["GET", "/policies/private/versions"],
        ["DELETE", "/policies/private"],
      ] as const) {
        const body = method === "PATCH" && path === "/agents/private" ? { name: "mine" } : undefined;
        expect([path, (await call(method, path, body, { key })).status]).toEqual([path, 404]);
      }
      expect((await call("GET", "/agents?search=private", undefined, { key })).body.meta.total).toBe(0);
      const log = (await call("GET", "/audit?limit=500", undefined, { key })).body.data;
      expect(JSON.stringify(log)).not.toContain("private");
    });
  });
}
