import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits, streams } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import {
  isAgentPausedError,
  isApprovalDeniedError,
  isConfigError,
  isEnforcementUnavailableError,
  isPolicyBlockedError,
} from "../gen/errors";
import type { DecisionEvent, HoldpointOptions } from "../types";

const deny = {
  id: "words",
  policyType: "keyword_filter",
  enforcementMode: "block",
  ruleDefinition: { mode: "deny", match: "substring", terms: ["forbidden fruit"] },
};
const mask = { id: "pii", policyType: "pii_access", enforcementMode: "monitor", ruleDefinition: { mask_output: true } };
const bot = { agentId: "bot" };
const filler = "plain words without anything to find. ";
const create = (policies: readonly unknown[] = [deny, mask], options: Partial<HoldpointOptions> = {}) =>
  Holdpoint.create({ policies, ...options });

/** A source that says how far it was read and whether it was closed. */
function watch<Part>(parts: Iterable<Part>) {
  const seen = { read: 0, closed: false };
  async function* run() {
    try {
      for (const part of parts) {
        seen.read++;
        yield part;
      }
    } finally {
      seen.closed = true;
    }
  }
  return { seen, source: run() };
}

const readAll = async <Part>(stream: AsyncIterable<Part>): Promise<{ parts: Part[]; error?: unknown }> => {
  const parts: Part[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error };
  }
};

interface StreamVector {
  readonly title: string;
  readonly policies: readonly unknown[];
  readonly holdBack?: number;
  readonly pieces: readonly string[];
  readonly out: readonly string[];
  readonly error: string | null;
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/streams/streams.json", import.meta.url), "utf8"),
) as { readonly cases: readonly StreamVector[] };

