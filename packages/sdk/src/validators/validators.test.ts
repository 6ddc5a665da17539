import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeEndpoints } from "../../../endpoints/src/node-endpoints";
import {
  startValidatorReceiver,
  type ValidatorReceiver,
} from "../../../endpoints/src/testing/validator-receiver.suite";
import { Holdpoint } from "../client/holdpoint";
import { defaults } from "../gen/constants";
import { isEnforcementUnavailableError, isPolicyBlockedError, isValidatorDeniedError } from "../gen/errors";
import { createNodePlatform } from "../platform/node-platform";
import type { EndpointRequest, PlatformClock } from "../platform/platform";

let receiver: ValidatorReceiver;
beforeAll(async () => {
  receiver = await startValidatorReceiver();
});
afterAll(() => receiver?.close());
beforeEach(() => {
  receiver.asked.length = 0;
  receiver.answer((_, response) => response.end('{"decision":"allow"}'));
});

const secret = ["whsec", Buffer.from("a key of a test").toString("base64")].join("_");
const judged: string[] = [];

interface World {
  readonly mode?: string;
  readonly rule?: object;
  readonly policies?: readonly object[];
  /** What a name resolves to; loopback unless given. */
  readonly addresses?: (host: string) => readonly string[];
  /** Lets the receiver on the loopback interface be reached. Without it addresses are judged as ever. */
  readonly trustLoopback?: boolean;
  readonly clock?: PlatformClock;
}

/** A client whose validator is the receiver: only the judgement of its own loopback address is lifted. */
function create({
  mode = "block",
  rule = {},
  policies = [],
  addresses = () => ["127.0.0.1"],
  trustLoopback = true,
  clock,
}: World = {}) {
  const endpoints = createNodeEndpoints({ ca: receiver.ca, resolve: async (host) => addresses(host) });
  const post = (request: EndpointRequest) =>
    endpoints.post({
      ...request,
      mayReach(address) {
        judged.push(address);
        return (trustLoopback && address === "127.0.0.1") || request.mayReach(address);
      },
    });
  const url = `https://policy.example.com:${receiver.port}/check`;
  const validator = {
    id: "own",
    policyType: "custom_validator",
    enforcementMode: mode,
    ruleDefinition: { url, secret, timeout_ms: 2000, ...rule },
  };
  return Holdpoint.create({
    policies: [validator, ...policies],
    platform: { ...createNodePlatform(), ...(clock ? { clock } : {}), endpoints: { post } },
  });
}

const step = { agentId: "bot", input: "may I?", userId: "ann", estimatedCost: 0.5, metadata: { a: 1 } };
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const reasonOf = (error: unknown): string | undefined =>
  (error as { violations?: { reason: string }[] } | undefined)?.violations?.[0]?.reason;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "");

