import { limits, sha256Hex, verifyReceipts, writeReceipt } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

const trace = (traceId: string, extra: object = {}) => ({
  traceId,
  agentId: "t-agent",
  timestamp: "2026-03-04T05:06:07.089Z",
  ...extra,
});

export function tracesSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const ingest = (traces: unknown, key = server().keys.sdk) => call("POST", "/traces/ingest", { traces }, { key });

  describe("traces", () => {
    test("what was sent is what is read, odd characters included", async () => {
      const full = trace("t-full", {
        sessionId: "s1",
        input: "nul \u0000, half a pair \ud800, emoji 😀, \u2028",
        metadata: { deep: { list: [1, 2.5, -0.1, null, true] } },
        costUsd: 0.000_001,
        spans: [{ spanId: "1", name: "model" }],
      });
      expect((await ingest([full])).body).toEqual({ accepted: 1, failed: 0, errors: [] });
      expect((await call("GET", "/traces/t-full")).body.data).toEqual(full);
      expect((await call("GET", "/traces/unknown")).status).toBe(404);
    });

    test("traces are exported as lines, the oldest first, and their receipts hold", async () => {
      let previous = "";
      const traces = Array.from({ length: 3 }, (_, index) => {
        const decision = {
          agentId: "t-agent",
          phase: "input",
          verdict: "allow",
          allowed: true,
          planDigest: "p",
          violations: [],
          outcomes: [],
          transforms: [],
          alerts: [],
          problems: [],
        };
        const record = { decisionId: `d${index}`, decidedAt: "2026-03-04T05:06:07.089Z", decision };
        const spanId = index === 0 ? "" : `span-${index}`;
        const receipt = { chain: "c", step: index + 1, actionHash: "a", previous, spanId };
        previous = sha256Hex(writeReceipt(record as never, receipt));
        const timestamp = `2026-03-04T05:06:0${index}.000Z`;
        const decisions = [{ ...record, receipt: { ...receipt, hash: previous } }];
        const spans = index === 0 ? [] : [{ spanId, name: "model", spanType: "llm", status: "success" }];
        return trace(`t-export-${index}`, { sessionId: "export", timestamp, decisions, spans });
      });
      expect((await ingest([...traces].reverse())).body).toMatchObject({ accepted: 3, failed: 0 });
      const { status, body, headers } = await call("GET", "/traces/export?sessionId=export");
      expect([status, headers.get("content-type")]).toEqual([200, "application/jsonl"]);
      const lines = (body as string).trim().split("\n");
      const read = lines.map((line) => JSON.parse(line) as unknown);
      expect(read).toEqual(traces);
      expect(verifyReceipts(read)).toEqual({ traces: 3, decisions: 3, chains: 1, openChains: 1, problems: [] });
      expect((await call("GET", "/traces/export?sessionId=none")).body).toBe("");
      expect((await call("GET", "/traces/export?status=odd")).status).toBe(400);
    });

    test("a trace sent again, or twice in one call, is stored once and stays as it was", async () => {
      const first = trace("t-twice", { sessionId: "twice", output: "first" });
      expect((await ingest([first, first])).body).toEqual({ accepted: 2, failed: 0, errors: [] });
      const again = await ingest([{ ...first, output: "second" }]);
      expect([again.status, again.body]).toEqual([202, { accepted: 1, failed: 0, errors: [] }]);
      expect((await call("GET", "/traces?sessionId=twice")).body).toEqual({ data: [first], meta: { total: 1 } });
    });

    test("the same trace sent by many at once is stored once", async () => {
      const batch = Array.from({ length: 10 }, (_, i) => trace(`t-race-${i}`, { sessionId: "race" }));
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => ingest(i % 2 ? batch : [...batch].reverse())),
      );
      for (const { body } of answers) expect(body).toEqual({ accepted: 10, failed: 0, errors: [] });
      expect((await call("GET", "/traces?sessionId=race")).body.meta.total).toBe(10);
    });

    test("the same id in two organisations are two traces", async () => {
      await ingest([trace("t-shared", { output: "ours" })]);
      await ingest([trace("t-shared", { output: "theirs" })], server().otherOwnerKey);
      expect((await call("GET", "/traces/t-shared")).body.data.output).toBe("ours");
      const other = await call("GET", "/traces/t-shared", undefined, { key: server().otherOwnerKey });
      expect(other.body.data.output).toBe("theirs");
    });

    test("bad ones are reported one by one and hinder no other", async () => {
      const { status, body } = await ingest([
        trace("t-good-1"),
        trace("t-typo", { sesionId: "x" }),
        { agentId: "a", timestamp: "2026-01-01T00:00:00Z" },
        null,
        "text",
        trace("t-time", { timestamp: "yesterday" }),
        trace("t-year", { timestamp: "0000-01-01T00:00:00Z" }),
        trace("t-status", { status: "finished" }),
        trace("t-nan", { costUsd: "NaN" }),
        trace("t-nul", { sessionId: "a\u0000b" }),
        trace("t-empty", { agentId: "" }),
        trace("t-decision", { decisions: [{ decisionId: "d" }] }),
        trace("t-good-2"),
      ]);
      expect([status, body.accepted, body.failed]).toEqual([202, 2, 11]);
      expect(body.errors.map((e: { traceId: string }) => e.traceId)).toEqual([
        "t-typo",
        "",
        "",
        "",
        "t-time",
        "t-year",
        "t-status",
        "t-nan",
        "t-nul",
        "t-empty",
        "t-decision",
      ]);
      expect(body.errors[0]).toEqual({
        traceId: "t-typo",
        code: "VALIDATION_ERROR",
        error: "`/sesionId`: unknown field `sesionId`, did you mean `sessionId`?",
      });
      expect((await call("GET", "/traces/t-good-2")).status).toBe(200);
    });

    test.each([[undefined], [{}], ["x"], [Array.from({ length: limits.maxIngestTraces + 1 }, () => ({}))]])(
      "a body without a proper list is 400",
      async (traces) => {
        expect((await ingest(traces)).status).toBe(400);
      },
    );

    test("they are found by agent, session, user, status and time, the newest first, page by page", async () => {
      const batch = Array.from({ length: 9 }, (_, i) =>
        trace(`t-list-${i}`, {
          agentId: i % 2 ? "t-odd" : "t-even",
          sessionId: "listed",
          userId: i < 3 ? "u1" : "u2",
          status: i === 4 ? "policy_blocked" : "success",
          // Pairs share a time, so that the order needs the id as well.
          timestamp: new Date(Date.UTC(2026, 0, 1, Math.floor(i / 2))).toISOString(),
        }),
      );
      await ingest(batch);
      const ids = async (query: string) =>
        (await call("GET", `/traces?sessionId=listed${query}`)).body.data.map((t: { traceId: string }) =>
          t.traceId.slice(7),
        );
      expect(await ids("")).toEqual(["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
      expect(await ids("&agentId=t-odd")).toEqual(["7", "5", "3", "1"]);
      expect(await ids("&userId=u1")).toEqual(["2", "1", "0"]);
      expect(await ids("&status=policy_blocked")).toEqual(["4"]);
      expect(await ids("&since=2026-01-01T03:00:00Z")).toEqual(["8", "7", "6"]);
      expect(await ids("&until=2026-01-01T01:00:00Z")).toEqual(["1", "0"]);
      const seen: string[] = [];
      for (let cursor = "", page = 0; page < 9; page++) {
        const { body } = await call("GET", `/traces?sessionId=listed&limit=2${cursor}`);
        seen.push(...body.data.map((t: { traceId: string }) => t.traceId.slice(7)));
        expect(body.meta.total).toBe(9);
        if (!body.meta.nextCursor) break;
        cursor = `&cursor=${body.meta.nextCursor}`;
      }
      expect(seen).toEqual(["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
      expect((await call("GET", "/traces?since=now")).status).toBe(400);
      expect((await call("GET", "/traces?status=finished")).body.error.fields[0].pointer).toBe("/status");
      expect((await call("GET", "/approvals?status=maybe")).body.error.fields[0].pointer).toBe("/status");
      const forged = Buffer.from(JSON.stringify(["not a time", "x"])).toString("base64url");
      expect((await call("GET", `/traces?cursor=${forged}`)).status).toBe(400);
    });
  });
}
