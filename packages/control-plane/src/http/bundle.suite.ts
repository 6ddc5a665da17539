import { createPublicKey, verify } from "node:crypto";
import { decodeMessage } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

/** Events of a stream as they come, until `close`. */
export async function listen(url: string, key: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/sdk/stream`, { headers: { "X-API-Key": key }, signal: abort.signal });
  const events: { event: string; data: unknown }[] = [];
  let text = "";
  let ended = false;
  const reading = (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const lines = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        if (lines[0]?.startsWith(":")) events.push({ event: "heartbeat", data: undefined });
        else events.push({ event: field("event") ?? "", data: JSON.parse(field("data") ?? "null") });
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return {
    response,
    events,
    hasEnded: () => ended,
    async close() {
      abort.abort();
      await reading;
    },
  };
}

export function bundleSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);
  const fetchBundle = (headers = {}) => call("GET", "/sdk/bundle", undefined, { key: server().keys.sdk, headers });

  describe("the bundle", () => {
    test("it is signed: the key of the jwks verifies the exact bytes, and no others", async () => {
      const { body } = await fetchBundle();
      const { keys } = (await call("GET", "//.well-known/jwks.json", undefined, { key: null })).body;
      expect(keys).toEqual([
        expect.objectContaining({ kty: "OKP", crv: "Ed25519", use: "sig", kid: body.signatures[0].keyid }),
      ]);
      expect(keys[0].d).toBeUndefined();
      const publicKey = createPublicKey({ key: keys[0], format: "jwk" });
      const payload = Buffer.from(body.payload, "base64");
      const pae = (bytes: Buffer) =>
        Buffer.concat([Buffer.from(`DSSEv1 ${body.payloadType.length} ${body.payloadType} ${bytes.length} `), bytes]);
      const signature = Buffer.from(body.signatures[0].sig, "base64");
      expect(body.payloadType).toBe("application/vnd.holdpoint.bundle+json");
      expect(verify(null, pae(payload), publicKey, signature)).toBe(true);
      payload[10] = (payload[10] ?? 0) ^ 1;
      expect(verify(null, pae(payload), publicKey, signature)).toBe(false);
    });

    test("it is a bundle of the contract with policies, agents, pauses and the salt", async () => {
      const { body } = await fetchBundle();
      const bundle = decodeMessage("Bundle", JSON.parse(Buffer.from(body.payload, "base64").toString()));
      expect(bundle).toMatchObject({ ok: true, value: { organizationId: "org_default" } });
      if (!bundle.ok) return;
      expect(Buffer.from(bundle.value.salt ?? "", "base64")).toHaveLength(32);
      expect(bundle.value.policies?.length).toBeGreaterThan(0);
      expect(bundle.value.agents?.length).toBeGreaterThan(0);
    });

    test("it is sent again only when it has changed", async () => {
      const first = await fetchBundle();
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"\d+-[0-9a-f]{16}"$/);
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        const same = await fetchBundle({ "If-None-Match": tag });
        expect([same.status, same.body, same.headers.get("etag")]).toEqual([304, "", etag]);
      }
      await call("POST", "/agents", { agentId: `for-etag-${etag.length}` });
      const changed = await fetchBundle({ "If-None-Match": etag });
      expect(changed.status).toBe(200);
      expect(Number.parseInt((changed.headers.get("etag") ?? "").slice(1), 10)).toBe(
        Number.parseInt(etag.slice(1), 10) + 1,
      );
    });

    test("each organisation gets its own", async () => {
      const { body } = await call("GET", "/sdk/bundle", undefined, { key: server().otherOwnerKey });
      const bundle = JSON.parse(Buffer.from(body.payload, "base64").toString());
      expect(bundle.organizationId).toMatch(/^org_[0-9a-f]{24}$/);
      expect(bundle.agents).toEqual([]);
    });
  });

  describe("the stream", () => {
    test("it tells the version at once and the newest one after every change", async () => {
      const stream = await listen(server().url, server().keys.sdk);
      expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
      const versions = () =>
        stream.events.filter((e) => e.event === "bundle").map((e) => (e.data as { version: number }).version);
      await expect.poll(versions).toHaveLength(1);
      const [first = 0] = versions();
      await call("POST", "/agents", { agentId: "pushed" });
      await call("PATCH", "/agents/pushed/pause", { reason: "now" });
      await expect.poll(() => versions().at(-1)).toBe(first + 2);
      await call("POST", "/agents", { agentId: "of another" }, { key: server().otherOwnerKey });
      await call("PATCH", "/agents/pushed/resume");
      await expect.poll(() => versions().at(-1)).toBe(first + 3);
      // One that is overtaken may be left out, but none comes twice or after a later one.
      expect(versions()).toEqual([...new Set(versions())].sort((a, b) => a - b));
      await stream.close();
    });

    test("it tells of approvals as they are decided", async () => {
      const stream = await listen(server().url, server().keys.sdk);
      const action = { agentId: "a", input: "x" };
      const { canonicalJson, sha256Hex } = await import("@holdpoint/core");
      const { body } = await call("POST", "/approvals", {
        agentId: "a",
        action,
        actionHash: sha256Hex(canonicalJson(action)),
      });
      await call("POST", `/approvals/${body.data.id}/deny`, undefined, { key: server().keys.admin });
      await expect
        .poll(() => stream.events.filter((e) => e.event === "approval").map((e) => e.data))
        .toEqual([
          { id: body.data.id, status: "pending" },
          { id: body.data.id, status: "denied" },
        ]);
      await stream.close();
    });

    test("it beats, and ends when its key is revoked", async () => {
      const { data } = (await call("POST", "/api-keys", { name: "short", role: "sdk" })).body;
      const stream = await listen(server().url, data.key);
      await expect.poll(() => stream.events.filter((e) => e.event === "heartbeat").length).toBeGreaterThan(1);
      expect(stream.hasEnded()).toBe(false);
      await call("DELETE", `/api-keys/${data.id}`);
      await expect.poll(() => stream.hasEnded()).toBe(true);
    });

    test("a client that goes is forgotten", async () => {
      const clients = async () => /holdpoint_stream_clients (\d+)/.exec((await call("GET", "//metrics")).body)?.[1];
      await expect.poll(clients).toBe("0");
      const streams = await Promise.all([1, 2, 3].map(() => listen(server().url, server().keys.sdk)));
      await expect.poll(clients).toBe("3");
      for (const stream of streams) await stream.close();
      await expect.poll(clients).toBe("0");
    });
  });
}
