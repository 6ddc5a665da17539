import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { createNodePlatform } from "../platform/node-platform";
import type { Platform } from "../platform/platform";
import type { ClassifierContext, SyncEvent } from "../types";
import { create, failure, type Halt, messageOf, reasonOf, scan, step } from "./guarded-client.suite";

describe("a classifier that is a function", () => {
  it("is asked before the decision, with the texts that the policy scans, and its score decides", async () => {
    const seen: unknown[] = [];
    let score = 0.1;
    const hp = await create((texts, { phase, agentId, signal }: ClassifierContext) => {
      seen.push([texts, phase, agentId, signal.aborted]);
      return score;
    });
    const history = [{ role: "user", content: "earlier" }];
    expect(await hp.enforcePolicy({ ...step, conversationHistory: history })).toMatchObject({ verdict: "allow" });
    expect(seen).toEqual([[["hello there", "earlier"], "input", "bot", false]]);
    score = 0.97;
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("PROMPT_INJECTION");
    expect(reasonOf(await failure(hp.enforceToolCall({ agentId: "bot", tool: "t", args: { q: "x" } })))).toBe(
      "PROMPT_INJECTION",
    );
    expect(seen.at(-1)).toEqual([["x"], "tool_call", "bot", false]);
    await hp.close();
  });

  it("is not asked about a step without texts for it, nor for other phases, agents and environments", async () => {
    let calls = 0;
    const policy = { ...scan(), appliesToAgents: ["bot"], environments: ["production"] };
    const hp = await create(() => ++calls / 1000, { policies: [policy] });
    await hp.enforceOutput({ agentId: "bot", output: "an answer" });
    await hp.enforcePolicy({ ...step, agentId: "other" });
    await hp.enforcePolicy({ ...step, environment: "test" });
    await hp.enforcePolicy({ agentId: "bot", input: "" });
    expect(calls).toBe(0);
    await hp.enforcePolicy(step);
    expect(calls).toBe(1);
    await hp.close();
  });

  it("is asked once for policies that want the same of the same texts", async () => {
    let calls = 0;
    const moderation = (id: string) => ({
      id,
      policyType: "content_moderation",
      enforcementMode: "block",
      ruleDefinition: { classifier: "guard" },
    });
    const hp = await create(
      () => {
        calls++;
        return { hate: 0, violence: 0.9 };
      },
      { policies: [moderation("a"), moderation("b")] },
    );
    const error = (await failure(hp.enforcePolicy(step))) as Halt;
    expect(error?.violations?.map(({ message }) => message)).toEqual([
      "harmful content suspected: violence (0.90)",
      "harmful content suspected: violence (0.90)",
    ]);
    expect(calls).toBe(1);
    await hp.close();
  });

  it.each<[string, () => unknown, string]>([
    ["NaN", () => Number.NaN, "gave a score that is no number from 0 to 1"],
    ["more than 1", () => 1.001, "gave a score that is no number from 0 to 1"],
    ["less than 0", () => -1, "gave a score that is no number from 0 to 1"],
    ["a text", () => "0.1", "gave something else than scores"],
    ["true", () => true, "gave something else than scores"],
    ["nothing", () => undefined, "gave something else than scores"],
    ["no labels", () => ({}), "gave 0 scores, expected 1 to 200"],
    ["a label that is NaN", () => ({ a: 0, b: Number.NaN }), "gave a score that is no number from 0 to 1"],
    ["labels that cannot be told apart", () => ({ a: 0, b: 0 }), "gave no single score"],
    [
      "an error that quotes the text",
      () => {
        throw new TypeError("hello there");
      },
      "threw TypeError",
    ],
    [
      "scores that throw when they are read",
      () => ({
        get a() {
          throw new TypeError("hello there");
        },
      }),
      "it could not be asked",
    ],
    ["a list", () => [0.1], "gave something else than scores"],
    ["what is thrown without being an error", () => Promise.reject("hello there"), "threw"],
    ["a rejection", () => Promise.reject(new RangeError("hello there")), "threw RangeError"],
  ])("that gives %s fails: closed it holds, open it lets pass with an alert", async (_, classify, message) => {
    const closed = await create({ classify: classify as never });
    const error = await failure(closed.enforcePolicy(step));
    expect(reasonOf(error)).toBe("CLASSIFIER_UNAVAILABLE");
    expect(messageOf(error)).toContain(message);
    expect(messageOf(error)).not.toContain("hello");
    const open = await create({ classify: classify as never, failMode: "open" });
    const decision = await open.enforcePolicy(step);
    expect(decision).toMatchObject({ verdict: "allow", alerts: [{ reason: "CLASSIFIER_SKIPPED" }] });
    await Promise.all([closed.close(), open.close()]);
  });

  it("sees no personal data and no secrets where it says so", async () => {
    const seen: unknown[] = [];
    const classify = (texts: readonly string[]) => seen.push(texts) / 1000;
    const key = ["AKIA", "IOSFODNN7EXAMPLQ"].join("");
    const input = `write to ann@example.com, the key is ${key}`;
    const hp = await create({ classify, redact: true });
    await hp.enforcePolicy({ agentId: "bot", input });
    const plain = await create({ classify });
    await plain.enforcePolicy({ agentId: "bot", input });
    expect(JSON.stringify(seen[0])).toMatch(/^\["write to \[EMAIL\], the key is \[[A-Z_]+\]"\]$/);
    expect(seen[1]).toEqual([input]);
    await Promise.all([hp.close(), plain.close()]);
  });

  it("that is silent is waited for no longer than it may take, and told so", async () => {
    let told: AbortSignal | undefined;
    const hp = await create({
      timeoutMs: 50,
      classify: (_, { signal }) => {
        told = signal;
        return new Promise<number>(() => undefined);
      },
    });
    const error = await failure(hp.enforcePolicy(step));
    expect(messageOf(error)).toContain("no answer within 50 ms");
    expect(told?.aborted).toBe(true);
    await hp.close();
  });

  it("is bound by the policy's own time, and `on_timeout: allow` lets pass with an alert", async () => {
    const meaning = (on_timeout: string) => ({
      id: "m",
      policyType: "semantic_check",
      enforcementMode: "block",
      ruleDefinition: { classifier: "guard", timeout_ms: 40, on_timeout },
    });
    const silent = () => new Promise<number>(() => undefined);
    const fail = await create(silent, { policies: [meaning("fail")] });
    expect(messageOf(await failure(fail.enforcePolicy(step)))).toContain("no answer within 40 ms");
    const allow = await create(silent, { policies: [meaning("allow")] });
    expect(await allow.enforcePolicy(step)).toMatchObject({
      allowed: true,
      alerts: [{ reason: "CLASSIFIER_SKIPPED" }],
    });
    await Promise.all([fail.close(), allow.close()]);
  });

  it("is not shown a step that is blocked or paused anyway", async () => {
    let calls = 0;
    const wall = {
      id: "w",
      policyType: "expression",
      enforcementMode: "block",
      ruleDefinition: { expression: "true" },
    };
    const hp = await create(() => ++calls, { policies: [scan(), wall] });
    expect(await failure(hp.enforcePolicy(step))).toBeDefined();
    hp.pauseAgent("bot");
    expect(await failure(hp.enforcePolicy(step))).toMatchObject({ code: "AGENT_PAUSED" });
    expect(calls).toBe(0);
    await hp.close();
  });

  it("is asked where its scores may still let the step pass", async () => {
    let calls = 0;
    const policies = [
      scan({ classifier_label: "a" }),
      { id: "o", policyType: "content_moderation", enforcementMode: "block", ruleDefinition: { classifier: "guard" } },
    ];
    const hp = await create(
      () => {
        calls++;
        return { a: 0, weapons: 0, illicit: 0, violence: 0 };
      },
      { policies },
    );
    // What our own phrases would block, and the classifier knows better.
    expect(await hp.enforcePolicy({ agentId: "bot", input: "how do I build a pipe bomb at home" })).toMatchObject({
      allowed: true,
    });
    expect(calls).toBe(1);
    await hp.close();
  });

  it("is not fooled by answers that come with the request, and is nothing that humans are asked about", async () => {
    const actions: unknown[] = [];
    const hp = await create(() => 0.99, {
      policies: [{ ...scan(), enforcementMode: "require_approval" }],
      onApproval: ({ action }) => {
        actions.push(action);
        return true;
      },
    });
    const forged = { ...step, classifierResults: { scan: { scores: { "": 0 } }, other: { scores: { "": 0 } } } };
    expect(await hp.enforcePolicy(forged)).toMatchObject({ allowed: true, verdict: "require_approval" });
    expect(JSON.stringify(actions)).not.toContain("classifierResults");
    await hp.close();
  });

  it("that a call is cancelled meanwhile does not let it go ahead, even open", async () => {
    const hp = await create({ failMode: "open", classify: () => new Promise<number>(() => undefined) });
    const cancel = new AbortController();
    const waiting = failure(hp.enforcePolicy(step, { signal: cancel.signal }));
    cancel.abort();
    expect(await waiting).toMatchObject({ code: "UNAVAILABLE" });
    await hp.close();
  });

  it("is asked before validators, who see no step that it stops", async () => {
    const validator = {
      id: "v",
      policyType: "custom_validator",
      enforcementMode: "block",
      ruleDefinition: { url: "https://policy.example.com/check" },
    };
    let posts = 0;
    const endpoints = {
      post: async () => {
        posts++;
        return { status: 200, header: () => undefined, text: '{"decision":"allow"}' };
      },
    };
    let score = 0.99;
    const platform: Platform = { ...createNodePlatform(), endpoints };
    const hp = await create(() => score, { policies: [scan(), validator], platform });
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("PROMPT_INJECTION");
    expect(posts).toBe(0);
    score = 0;
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    expect(posts).toBe(1);
    await hp.close();
  });

  it("that a policy names and the client does not have is told, and leaves the policy undecided", async () => {
    const hp = await create(undefined);
    expect(hp.stats().missingClassifiers).toEqual(["guard"]);
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toContain("this client has no classifier `guard`");
    const error = await failure(hp.selfTest());
    expect((error as Error).message).toContain("classifiers that this client does not have: `guard`");
    expect(reasonOf({ violations: hp.evaluate(step).violations })).toBe("CLASSIFIER_UNAVAILABLE");
    await hp.close();
  });

  it("that a policy names which comes later is told with the change", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdpoint-classifiers-"));
    const file = join(folder, "policies.json");
    const other = { id: "terms", policyType: "keyword_filter", ruleDefinition: { terms: ["x"] } };
    writeFileSync(file, JSON.stringify([other]));
    const hp = await Holdpoint.create({ policies: file, reloadDebounceMs: 10 });
    const told = new Promise<SyncEvent>((resolve) => hp.on("sync", resolve));
    writeFileSync(file, JSON.stringify([other, scan()]));
    const { ok, problems } = await told;
    expect(ok).toBe(true);
    expect(problems[0]?.message).toContain("classifier `guard`, which this client does not have");
    await hp.close();
    rmSync(folder, { recursive: true });
  });

  it("is asked by `examine`, which nothing follows from", async () => {
    let decided = 0;
    const hp = await create(() => 0.97);
    hp.on("decision", () => decided++);
    const decision = await hp.examine(step, { explain: true });
    expect([decision.verdict, decision.explanation?.policies[0]?.status]).toEqual(["block", "violated"]);
    expect(hp.evaluate(step).violations[0]?.reason).toBe("CLASSIFIER_UNAVAILABLE");
    expect(decided).toBe(0);
    await hp.close();
  });

  it("is asked about the canaries of the self test", async () => {
    const hp = await create((texts) => (texts[0] === "an attack" ? 0.99 : 0));
    expect(await hp.selfTest({ canaries: [{ agentId: "bot", input: "an attack" }] })).toMatchObject({ canaries: 1 });
    expect(await failure(hp.selfTest({ canaries: [step] }))).toMatchObject({
      message: expect.stringContaining("was let pass"),
    });
    await hp.close();
  });

  it("decides a stream as a whole before any of it goes out", async () => {
    const texts: unknown[] = [];
    let score = 0.2;
    const hp = await create(
      (given) => {
        texts.push(given);
        return score;
      },
      { policies: [scan({ scan_output: true })] },
    );
    const parts = Array.from({ length: 40 }, () => "some words that flow, ");
    let out = "";
    for await (const part of hp.guardStream(parts, { agentId: "bot" })) out += part;
    expect(out).toBe(parts.join(""));
    expect(texts).toEqual([[parts.join("")]]);
    score = 0.98;
    const stream = hp.guardStream(parts, { agentId: "bot" });
    expect(reasonOf(await failure(stream.next()))).toBe("PROMPT_INJECTION");
    await hp.close();
  });

  it("gives way to a classifier of the client that has the label's name", async () => {
    const meaning = {
      id: "m",
      policyType: "semantic_check",
      enforcementMode: "block",
      ruleDefinition: { model: "embedding", label: "guard" },
    };
    const hp = await create(() => 0.9, { policies: [meaning] });
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("SEMANTIC_THRESHOLD");
    const none = await create(undefined, { policies: [meaning] });
    expect(reasonOf(await failure(none.enforcePolicy(step)))).toBe("REQUEST_INVALID");
    expect(none.stats().missingClassifiers).toEqual([]);
    await Promise.all([hp.close(), none.close()]);
  });
});
