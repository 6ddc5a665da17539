import { afterAll, beforeAll, describe, expect, type MockInstance, test, vi } from "vitest";
import { type ControlPlane, startControlPlane } from "../start-control-plane";

const page = "https://app.example.com";
const read = ({ headers }: Response) => ({
  origin: headers.get("access-control-allow-origin"),
  credentials: headers.get("access-control-allow-credentials"),
  vary: (headers.get("vary") ?? "").includes("Origin"),
});
const allowed = { origin: page, credentials: null, vary: true };
const refused = { origin: null, credentials: null, vary: true };

describe("pages of another origin (C-49)", () => {
  let server: ControlPlane;
  let strict: ControlPlane;
  let complaints: MockInstance;
  beforeAll(async () => {
    server = await startControlPlane({ port: 0, allowedOrigins: [page, "http://localhost:3000"] });
    strict = await startControlPlane({ port: 0 });
    complaints = vi.spyOn(console, "error");
  });
  afterAll(() => Promise.all([server?.close(), strict?.close()]));

  const call = (path: string, origin: string, init: RequestInit = {}, { url, bootstrapKey } = server) =>
    fetch(`${url}${path}`, { ...init, headers: { origin, "x-api-key": bootstrapKey ?? "", ...init.headers } });
  const ask = (origin: string, from = server) =>
    fetch(`${from.url}/api/v1/traces/batch`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-encoding,content-type,x-api-key",
      },
    });

  test("may ask first, and are told what they may send", async () => {
    const answer = await ask(page);
    expect([answer.status, read(answer)]).toEqual([204, allowed]);
    const list = (name: string) => (answer.headers.get(name) ?? "").toLowerCase().split(",");
    expect(list("access-control-allow-methods").sort()).toEqual(["delete", "get", "patch", "post"]);
    expect(list("access-control-allow-headers")).toEqual(
      expect.arrayContaining(["x-api-key", "content-type", "content-encoding", "if-none-match"]),
    );
    expect(answer.headers.get("access-control-max-age")).toBe("600");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  test.each([
    ["an answer", "/api/v1/agents", {}, 200],
    ["one that is refused", "/api/v1/agents", { headers: { "x-api-key": "hp_prod_none" } }, 401],
    ["one to a path that is not there", "/api/v1/nothing", {}, 404],
    ["one to a method that is not there", "/api/v1/agents", { method: "DELETE" }, 405],
    ["one that needs no key", "/health", {}, 200],
  ] as const)("read %s, with what the client needs of its headers", async (_, path, init, status) => {
    const answer = await call(path, page, init);
    expect([answer.status, read(answer)]).toEqual([status, allowed]);
    expect(answer.headers.get("access-control-expose-headers")?.split(",")).toEqual(
      expect.arrayContaining(["ETag", "Retry-After"]),
    );
    await answer.body?.cancel();
  });

  test("read a bundle, and that it is the same", async () => {
    const bundle = await call("/api/v1/sdk/bundle", page);
    const etag = bundle.headers.get("etag") ?? "";
    await bundle.body?.cancel();
    const same = await call("/api/v1/sdk/bundle", page, { headers: { "if-none-match": etag } });
    expect([same.status, read(same), same.headers.get("etag")]).toEqual([304, allowed, etag]);
  });

  test.each([
    ["of the origin", page, page],
    ["of another one", "https://app.example.com.evil.example", null],
  ])("a stream is read by pages %s or not", async (_, from, origin) => {
    const stream = await call("/api/v1/sdk/stream", from);
    expect([stream.status, read(stream).origin]).toEqual([200, origin]);
    const reader = stream.body?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toContain("event: ");
    const json = { "content-type": "application/json" };
    await call("/api/v1/agents", page, { method: "POST", headers: json, body: '{"agentId":"a"}' });
    await call("/api/v1/agents/a/pause", page, { method: "PATCH", headers: json, body: '{"reason":"stop"}' });
    expect(await next()).toContain("event: ");
    await call("/api/v1/agents/a/resume", page, { method: "PATCH" });
    await reader?.cancel();
    // The framework's adapter would say so here.
    expect(complaints).not.toHaveBeenCalled();
  });

  test.each(["https://other.example.com", "http://app.example.com", "https://app.example.com:444", "null"])(
    "that is not named is told nothing: %s",
    async (origin) => {
      for (const answer of [await ask(origin), await call("/api/v1/agents", origin)]) {
        expect(read(answer)).toEqual(refused);
        await answer.body?.cancel();
      }
    },
  );

  test("are told nothing where no origin is named", async () => {
    const asked = await ask(page, strict);
    const answer = await call("/api/v1/agents", page, {}, strict);
    const nothing = { origin: null, credentials: null, vary: false };
    expect([asked.status, read(asked), answer.status, read(answer)]).toEqual([405, nothing, 200, nothing]);
  });

  test.each(["*", "null", "app.example.com", "https://app.example.com/", "https://APP.example.com", "file:///tmp"])(
    "a server does not start with `%s`",
    async (origin) => {
      await expect(startControlPlane({ port: 0, allowedOrigins: [origin] })).rejects.toThrow("is no origin");
    },
  );
});
