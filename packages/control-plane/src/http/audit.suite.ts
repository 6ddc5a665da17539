import type { AuditEntry } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import { verifyAuditChain } from "../audit/verify-audit-chain";
import type { TestServer } from "./test-server";

export function auditRoutesSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);

  describe("the audit routes", () => {
    test("the export is the whole log as json lines, and can be checked without the server", async () => {
      const { status, body, headers } = await call("GET", "/audit/export");
      expect([status, headers.get("content-type")]).toEqual([200, "application/jsonl"]);
      const entries: AuditEntry[] = body
        .trimEnd()
        .split("\n")
        .map((line: string) => JSON.parse(line));
      const verified = verifyAuditChain(entries);
      expect(verified).toMatchObject({ valid: true, entries: entries.length });
      expect((await call("GET", "/audit/verify")).body.data).toEqual(verified);
    });

    test("pages together are the log", async () => {
      const all: AuditEntry[] = [];
      let cursor = "";
      do {
        const { body } = await call("GET", `/audit?limit=20${cursor}`);
        all.push(...body.data);
        cursor = body.meta.nextCursor ? `&cursor=${body.meta.nextCursor}` : "";
      } while (cursor);
      expect(all.map(({ index }) => index)).toEqual(all.map((_, i) => i));
      expect(verifyAuditChain(all).valid).toBe(true);
    });

    test("the log of another organisation is its own", async () => {
      const { body } = await call("GET", "/audit", undefined, { key: server().otherOwnerKey });
      expect(body.data.slice(0, 2).map((e: AuditEntry) => e.action)).toEqual([
        "organization.created",
        "api_key.created",
      ]);
      expect(verifyAuditChain(body.data).valid).toBe(true);
    });
  });
}
