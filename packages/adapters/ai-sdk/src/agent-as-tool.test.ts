import { isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText, jsonSchema, stepCountIs, streamText, ToolLoopAgent, tool } from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { createClient, createCountingTool, createStandInModel } from "./stand-ins";

const stopWhen = stepCountIs(5);

/** An agent whose tool is an agent of its own, which asks for a denied tool. */
async function setUp(isCaught = false) {
  const { hp } = await createClient();
  const denied = createCountingTool();
  const inner = createStandInModel([[{ name: "db_write", args: {} }], "done"]);
  const outer = createStandInModel([[{ name: "ask", args: {} }], "all done"]);
  const helper = new ToolLoopAgent({
    model: guardModel(hp, inner, { agentId: "helper" }),
    tools: guardTools(hp, { db_write: denied.tool }, { agentId: "helper" }),
    stopWhen,
  });
  const ask = tool({
    inputSchema: jsonSchema<Record<string, unknown>>({ type: "object" }),
    execute: async () => {
      try {
        return (await helper.generate({ prompt: "go" })).text;
      } catch (error) {
        if (isCaught) return "the helper could not";
        throw error;
      }
    },
  });
  const given = {
    model: guardModel(hp, outer, { agentId: "support-bot" }),
    tools: guardTools(hp, { ask }, { agentId: "support-bot" }),
    prompt: "go",
    stopWhen,
  };
  return { given, denied, inner, outer };
}

describe("an agent that is the tool of another", () => {
  it("stops the run of the other with what has stopped it", async () => {
    const { given, denied, inner, outer } = await setUp();
    const error = await generateText(given).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isPolicyBlockedError(findHalt(error))).toBe(true);
    expect([denied.given.length, inner.requests.length, outer.requests.length]).toEqual([0, 1, 1]);
  });

  it("stops its stream, too", async () => {
    const { given, outer } = await setUp();
    const errors: unknown[] = [];
    const { textStream } = streamText({ ...given, onError: ({ error }) => void errors.push(error) });
    let seen = "";
    try {
      for await (const text of textStream) seen += text;
    } catch (error) {
      errors.push(error);
    }
    expect([seen, errors.some((error) => isPolicyBlockedError(findHalt(error)))]).toEqual(["", true]);
    expect(outer.requests).toHaveLength(1);
  });

  it("does not where the tool itself knows what to do without it", async () => {
    const { given } = await setUp(true);
    expect((await generateText(given)).text).toBe("all done");
  });
});
