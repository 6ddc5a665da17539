import { gunzipSync } from "node:zlib";
import { limits } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaults } from "../gen/constants";
import { createNodePlatform } from "../platform/node-platform";
import type { HttpRequest, Platform } from "../platform/platform";
import { createApi } from "./api";
import { addJitter, createBackoff } from "./backoff";
import { copyJson, copyMembers } from "./copy-json";
import { outcomeOf, readRetryAfterMs } from "./http-outcome";
import { createEventReader, type ServerEvent } from "./read-events";

describe("what an answer means", () => {
  it.each([
    [200, "ok"],
    [202, "ok"],
    [304, "unchanged"],
    [400, "drop"],
    [401, "auth"],
    [403, "auth"],
    [408, "retry"],
    [413, "split"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
    ["network", "retry"],
  ] as const)("%s is %s", (status, outcome) => expect(outcomeOf(status)).toBe(outcome));

  it("follows Retry-After in seconds or as a date, at most to the cap", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(readRetryAfterMs("2", now, 5000)).toBe(2000);
    expect(readRetryAfterMs("Thu, 01 Jan 2026 00:00:03 GMT", now, 5000)).toBe(3000);
    expect(readRetryAfterMs("86400", now, 5000)).toBe(5000);
    expect(readRetryAfterMs("Thu, 01 Jan 2015 00:00:03 GMT", now, 5000)).toBe(0);
    expect(readRetryAfterMs("soon", now, 5000)).toBeUndefined();
    expect(readRetryAfterMs(undefined, now, 5000)).toBeUndefined();
  });
});

describe("a long body", () => {
  const setUp = (statuses: number[]) => {
    const sent: HttpRequest[] = [];
    const platform: Platform = {
      ...createNodePlatform(),
      requests: {
        send(request) {
          sent.push(request);
          return Promise.resolve({ status: statuses.shift() ?? 200, header: () => undefined, text: "" });
        },
        open: () => () => undefined,
      },
    };
    return { sent, api: createApi({ platform, baseUrl: "http://localhost", apiKey: "k", timeoutMs: 1000 }) };
  };
  const json = JSON.stringify({ text: "x".repeat(defaults.gzipFromChars) });

  it("goes out with gzip, a short one as it is", async () => {
    const { sent, api } = setUp([]);
    await api.call("POST", "/", { json, compress: true });
    await api.call("POST", "/", { json: "{}", compress: true });
    expect(sent[0]?.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(sent[0]?.body as Uint8Array).toString()).toBe(json);
    expect([sent[1]?.headers["content-encoding"], sent[1]?.body]).toEqual([undefined, "{}"]);
  });

  it.each([415, 400])("goes out as it is, from then on, to a server that answers gzip with %s", async (status) => {
    const { sent, api } = setUp([status]);
    expect((await api.call("POST", "/", { json, compress: true })).outcome).toBe("ok");
    await api.call("POST", "/", { json, compress: true });
    expect(sent.map(({ headers }) => headers["content-encoding"])).toEqual(["gzip", undefined, undefined]);
  });
});

describe("a malformed long body", () => {
  it("is not tried a third time, and does not turn gzip off", async () => {
    const sent: HttpRequest[] = [];
    const platform: Platform = {
      ...createNodePlatform(),
      requests: {
        send(request) {
          sent.push(request);
          return Promise.resolve({ status: 400, header: () => undefined, text: "" });
        },
        open: () => () => undefined,
      },
    };
    const api = createApi({ platform, baseUrl: "http://localhost", apiKey: "k", timeoutMs: 1000 });
    const json = "x".repeat(defaults.gzipFromChars);
    expect((await api.call("POST", "/", { json, compress: true })).outcome).toBe("drop");
    await api.call("POST", "/", { json, compress: true });
    expect(sent.map(({ headers }) => headers["content-encoding"])).toEqual(["gzip", undefined, "gzip", undefined]);
  });
});

describe("waiting before another attempt", () => {
  it("doubles up to the cap, and never less than was asked for", () => {
    const backoff = createBackoff(() => 1);
    expect([backoff.nextMs(), backoff.nextMs()]).toEqual([defaults.retryBaseMs, 2 * defaults.retryBaseMs]);
    for (let i = 0; i < 2000; i++) backoff.nextMs();
    expect(backoff.nextMs()).toBe(defaults.retryCapMs);
    expect(backoff.nextMs(defaults.retryCapMs + 1)).toBe(defaults.retryCapMs + 1);
    backoff.reset();
    expect(backoff.nextMs()).toBe(defaults.retryBaseMs);
  });

  it("spreads a poll around its interval", () => {
    expect([addJitter(1000, () => 0), addJitter(1000, () => 0.5)]).toEqual([900, 1000]);
  });
});

