import type { Policy, Trace } from "@holdpoint/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
} from "../testing/scripted-control-plane.suite";
import { Holdpoint } from "./holdpoint";

const key = ["ghp", `_${"aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY3z5A"}`].join("");
const mail = "anna@example.org";
const secrets = (enforcementMode: "block" | "warn" | "monitor", ruleDefinition = {}): Policy => ({
  id: "secrets",
  policyType: "secret_leak",
  enforcementMode,
  ruleDefinition,
});
let server: ScriptedControlPlane;
let hp: Holdpoint;

const serve = async (...policies: Policy[]): Promise<void> => {
  server.setBundle({ policies });
  hp = await Holdpoint.create({ controlPlane: server.url, closeTimeoutMs: 500 });
};
const ignore = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined);
const flushed = async (): Promise<Trace[]> => {
  await hp.flush();
  return server.traces;
};

beforeEach(async () => {
  server = await createScriptedControlPlane();
});
afterEach(async () => {
  await hp.close();
  await server.close();
});

describe("a credential that a policy found and did not mask", () => {
  it.each(["block", "warn", "monitor"] as const)("is in no trace, whatever the phase (%s)", async (mode) => {
    await serve(secrets(mode));
    const text = `😀 the key is ${key} and again ${key}.`;
    await ignore(hp.enforcePolicy({ agentId: "bot", input: text }));
    await ignore(hp.enforceOutput({ agentId: "bot", output: text }));
    await ignore(hp.enforceToolCall({ agentId: "bot", tool: "search", args: { deep: [{ q: text }], [key]: "name" } }));
    await ignore(hp.enforceToolResult({ agentId: "bot", tool: "search", result: { rows: [text] } }));
    const trace = hp.startTrace({ agentId: "bot", input: text });
    trace.span({ name: "step", attributes: { header: key, plain: "plain" } }).end();
    trace.end({ output: text });
    const traces = await flushed();
    expect(traces).toHaveLength(5);
    expect(JSON.stringify(traces)).not.toContain(key);
    expect(traces[0]?.input).toMatch(/^😀 the key is \[[A-Z_]+\] and again \[[A-Z_]+\]\.$/u);
    expect(JSON.stringify(traces[4])).toContain("plain");
  });

  it("is taken out of a text that another policy masked, and out of what the record says was replaced", async () => {
    await serve(secrets("warn"), samples.mask);
    await hp.enforcePolicy({ agentId: "bot", input: `${mail} sent ${key} to us` });
    const [trace] = await flushed();
    expect(trace?.input).toMatch(/^\[[A-Z_]+\] sent \[[A-Z_]+\] to us$/);
    expect(JSON.stringify(trace)).not.toContain(key);
    expect(JSON.stringify(trace)).not.toContain(mail);
  });

  it("leaves what stands around a mask of its own", async () => {
    await serve(secrets("warn", { mask_input: true }), samples.mask);
    await hp.enforcePolicy({ agentId: "bot", input: `${mail} sent ${key} to us` });
    await hp.enforceToolCall({ agentId: "bot", tool: "search", args: { q: `use ${key} now` } });
    const traces = await flushed();
    expect(traces[0]?.input).toMatch(/^\[[A-Z_]+\] sent \[GITHUB_TOKEN\] to us$/);
    expect(traces[1]?.input).toBe('{"q":"use [GITHUB_TOKEN] now"}');
  });

  it("takes the texts with it where there are more than evidence names", async () => {
    await serve(secrets("warn"));
    const many = Array.from({ length: 30 }, (_, index) => `${key.slice(0, -2)}${index + 10}`);
    await hp.enforcePolicy({ agentId: "bot", input: many.join("\n") });
    const [trace] = await flushed();
    expect(trace?.input).toBeUndefined();
    for (const one of many) expect(JSON.stringify(trace)).not.toContain(one);
  });

  it("is found in what tools return by a scan of outputs too; what is no credential stays", async () => {
    await serve({ id: "outputs", policyType: "tool_output_scan", enforcementMode: "warn", ruleDefinition: {} });
    await hp.enforceToolResult({ agentId: "bot", tool: "search", result: `${mail} sent ${key} to us` });
    const [trace] = await flushed();
    expect(trace?.output).toMatch(/^anna@example\.org sent \[[A-Z_]+\] to us$/);
  });

  it("leaves texts as they are where nothing was found", async () => {
    await serve(secrets("block"), samples.attacks);
    await ignore(hp.enforcePolicy({ agentId: "bot", input: samples.attack }));
    expect((await flushed())[0]?.input).toBe(samples.attack);
  });
});
