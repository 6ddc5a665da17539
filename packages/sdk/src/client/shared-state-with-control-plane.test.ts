import { createHmac } from "node:crypto";
import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeEndpoints } from "../../../endpoints/src/node-endpoints";
import {
  startValidatorReceiver,
  type ValidatorReceiver,
} from "../../../endpoints/src/testing/validator-receiver.suite";
import { createNodePlatform } from "../platform/node-platform";
import { until } from "../testing/scripted-control-plane.suite";
import type { HoldpointOptions, UngovernedEvent } from "../types";
import { Holdpoint } from "./holdpoint";

let server: ControlPlane;
let receiver: ValidatorReceiver;
let apiKey: string;

const call = async (path: string, body?: unknown, key = server.bootstrapKey ?? "") => {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as { data: Record<string, string>; error?: unknown };
  if (!answer.ok) throw new Error(JSON.stringify(json));
  return json.data;
};

const create = (options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> =>
  Holdpoint.create({ controlPlane: server.url, apiKey, stream: false, pollIntervalMs: 600_000, ...options });

const spends = (hp: Holdpoint, userId: string, estimatedCost: number): Promise<boolean> =>
  hp.enforcePolicy({ agentId: "bot", userId, estimatedCost }).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  server = await startControlPlane({ port: 0 });
  receiver = await startValidatorReceiver();
  await call("/agents", { agentId: "guarded", name: "Guarded" });
  const budget = (id: string) => ({
    id,
    policyType: "cost_budget",
    enforcementMode: "block",
    ruleDefinition: { scope: "user", scope_id: id, window: "1d", cap_usd: 10, strict: true },
  });
  const url = `https://policy.example.com:${receiver.port}/check`;
  await call("/policies", [
    budget("jump"),
    budget("dead"),
    {
      id: "own",
      policyType: "custom_validator",
      enforcementMode: "block",
      appliesToAgents: ["guarded"],
      ruleDefinition: { url, timeout_ms: 5000 },
    },
  ]);
  apiKey = String((await call("/api-keys", { name: "agents", role: "sdk" }))["key"]);
});
afterAll(async () => {
  await server?.close();
  await receiver?.close();
});

describe("a slice of the real control plane", () => {
  it.each([
    ["closed", false],
    ["open", true],
  ] as const)(
    "is held from the start and spent while nobody answers, then the fail mode %s decides",
    async (failMode, passes) => {
      const platform = createNodePlatform();
      let down = false;
      const send: typeof platform.requests.send = (request) =>
        down ? Promise.reject(new Error("nobody answers")) : platform.requests.send(request);
      const hp = await create({ failMode, platform: { ...platform, requests: { ...platform.requests, send } } });
      const events: UngovernedEvent[] = [];
      hp.on("ungoverned", (event) => events.push(event));
      expect(hp.stats().leases).toMatchObject({ held: 2, reachable: true });
      down = true;
      const slice = [await spends(hp, "dead", 0.05), await spends(hp, "dead", 0.05)];
      await until(() => hp.stats().leases?.reachable === false, "the lane knows that nobody answers");
      expect([...slice, await spends(hp, "dead", 0.05)]).toEqual([true, true, passes]);
      const count = passes ? 1 : 0;
      expect(hp.stats()).toMatchObject({ leases: { ungoverned: count }, ungoverned: { no_lease: count } });
      const event = { reason: "no_lease", count: 1, total: 1 };
      expect(events).toEqual(passes ? [{ ...event, hook: undefined }] : []);
      down = false;
      await hp.close();
      const traces = (await call("/traces?agentId=holdpoint")) as unknown as { spanType: string; metadata: unknown }[];
      const told = traces.filter(({ spanType }) => spanType === "ungoverned").map(({ metadata }) => metadata);
      expect(told).toEqual(passes ? [event] : []);
    },
  );

  it("is not drawn for a day that has not come: a client whose clock is a day ahead is held", async () => {
    const platform = createNodePlatform();
    const clock = { ...platform.clock, nowMs: () => Date.now() + 86_400_000 };
    const ahead = await create({ platform: { ...platform, clock } });
    expect(await spends(ahead, "jump", 0.01)).toBe(false);
    expect(ahead.stats().leases).toMatchObject({ reachable: true });
    const right = await create();
    expect(await spends(right, "jump", 0.01)).toBe(true);
    await Promise.all([ahead.close(), right.close()]);
  });
});

describe("the secret of a validator", () => {
  it("is made by the control plane, reaches the client and signs its questions", async () => {
    const { secret = "" } = await call("/validators", { policyId: "own" });
    const endpoints = createNodeEndpoints({ ca: receiver.ca, resolve: async () => ["127.0.0.1"] });
    const hp = await create({
      platform: {
        ...createNodePlatform(),
        endpoints: { post: (request) => endpoints.post({ ...request, mayReach: () => true }) },
      },
    });
    expect(await hp.enforcePolicy({ agentId: "guarded", input: "may I?" })).toMatchObject({ allowed: true });
    const [asked] = receiver.asked;
    expect(JSON.parse(asked?.body ?? "{}")).toMatchObject({ agentName: "Guarded", policyId: "own" });
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = asked?.headers ?? {};
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const mac = createHmac("sha256", key).update(`${id}.${time}.${asked?.body}`).digest("base64");
    expect(signature).toBe(`v1,${mac}`);
    await hp.close();
  });
});