describe("server-sent events", () => {
  it("are the same however the stream is cut", () => {
    const stream = ': hi\r\nevent: status\r\ndata: {"a":\rdata: 1}\n\ndata:x\n\nevent: lost\n\nid: 3\ndata\n\n';
    const whole: ServerEvent[] = [];
    createEventReader((event) => whole.push(event))(stream);
    expect(whole).toEqual([
      { name: "status", data: '{"a":\n1}' },
      { name: "message", data: "x" },
      { name: "message", data: "" },
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const events: ServerEvent[] = [];
        const read = createEventReader((event) => events.push(event));
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), stream.length]) {
          read(stream.slice(from, cut));
          from = cut;
        }
        expect(events).toEqual(whole);
      }),
    );
  });

  it("that never end are given up", () => {
    const read = createEventReader(() => undefined);
    expect(read("data: x")).toBe(true);
    expect(read("x".repeat(2_000_000))).toBe(false);
  });
});

describe("a copy as plain JSON", () => {
  it("shares nothing, leaves out undefined, and puts texts in place by pointer", () => {
    const value = { a: ["x", { "b/c": "y" }], gone: undefined };
    const copied = copyJson(value, { exact: true, text: (text, at) => (at === "/a/1/#0" ? "Z" : text) });
    expect(copied).toEqual({ ok: true, value: { a: ["x", { "b/c": "Z" }] } });
  });

  it("calls members as the texts at the places of their names say, and loses none", () => {
    const value = JSON.parse('{"b c":{"d e":"x"},"a b":1,"plain":2,"__proto__":3}');
    const written: Record<string, string> = { "/#1#": "new", "/#2#": "new", "/#2/#0#": "__proto__", "/#2/#0": "Y" };
    const copied = copyJson(value, { exact: false, text: (text, at) => written[at] ?? text });
    expect(copied.ok && JSON.stringify(copied.value)).toBe(
      '{"new (2)":{"__proto__":"Y"},"new":1,"plain":2,"__proto__":3}',
    );
  });

  it("refuses what is too deep, too large, a cycle, or hostile", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, cycle);
    const hostile = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    for (const value of [cycle, new Array(2 * limits.maxNodes).fill(0), hostile]) {
      expect(copyJson(value, { exact: false }).ok).toBe(false);
    }
    expect(copyMembers({ good: 1, cycle, hostile })).toEqual({ good: 1 });
  });

  it("refuses what is no JSON when it must be exact, and writes null when not", () => {
    for (const value of [Number.NaN, 1n, () => 1, Symbol("x")]) {
      expect(copyJson([value], { exact: true }).ok).toBe(false);
      expect(copyJson([value], { exact: false })).toEqual({ ok: true, value: [null] });
    }
  });
});

describe("streams that are told the same", () => {
  const frame = 'event: status\ndata: {"level":"agent"}\n\nid: 3\nevent: bundle\ndata: {"version":3}\n\n';
  const told = [
    { name: "status", data: '{"level":"agent"}' },
    { name: "bundle", data: '{"version":3}' },
  ];
  const listen = () => {
    const events: ServerEvent[] = [];
    return { events, read: createEventReader((event) => events.push(event)) };
  };

  it("read it once, and every stream hears of it, however often it comes", () => {
    const [one, other] = [listen(), listen()];
    for (const { read } of [one, other, one]) read(frame);
    expect(one.events).toEqual([...told, ...told]);
    expect(other.events).toEqual(told);
    expect(other.events[0]).toBe(one.events[0]);
  });

  it("a stream in the middle of an event reads the same text as the rest of it", () => {
    const begun = listen();
    listen().read(frame);
    begun.read("data: begun\n");
    begun.read(frame);
    expect(begun.events).toEqual([{ name: "status", data: `begun\n${told[0]?.data}` }, told[1]]);
    begun.read(frame);
    expect(begun.events.slice(2)).toEqual(told);
  });

  it("a text that leaves a name or half an event behind is not taken for a whole one", () => {
    const half = "event: status\n\nevent: half\ndata: 1\n";
    const [one, other] = [listen(), listen()];
    for (const { read } of [one, other]) {
      read(half);
      read("\n");
      read("data: 2\n\n");
    }
    expect(one.events).toEqual([
      { name: "half", data: "1" },
      { name: "message", data: "2" },
    ]);
    expect(other.events).toEqual(one.events);
  });
});