describe("a guarded stream", () => {
  it.each(vectors.cases)(
    "gives out what the vectors say: $title",
    async ({ policies, holdBack = 0, pieces, ...expected }) => {
      const hp = await create(policies);
      const { parts, error } = await readAll(hp.guardStream(pieces, bot, { holdBack }));
      const code = (error as { code?: string } | undefined)?.code ?? null;
      expect({ out: parts, error: code }).toEqual({ out: expected.out, error: expected.error });
    },
  );

  it("lets text out while it flows, a hold-back behind", async () => {
    const hp = await create();
    const { source, seen } = watch(Array.from({ length: 40 }, () => filler));
    const stream = hp.guardStream(source, bot);
    const first = await stream.next();
    expect(first.value).toBe(filler.repeat(40).slice(0, first.value.length));
    expect(seen.read * filler.length).toBeLessThan(streams.holdBack + 2 * streams.step + 2 * filler.length);
    expect((await readAll(stream)).error).toBeUndefined();
  });

  it("ends at the first finding that blocks, closes the source, and lets nothing of it out", async () => {
    const hp = await create();
    const parts = [
      ...Array.from({ length: 20 }, () => filler),
      "a forb",
      "idden fr",
      "uit ",
      ...Array(100).fill(filler),
    ];
    const { source, seen } = watch(parts);
    const { parts: out, error } = await readAll(hp.guardStream(source, bot));
    expect(isPolicyBlockedError(error)).toBe(true);
    expect(error).toMatchObject({ violations: [{ policyId: "words" }] });
    const text = out.join("");
    expect(filler.repeat(20) + "a ").toContain(text);
    expect(text.length).toBeGreaterThan(400);
    expect(seen.closed).toBe(true);
    expect(seen.read).toBeLessThan(60);
  });

  it("goes on when what looked like a finding was none", async () => {
    const hp = await create([{ ...deny, ruleDefinition: { mode: "deny", match: "word", terms: ["cat"] } }]);
    const text = `${filler.repeat(9)}the cat`;
    const rest = `alogue ${filler.repeat(20)}`;
    const { parts, error } = await readAll(hp.guardStream([text, rest], bot));
    expect(error).toBeUndefined();
    expect(parts.join("")).toBe(text + rest);
  });

  it("is read only when its reader asks", async () => {
    const hp = await create();
    const { source, seen } = watch(Array.from({ length: 400 }, () => filler));
    const stream = hp.guardStream(source, bot);
    expect(seen.read).toBe(0);
    await stream.next();
    const { read } = seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(read);
    await stream.return?.();
  });

  it("closes its source when its reader goes away, even before the first part", async () => {
    const hp = await create();
    const decisions: DecisionEvent[] = [];
    hp.on("decision", (event) => decisions.push(event));
    const { source, seen } = watch(Array.from({ length: 400 }, () => filler));
    for await (const _ of hp.guardStream(source, bot)) break;
    expect(seen.closed).toBe(true);
    expect(decisions).toHaveLength(1);
    let closed = false;
    const unread = {
      [Symbol.asyncIterator]: () => unread,
      next: () => Promise.reject(),
      return: async () => (closed = true),
    };
    await hp.guardStream(unread as unknown as AsyncIterable<string>, bot).return?.();
    expect(closed).toBe(true);
  });

  it("passes the source's own errors on, and not the text that was held", async () => {
    const hp = await create();
    const failure = new TypeError("the line is dead");
    async function* source() {
      yield filler;
      throw failure;
    }
    expect(await readAll(hp.guardStream(source(), bot))).toEqual({ parts: [], error: failure });
  });

  it("records one decision, on the whole text", async () => {
    const hp = await create();
    const decisions: DecisionEvent[] = [];
    hp.on("decision", (event) => decisions.push(event));
    await readAll(hp.guardStream(Array(50).fill(filler), bot));
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["output"]);
    expect(hp.stats().decisions.allow).toBe(1);
  });

  it("holds a finding that asks for approval until a human has seen the whole", async () => {
    const ask = { ...deny, enforcementMode: "require_approval" };
    const asked: unknown[] = [];
    const text = `${filler.repeat(12)}forbidden fruit ${filler.repeat(30)}`;
    const parts = text.match(/[\s\S]{1,16}/g) ?? [];
    for (const approved of [true, false]) {
      const hp = await create([ask], {
        onApproval: ({ action }) => {
          asked.push(action["output"]);
          return approved;
        },
      });
      const { parts: out, error } = await readAll(hp.guardStream(parts, bot));
      if (approved) expect(out.join("")).toBe(text);
      else expect(out.join("")).not.toContain("forbidden");
      expect(isApprovalDeniedError(error)).toBe(!approved);
    }
    expect(asked).toEqual([text, text]);
  });

  it("does not begin for a paused agent, and ends when its agent is paused", async () => {
    const hp = await create();
    hp.pauseAgent("bot");
    const unread = watch([filler]);
    expect(isAgentPausedError((await readAll(hp.guardStream(unread.source, bot))).error)).toBe(true);
    expect(unread.seen.read).toBe(0);
    hp.resumeAgent("bot");
    const { source, seen } = watch(Array(100).fill(filler));
    const stream = hp.guardStream(source, bot);
    await stream.next();
    hp.pauseAgent("bot");
    expect(isAgentPausedError((await readAll(stream)).error)).toBe(true);
    expect(seen.closed).toBe(true);
  });

  it("refuses at once while there are no policies", async () => {
    const hp = await Holdpoint.create({
      controlPlane: "http://127.0.0.1:9",
      firstBundleTimeoutMs: 1,
      stream: false,
      closeTimeoutMs: 1,
    });
    const { source, seen } = watch([filler]);
    expect(isEnforcementUnavailableError((await readAll(hp.guardStream(source, bot))).error)).toBe(true);
    expect(seen.read).toBe(0);
    await hp.close();
  });

  it("waits for the end where a policy speaks about the whole text", async () => {
    const schema = { type: "object", required: ["answer"] };
    const hp = await create([
      { id: "json", policyType: "output_schema", enforcementMode: "block", ruleDefinition: { schema } },
    ]);
    const text = JSON.stringify({ answer: filler.repeat(30) });
    const { parts, error } = await readAll(hp.guardStream(text.match(/[\s\S]{1,20}/g) ?? [], bot));
    expect({ parts, error }).toEqual({ parts: [text], error: undefined });
    const bad = await readAll(hp.guardStream([filler.repeat(40)], bot));
    expect(bad.parts).toEqual([]);
    expect(isPolicyBlockedError(bad.error)).toBe(true);
  });

  it("cuts a text that is too long to be judged", async () => {
    const hp = await create([mask]);
    const { source, seen } = watch(Array(limits.maxTextChars).fill("x ".repeat(4096)));
    expect(isEnforcementUnavailableError((await readAll(hp.guardStream(source, bot))).error)).toBe(true);
    expect(seen.read).toBeLessThan(140);
  });

  it("reads and writes the text of objects, and keeps the others in their place", async () => {
    const hp = await create();
    type Part = { delta?: string; stop?: boolean };
    const text = { read: ({ delta }: Part) => delta, write: (part: Part, delta: string) => ({ ...part, delta }) };
    const parts: Part[] = [
      {},
      { delta: "write to ann@exam" },
      { stop: false },
      { delta: "ple.com today" },
      { stop: true },
    ];
    const { parts: out } = await readAll(hp.guardStream(parts, bot, { text }));
    expect(out).toEqual([{}, { delta: "write to [EMAIL]" }, { stop: false }, { delta: " today" }, { stop: true }]);
  });

  it("does not pass parts that it cannot read", async () => {
    const hp = await create();
    const { parts, error } = await readAll(hp.guardStream([{ delta: "x" }] as unknown as string[], bot));
    expect(parts).toEqual([]);
    expect(isConfigError(error)).toBe(true);
    expect(() => hp.guardStream("text" as unknown as string[], bot)).toThrow(/expected a stream/);
    const text = {
      read: (part: { delta: unknown }) => part.delta as string,
      write: (part: { delta: unknown }) => part,
    };
    for (const delta of [["ann@example.com"], 0, false, {}]) {
      const read = await readAll(hp.guardStream([{ delta }], bot, { text }));
      expect([read.parts, isConfigError(read.error)]).toEqual([[], true]);
    }
  });

  it("keeps what has gone out when the policies change, and goes on under the new ones", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "hp-stream-")), "policies.json");
    writeFileSync(path, JSON.stringify({ policies: [mask] }));
    const hp = await Holdpoint.create({ policies: path, reloadDebounceMs: 1 });
    const line = "ann@example.com wrote. ";
    const stream = hp.guardStream(Array<string>(80).fill(line), bot);
    const first = (await stream.next()).value as string;
    const changed = new Promise((resolve) => hp.on("sync", resolve));
    const written = { ...mask, ruleDefinition: { mask_output: true, strategy: "mask" } };
    writeFileSync(path, JSON.stringify({ policies: [written] }));
    await changed;
    const rest = (await readAll(stream)).parts.join("");
    const count = first.split("[EMAIL]").length - 1;
    expect(count).toBeGreaterThan(0);
    expect(first + rest).toBe("[EMAIL] wrote. ".repeat(count) + "*************** wrote. ".repeat(80 - count));
    await hp.close();
  });

  it("reads a ReadableStream", async () => {
    const hp = await create();
    const stream = new Response("write to ann@example.com").body?.pipeThrough(new TextDecoderStream());
    expect((await readAll(hp.guardStream(stream as never, bot))).parts.join("")).toBe("write to [EMAIL]");
  });
});
