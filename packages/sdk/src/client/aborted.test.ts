import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isHoldpointError } from "../gen/errors";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "../testing/scripted-control-plane.suite";
import type { CallOptions, ClassifierContext } from "../types";
import { Holdpoint } from "./holdpoint";

const policies = [
  samples.tools,
  { id: "meaning", policyType: "semantic_check", enforcementMode: "block", ruleDefinition: { classifier: "guard" } },
] as const;

const verbs: Record<string, (hp: Holdpoint, sessionId: string, options: CallOptions) => Promise<unknown>> = {
  enforcePolicy: (hp, sessionId, options) => hp.enforcePolicy({ agentId: "bot", input: "hello", sessionId }, options),
  enforceToolCall: (hp, sessionId, options) =>
    hp.enforceToolCall({ agentId: "bot", tool: "send_email", args: {}, sessionId }, options),
  enforceToolResult: (hp, sessionId, options) =>
    hp.enforceToolResult({ agentId: "bot", tool: "t", result: "x", sessionId }, options),
  enforceOutput: (hp, sessionId, options) => hp.enforceOutput({ agentId: "bot", output: "x", sessionId }, options),
  guardStream: async (hp, sessionId, options) => {
    for await (const _ of hp.guardStream(words(), { agentId: "bot", sessionId }, options));
  },
};
async function* words(): AsyncGenerator<string> {
  for (let i = 0; i < 20; i++) {
    yield "a word ";
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
/** How many turns of the microtasks, then how many milliseconds a call is let run; undefined: it is too late before it. */
const moments = [undefined, [0, 0], [1, 0], [2, 0], [3, 0], [8, 0], [0, 1], [0, 4], [0, 10], [0, 25]] as const;

let server: ScriptedControlPlane;
let used: number;
let asked: AbortSignal[];
let status: string;
beforeEach(async () => {
  [used, asked, status] = [0, [], "pending"];
  server = await createScriptedControlPlane();
  server.setBundle({ policies });
  server.script("POST /api/v1/approvals", (_, response) =>
    answerJson(response, 201, { data: { id: "a-1", status: "pending" } }),
  );
  server.script("GET /api/v1/approvals/a-1", (_, response) =>
    answerJson(response, 200, { data: { id: "a-1", status } }),
  );
  server.script("POST /api/v1/approvals/a-1/verify", (_, response) => {
    used++;
    answerJson(response, 200, { data: { valid: false, reason: "used" } });
  });
});
afterEach(() => server.close());

const guard = async (_: readonly string[], { signal }: ClassifierContext): Promise<number> => {
  asked.push(signal);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return 0;
};
const connect = (): Promise<Holdpoint> =>
  Holdpoint.create({
    controlPlane: server.url,
    apiKey: "k",
    stream: false,
    approvalPollIntervalMs: 3,
    flushIntervalMs: 5,
    classifiers: { guard },
  });

describe("a call that is aborted, at whichever moment", () => {
  it.each(Object.keys(verbs))(
    "%s ends, leaves the client as it was, and what was recorded is sent once",
    async (verb) => {
      const hp = await connect();
      for (const [number, moment] of moments.entries()) {
        const abort = new AbortController();
        if (!moment) abort.abort(new Error("enough"));
        const call = verbs[verb]?.(hp, `${number}`, { signal: abort.signal }).catch((error: unknown) => error);
        for (let turn = 0; turn < (moment?.[0] ?? 0); turn++) await Promise.resolve();
        if (moment?.[1]) await new Promise((resolve) => setTimeout(resolve, moment[1]));
        abort.abort(new Error("enough"));
        const outcome = await call;
        expect(outcome instanceof Error ? isHoldpointError(outcome) : true, String(outcome)).toBe(true);
        expect((await hp.enforcePolicy({ agentId: "bot", input: "hello", sessionId: "after" })).allowed).toBe(true);
      }
      await hp.flush();
      const { queuedTraces, droppedTraces } = hp.stats();
      expect([queuedTraces, ...Object.values(droppedTraces)].every((count) => count === 0)).toBe(true);
      await hp.close();
      const sessions = server.traces.map((trace) => (trace as { sessionId?: string }).sessionId);
      expect(sessions.filter((name) => name === "after")).toHaveLength(moments.length);
      for (const number of moments.keys())
        expect(sessions.filter((name) => name === `${number}`).length).toBeLessThanOrEqual(1);
      expect(new Set(server.traces.map(({ traceId }) => traceId)).size).toBe(server.traces.length);
      expect(used).toBe(0);
    },
  );

  it("uses no approval up that is heard of when the step was given up", async () => {
    let answer = (): void => undefined;
    let isAsked = false;
    server.script("GET /api/v1/approvals/a-1", (_, response) => {
      isAsked = true;
      answer = () => answerJson(response, 200, { data: { id: "a-1", status: "approved" } });
    });
    const hp = await connect();
    const abort = new AbortController();
    const call = verbs["enforceToolCall"]?.(hp, "1", { signal: abort.signal }).catch((error: unknown) => error);
    await until(() => isAsked, "the question");
    abort.abort(new Error("enough"));
    answer();
    expect(isHoldpointError(await call)).toBe(true);
    await hp.close();
    expect(used).toBe(0);
  });

  it("tells its classifier at once", async () => {
    const hp = await connect();
    const abort = new AbortController();
    const call = verbs["enforcePolicy"]?.(hp, "1", { signal: abort.signal }).catch((error: unknown) => error);
    await until(() => asked.length > 0, "the question");
    abort.abort(new Error("enough"));
    expect(isHoldpointError(await call)).toBe(true);
    expect(asked[0]?.aborted).toBe(true);
    await hp.close();
  });
});
