import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { limits } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

export function badInputSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const send = (raw: string | Uint8Array, headers = {}) => call("POST", "/agents", undefined, { raw, headers });

  describe("bad input", () => {
    test.each([
      ["nothing", ""],
      ["blanks", "  \n"],
      ["half an object", '{"agentId": "a"'],
      ["a trailing comma", '{"agentId": "a",}'],
      ["no json at all", "agentId=a"],
      ["a list", "[]"],
      ["null", "null"],
      ["a number", "1e999"],
      ["bytes that are not utf-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
      ["a very deep value", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
      ["a deep member", `{"agentId":"deep","metadata":${'{"a":'.repeat(1000)}1${"}".repeat(1000)}}`],
    ])("%s is 400", async (_, raw) => {
      const { status, body } = await send(raw);
      expect([status, body.error.code]).toEqual([400, "VALIDATION_ERROR"]);
      expect(body.error.message).not.toMatch(/[\n]|SyntaxError|undefined/);
    });

    test("the message of a syntax error does not quote the body", async () => {
      const { body } = await send('{"agentId": sosecret}');
      expect(JSON.stringify(body)).not.toContain("sosecret");
    });

    test("names like those of an object's own parts are unknown fields like others", async () => {
      for (const name of ["__proto__", "constructor", "toString"]) {
        const { status, body } = await send(`{"agentId": "proto", "${name}": {"x": 1}}`);
        expect([name, status, body.error?.fields?.[0]?.pointer]).toEqual([name, 400, `/${name}`]);
      }
    });

    test("a body of another type is 400", async () => {
      expect((await send("agentId: a", { "Content-Type": "text/yaml" })).status).toBe(400);
      expect(
        (await send("{}", { "Content-Type": "application/json; charset=utf-8" })).body.error.fields[0].pointer,
      ).toBe("/agentId");
    });

    test("100 MB are 413, with the length told beforehand", async () => {
      const { status, body } = await send(new Uint8Array(100 * 1024 * 1024).fill(0x20));
      expect([status, body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    });

    test("100 MB are 413, also when they come without a length", async () => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x20);
      let sent = 0;
      const response = await fetch(`${server().url}/api/v1/agents`, {
        method: "POST",
        headers: { "X-API-Key": server().keys.owner, "Content-Type": "application/json" },
        body: new ReadableStream({
          pull: (controller) => (sent++ < 100 ? controller.enqueue(chunk) : controller.close()),
        }),
        duplex: "half",
      } as RequestInit).catch((error: Error) => error);
      // The server may have closed before everything was written; it must then still stand.
      if (response instanceof Response) expect(response.status).toBe(413);
      expect(sent).toBeLessThan(100);
      expect((await call("GET", "//health")).status).toBe(200);
    });

    test("a body with gzip is read like any other", async () => {
      const body = gzipSync(JSON.stringify({ agentId: "zipped", name: "Zipped" }));
      expect((await send(body, { "Content-Encoding": "gzip" })).status).toBe(201);
    });

    test("what gzip inflates to is bounded, not only what is sent", async () => {
      const body = gzipSync(new Uint8Array(100 * 1024 * 1024).fill(0x20));
      const { status, body: answer } = await send(body, { "Content-Encoding": "gzip" });
      expect([status, answer.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    });

    test("gzip that is cut off or is none is 400, another encoding 415", async () => {
      const whole = gzipSync(JSON.stringify({ agentId: "cut-off" }));
      for (const body of [whole.subarray(0, whole.length - 9), "{}"]) {
        const { status, body: answer } = await send(body, { "Content-Encoding": "gzip" });
        expect([status, answer.error.code]).toEqual([400, "VALIDATION_ERROR"]);
      }
      const other = await send("{}", { "Content-Encoding": "br" });
      expect([other.status, other.body.error.code]).toEqual([415, "UNSUPPORTED_ENCODING"]);
    });

    test("a length that is a lie ends only its own connection", async () => {
      const { hostname, port } = new URL(server().url);
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(`POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nX-API-Key: ${server().keys.owner}\r\n`);
          socket.write(`Content-Type: application/json\r\nContent-Length: ${limits.maxRequestBytes + 1}\r\n\r\n{}`);
        });
        let text = "";
        socket.on("data", (data) => {
          text += data;
          socket.end();
        });
        socket.on("close", () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect((await call("GET", "//health")).status).toBe(200);
    });

    test("a text just over what the evaluator reads is held by a policy that blocks", async () => {
      const policy = {
        id: "long",
        policyType: "injection_scan",
        enforcementMode: "block",
        ruleDefinition: {},
        appliesToAgents: ["long-reader"],
      };
      await call("POST", "/agents", { agentId: "long-reader" });
      await call("POST", "/policies", policy);
      const enforce = (length: number) =>
        call("POST", "/policies/enforce", { agentId: "long-reader", input: "a".repeat(length) });
      expect((await enforce(1000)).status).toBe(200);
      const { status, body } = await enforce(limits.maxTextChars + 1);
      expect([status, body.violations[0].reason]).toEqual([403, "REQUEST_TOO_LARGE"]);
    });

    test("unknown paths are 404, known ones with another method 405 with what is possible", async () => {
      for (const path of ["/nothing", "//", "//api/v1", "//api/v2/agents", "/agents/a/b/c"]) {
        const { status, body } = await call("GET", path);
        expect([path, status, body.error.code]).toEqual([path, 404, "NOT_FOUND"]);
      }
      const { status, body, headers } = await call("PUT", "/agents", {});
      expect([status, body.error.code, headers.get("allow")]).toEqual([405, "METHOD_NOT_ALLOWED", "POST, GET"]);
      expect((await call("DELETE", "/agents/x")).headers.get("allow")).toBe("GET, PATCH");
      expect((await call("GET", "/policies/enforce")).status).toBe(404);
    });

    test("a path that is not proper percent-encoding breaks nothing", async () => {
      const { status } = await call("GET", "/agents/%E0%A4%A");
      expect([400, 404]).toContain(status);
    });

    test("every answer has a request id: the caller's if it is a plain one", async () => {
      const id = async (sent?: string) =>
        (await call("GET", "//health", undefined, { headers: sent ? { "X-Request-Id": sent } : {} })).headers.get(
          "x-request-id",
        );
      expect(await id()).toMatch(/^[0-9a-f-]{36}$/);
      expect(await id("abc-123.4_5")).toBe("abc-123.4_5");
      expect(await id("a b<script>")).toMatch(/^[0-9a-f-]{36}$/);
    });
  });
}