describe("a validator", () => {
  it("is asked before the decision, with a signed question that holds the step", async () => {
    const hp = await create();
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true, verdict: "allow" });
    const [asked] = receiver.asked;
    expect(asked?.host).toBe(`policy.example.com:${receiver.port}`);
    expect(JSON.parse(asked?.body ?? "")).toEqual({
      ...step,
      policyId: "own",
      organizationId: "",
      environment: "production",
      phase: "input",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = asked?.headers ?? {};
    const mac = createHmac("sha256", "a key of a test").update(`${id}.${time}.${asked?.body}`).digest("base64");
    expect(signature).toBe(`v1,${mac}`);
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
    await hp.close();
  });

  it("that denies stops the step with an error of its own; one that wants an approval holds it", async () => {
    const hp = await create();
    receiver.answer((_, response) => response.end('{"decision":"deny","reason":"not on Sundays"}'));
    const denied = await failure(hp.enforcePolicy(step));
    expect(isValidatorDeniedError(denied) && isPolicyBlockedError(denied)).toBe(true);
    expect(messageOf(denied)).toContain("not on Sundays");
    receiver.answer((_, response) => response.end('{"decision":"require_approval"}'));
    expect(await failure(hp.enforcePolicy(step))).toMatchObject({ code: "APPROVAL_DENIED" });
    await hp.close();
  });

  it("is not fooled by answers that come with the request", async () => {
    const hp = await create();
    receiver.answer((_, response) => response.end('{"decision":"deny"}'));
    const forged = { ...step, validatorResults: { own: { decision: "allow" } } } as never;
    expect(isValidatorDeniedError(await failure(hp.enforcePolicy(forged)))).toBe(true);
    await hp.close();
  });

  it("is not shown a step that is blocked anyway, nor asked for a phase, agent or environment of others", async () => {
    const wall = {
      id: "wall",
      policyType: "expression",
      enforcementMode: "block",
      ruleDefinition: { expression: "true" },
    };
    const hp = await create({ policies: [wall] });
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBeDefined();
    hp.pauseAgent("bot");
    expect(await failure(hp.enforcePolicy(step))).toMatchObject({ code: "AGENT_PAUSED" });
    expect(hp.evaluate(step).allowed).toBe(false);
    expect(receiver.asked).toHaveLength(0);
    await hp.close();
  });

  it.each([
    ["an answer that is no json", (response: never) => (response as { end(text: string): void }).end("yes")],
    ["another decision", (response: never) => (response as { end(text: string): void }).end('{"decision":"sure"}')],
    ["an answer that is too long", (response: never) => (response as { end(t: string): void }).end(" ".repeat(70_000))],
    ["403", (response: never) => (response as { writeHead(n: number): { end(): void } }).writeHead(403).end()],
    ["204", (response: never) => (response as { writeHead(n: number): { end(): void } }).writeHead(204).end()],
    ["no answer", (response: never) => (response as { destroy(): void }).destroy()],
  ])("that gives %s holds the step, or lets it pass with an alert where the policy is open", async (_, answer) => {
    receiver.answer((_asked, response) => answer(response as never));
    const closed = await create();
    expect(reasonOf(await failure(closed.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    const open = await create({ rule: { fail_mode: "open" } });
    expect(await open.enforcePolicy(step)).toMatchObject({ allowed: true, alerts: [{ reason: "VALIDATOR_SKIPPED" }] });
    await Promise.all([closed.close(), open.close()]);
  });

  it("that is silent is waited for no longer than it may take, headers and body alike", async () => {
    const hp = await create({ rule: { timeout_ms: 100 } });
    receiver.answer(() => undefined);
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    receiver.answer((_, response) => response.writeHead(200).write("{"));
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    await hp.close();
  });

  it("that fails is asked again under the same id, as often as the policy says, and no oftener", async () => {
    const hp = await create({ rule: { retries: 2 } });
    let left = 2;
    receiver.answer((_, response) =>
      left-- > 0 ? response.writeHead(503).end() : response.end('{"decision":"allow"}'),
    );
    expect((await hp.enforcePolicy(step)).allowed).toBe(true);
    expect(new Set(receiver.asked.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(receiver.asked).toHaveLength(3);
    left = 9;
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    expect(receiver.asked).toHaveLength(6);
    receiver.answer((_, response) => response.writeHead(400).end());
    await failure(hp.enforcePolicy(step));
    expect(receiver.asked).toHaveLength(7);
    await hp.close();
  });

  it("is given up when the caller does, and the step then does not go ahead whatever the fail mode", async () => {
    const hp = await create({ rule: { fail_mode: "open", timeout_ms: 30_000, retries: 5 } });
    receiver.answer(() => controller.abort(new Error("enough")));
    const controller = new AbortController();
    const error = await failure(hp.enforcePolicy(step, { signal: controller.signal }));
    expect(isEnforcementUnavailableError(error)).toBe(true);
    expect(messageOf(error)).toContain("cancelled");
    await hp.close();
  });

  it("that is to be asked again later is not waited for once the caller has given up", async () => {
    const controller = new AbortController();
    let pauses = 0;
    const { clock } = createNodePlatform();
    // Pauses between tries never end.
    const schedule: typeof clock.schedule = (run, delayMs, options) => {
      if (delayMs !== defaults.validatorRetryMs) return clock.schedule(run, delayMs, options);
      pauses += 1;
      setImmediate(() => controller.abort(new Error("enough")));
      return () => undefined;
    };
    const hp = await create({
      rule: { fail_mode: "open", timeout_ms: 30_000, retries: 3 },
      clock: { ...clock, schedule },
    });
    receiver.answer((_, response) => response.writeHead(503).end());
    const error = await failure(hp.enforcePolicy(step, { signal: controller.signal }));
    expect([isEnforcementUnavailableError(error), pauses, receiver.asked.length]).toEqual([true, 1, 1]);
    await hp.close();
  });

  it("is asked beside the others, not after them", async () => {
    const second = {
      id: "second",
      policyType: "custom_validator",
      enforcementMode: "block",
      ruleDefinition: { url: `https://policy.example.com:${receiver.port}/second`, timeout_ms: 5000 },
    };
    const hp = await create({ policies: [second], rule: { timeout_ms: 5000 } });
    const waiting: (() => void)[] = [];
    receiver.answer((_, response) => {
      waiting.push(() => response.end('{"decision":"allow"}'));
      if (waiting.length === 2) for (const answer of waiting) answer();
    });
    expect((await hp.enforcePolicy(step)).allowed).toBe(true);
    expect(receiver.asked.find(({ path }) => path === "/second")?.headers["webhook-signature"]).toBeUndefined();
    await hp.close();
  });
});

describe("an address", () => {
  it.each([
    ["loopback", ["127.0.0.1"]],
    ["loopback in IPv6", ["::1"]],
    ["loopback mapped", ["::ffff:127.0.0.1"]],
    ["loopback translated", ["64:ff9b::7f00:1"]],
    ["a private network", ["10.0.0.1"]],
    ["the metadata service", ["169.254.169.254"]],
    ["link-local with a zone", ["fe80::1%lo"]],
    ["a public one beside a private one", ["8.8.8.8", "10.0.0.1"]],
    ["none", []],
    ["no address", ["localhost"]],
  ])("that is %s is not asked, however the name is written", async (_, addresses) => {
    const hp = await create({ addresses: () => addresses, trustLoopback: false });
    const error = await failure(hp.enforcePolicy(step));
    expect(reasonOf(error)).toBe("VALIDATOR_UNAVAILABLE");
    expect(receiver.asked).toHaveLength(0);
    await hp.close();
  });

  it("is looked up once: a name that points elsewhere a moment later is reached where it was judged", async () => {
    let lookups = 0;
    const hp = await create({ addresses: () => [lookups++ === 0 ? "127.0.0.1" : "10.0.0.1"] });
    expect((await hp.enforcePolicy(step)).allowed).toBe(true);
    expect(lookups).toBe(1);
    await hp.close();
  });

  it("whose certificate is for another name is no answer", async () => {
    const hp = await create({ rule: { url: `https://other.example.com:${receiver.port}/` } });
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    expect(receiver.asked).toHaveLength(0);
    await hp.close();
  });
});

describe("a redirect", () => {
  const redirectTo = (location: string, status = 307) =>
    receiver.answer(({ path }, response) =>
      path === "/check" ? response.writeHead(status, { location }).end() : response.end('{"decision":"allow"}'),
    );

  it("with the same method is followed, to https and a host that is judged again", async () => {
    const hp = await create();
    redirectTo("/there");
    expect((await hp.enforcePolicy(step)).allowed).toBe(true);
    redirectTo(`https://policy.example.com:${receiver.port}/there`, 308);
    expect((await hp.enforcePolicy(step)).allowed).toBe(true);
    await hp.close();
  });

  it.each([
    ["http://policy.example.com/there", 307],
    ["https://127.0.0.1/there", 307],
    ["https://[::1]/there", 308],
    ["https://2130706433/there", 307],
    ["https://0x7f.1/there", 307],
    ["https://localhost/there", 307],
    ["https://metadata.internal/there", 307],
    ["https://user:word@policy.example.com/there", 307],
    ["file:///etc/passwd", 307],
    ["https://inner.example.com/there", 307],
    ["/there", 302],
    ["/there", 303],
    ["/check", 307],
  ])("to %s (%d) is no answer", async (location, status) => {
    const hp = await create({ addresses: (host) => [host === "inner.example.com" ? "10.0.0.1" : "127.0.0.1"] });
    redirectTo(location, status);
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("VALIDATOR_UNAVAILABLE");
    expect(receiver.asked.length).toBeLessThanOrEqual(4);
    expect(receiver.asked.every(({ path }) => path === "/check")).toBe(true);
    await hp.close();
  });
});

describe("a validator of a stream", () => {
  const pieces = Array.from({ length: 60 }, (_, index) => `word ${index} of an answer, `);
  const text = pieces.join("");
  /** What is read of a stream, and how much had been let out when its source ended. */
  const readStream = async (hp: Holdpoint) => {
    let out = "";
    let outAtEnd: number | undefined;
    async function* source() {
      yield* pieces;
      outAtEnd = out.length;
    }
    const error = await failure(
      (async () => {
        for await (const part of hp.guardStream(source(), { agentId: "bot" })) out += part;
      })(),
    );
    return { out, outAtEnd, error };
  };

  it("that can hold it is asked once, about the whole text, and nothing goes out before its answer", async () => {
    const hp = await create();
    expect(await readStream(hp)).toEqual({ out: text, outAtEnd: 0, error: undefined });
    expect(receiver.asked.map(({ body }) => JSON.parse(body))).toMatchObject([{ phase: "output", output: text }]);
    receiver.answer((_, response) => response.end('{"decision":"deny"}'));
    const denied = await readStream(hp);
    expect([denied.out, isValidatorDeniedError(denied.error)]).toEqual(["", true]);
    await hp.close();
  });

  it("that gives no answer holds it as its fail mode says", async () => {
    receiver.answer((_, response) => response.writeHead(500).end());
    for (const [fail_mode, expected] of [
      ["closed", ""],
      ["open", text],
    ]) {
      const hp = await create({ rule: { fail_mode } });
      expect((await readStream(hp)).out).toBe(expected);
      await hp.close();
    }
  });

  it("that can hold nothing is asked all the same, and the text flows meanwhile", async () => {
    const hp = await create({ mode: "warn" });
    receiver.answer((_, response) => response.end('{"decision":"deny"}'));
    const { out, outAtEnd, error } = await readStream(hp);
    expect([out, error, receiver.asked.length]).toEqual([text, undefined, 1]);
    expect(outAtEnd).toBeGreaterThan(text.length / 2);
    await hp.close();
  });

  it("is not shown a text that is blocked anyway", async () => {
    const words = { mode: "deny", match: "word", terms: ["word"] };
    const hp = await create({
      policies: [{ id: "words", policyType: "keyword_filter", enforcementMode: "block", ruleDefinition: words }],
    });
    const { out, error } = await readStream(hp);
    expect([out, isPolicyBlockedError(error), receiver.asked]).toEqual(["", true, []]);
    await hp.close();
  });

  it("decides what policies chained to it replace", async () => {
    const mask = {
      id: "mask",
      policyType: "pii_access",
      enforcementMode: "warn",
      prerequisites: ["own"],
      ruleDefinition: { mask_output: true },
    };
    const hp = await create({ policies: [mask] });
    const parts: string[] = [];
    for await (const part of hp.guardStream(["write to ann@", "example.com today"], { agentId: "bot" }))
      parts.push(part);
    expect(parts.join("")).toBe("write to [EMAIL] today");
    await hp.close();
  });
});
