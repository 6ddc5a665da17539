import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeEndpoints } from "../../../endpoints/src/node-endpoints";
import {
  startValidatorReceiver,
  type ValidatorReceiver,
} from "../../../endpoints/src/testing/validator-receiver.suite";
import { createNodePlatform } from "../platform/node-platform";
import type { EndpointRequest, Platform } from "../platform/platform";
import type { ClassifierOption } from "../types";
import { create, failure, messageOf, reasonOf, step } from "./guarded-client.suite";

describe("an endpoint at a public address", () => {
  let receiver: ValidatorReceiver;
  beforeAll(async () => {
    receiver = await startValidatorReceiver();
  });
  afterAll(() => receiver?.close());
  beforeEach(() => {
    receiver.asked.length = 0;
  });

  /** Names lead to the receiver; only the judgement of its own loopback address is lifted. */
  function platform(addresses: readonly string[], trustLoopback = true): Platform {
    const endpoints = createNodeEndpoints({ ca: receiver.ca, resolve: async () => addresses });
    const post = (request: EndpointRequest) =>
      endpoints.post({
        ...request,
        mayReach: (address) => (trustLoopback && address === "127.0.0.1") || request.mayReach(address),
      });
    return { ...createNodePlatform(), endpoints: { post } };
  }
  const guard = (more: object = {}): ClassifierOption =>
    ({ url: `https://policy.example.com:${receiver.port}/v1/chat`, kind: "chat", model: "m", ...more }) as never;
  const sayZero = () =>
    receiver.answer((_, response) => response.end('{"choices":[{"message":{"content":"{\\"score\\":0}"}}]}'));

  it("is reached where its addresses are judged, and the connection is kept", async () => {
    sayZero();
    const ports = new Set<number | undefined>();
    receiver.answer((_, response) => {
      ports.add(response.socket?.remotePort);
      response.end('{"choices":[{"message":{"content":"{\\"score\\":0}"}}]}');
    });
    const hp = await create(guard(), { platform: platform(["127.0.0.1"]) });
    for (let times = 0; times < 3; times++)
      expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true, alerts: [] });
    expect(receiver.asked).toHaveLength(3);
    expect(ports.size).toBe(1);
    await hp.close();
  });

  it("is asked anew where a kept connection was closed", async () => {
    sayZero();
    const hp = await create(guard(), { platform: platform(["127.0.0.1"]) });
    await hp.enforcePolicy(step);
    let first = true;
    receiver.answer((_, response) => {
      if (first) response.socket?.destroy();
      else response.end('{"choices":[{"message":{"content":"{\\"score\\":0}"}}]}');
      first = false;
    });
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    await hp.close();
  });

  it.each([
    ["a private address", ["10.0.0.7"]],
    ["one private address among public ones", ["93.184.216.34", "169.254.169.254"]],
    ["no address", []],
  ])("is not asked where its name has %s", async (_, addresses) => {
    sayZero();
    const hp = await create(guard(), { platform: platform(addresses) });
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toContain("could not be reached");
    expect(receiver.asked).toHaveLength(0);
    await hp.close();
  });

  it("is not followed to where it redirects", async () => {
    receiver.answer((_, response) => response.writeHead(307, { location: "https://169.254.169.254/" }).end());
    const hp = await create(guard({ apiKey: "k" }), { platform: platform(["127.0.0.1"]) });
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toContain("answered 307");
    expect(receiver.asked).toHaveLength(1);
    await hp.close();
  });

  it("may be one that the policy itself names: it is asked without a key, and only where no score is brought", async () => {
    receiver.answer((_, response) => response.end('{"score":0.9}'));
    const meaning = {
      id: "m",
      policyType: "semantic_check",
      enforcementMode: "block",
      ruleDefinition: { model: "endpoint", url: `https://policy.example.com:${receiver.port}/s`, label: "advice" },
    };
    const hp = await create(undefined, { policies: [meaning], platform: platform(["127.0.0.1"]) });
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toBe("score 0.9 in /input is over 0.5");
    expect(JSON.parse(receiver.asked[0]?.body ?? "")).toEqual({
      policyId: "m",
      label: "advice",
      agentId: "bot",
      phase: "input",
      texts: ["hello there"],
    });
    expect(receiver.asked[0]?.headers.authorization).toBeUndefined();
    expect(await hp.enforcePolicy({ ...step, classifications: { advice: 0.1 } })).toMatchObject({ allowed: true });
    expect(receiver.asked).toHaveLength(1);
    const far = await create(undefined, { policies: [meaning], platform: platform(["127.0.0.1"], false) });
    expect(reasonOf(await failure(far.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    await Promise.all([hp.close(), far.close()]);
  });
});
