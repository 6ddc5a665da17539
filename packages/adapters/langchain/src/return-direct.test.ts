import { isPolicyBlockedError } from "@holdpoint/sdk";
import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { holdpointMiddleware } from "./middleware";
import { createClient, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";
const go = { messages: [new HumanMessage("go")] };

/** An agent whose answer is what its tool returns, or that goes on with it. */
async function setUp(by: string, returned: string, returnDirect: boolean, policies?: object) {
  const { hp, decisions } = await createClient(policies ? { policies: policies as never } : {});
  const look = tool(async () => returned, {
    name: "look",
    description: "looks",
    schema: { type: "object", properties: {} },
    returnDirect,
  });
  const agent = createAgent({
    model: new StandInChatModel([[{ name: "look", args: {} }], "done"]),
    tools: [look],
    middleware: by === "middleware" ? [holdpointMiddleware(hp, { agentId })] : [],
  });
  const callbacks = by === "handler" ? [new HoldpointCallbackHandler(hp, { agentId })] : [];
  return { agent, decisions, config: { callbacks } };
}

describe.each(["handler", "middleware"])("with the %s", (by) => {
  it("a result that is the answer is judged as one", async () => {
    for (const [text, isBlocked] of [
      ["a forbidden word", true],
      ["a fine word", false],
    ] as const) {
      const { agent, config, decisions } = await setUp(by, text, true);
      const outcome = await agent.invoke(go, config).catch((error: unknown) => findHalt(error));
      expect(isPolicyBlockedError(outcome)).toBe(isBlocked);
      const phases = decisions.map(({ decision }) => decision.phase);
      expect(phases.slice(-2)).toEqual(["tool_result", "output"]);
      if (!isBlocked) expect((outcome as typeof go).messages.at(-1)?.content).toBe(text);
    }
  });

  it("a result that the model goes on with is none", async () => {
    const { agent, config } = await setUp(by, "a forbidden word", false);
    expect((await agent.invoke(go, config)).messages.at(-1)?.content).toBe("done");
  });
});

it("the middleware lets nobody see it before, and masks it", async () => {
  const stopped = await setUp("middleware", "a forbidden word", true);
  let seen = "";
  const read = (async () => {
    for await (const part of await stopped.agent.stream(go, { streamMode: "updates" })) seen += JSON.stringify(part);
  })();
  await expect(read.catch((error: unknown) => findHalt(error))).resolves.toSatisfy(isPolicyBlockedError);
  expect(seen).not.toContain("a forbidden");
  const mask = { pii_access: { enforcement: "warn", mask_output: true } };
  const masked = await setUp("middleware", "write to ana@example.com", true, mask);
  expect((await masked.agent.invoke(go)).messages.at(-1)?.content).toBe("write to [EMAIL]");
});
