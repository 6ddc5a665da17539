import { isAgentPausedError, isPolicyBlockedError } from "@holdpoint/sdk";
import {
  createUIMessageStream,
  generateObject,
  jsonSchema,
  type LanguageModel,
  smoothStream,
  stepCountIs,
  streamObject,
  streamText,
  ToolLoopAgent,
} from "ai";
import { describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { attack, createClient, createCountingTool, createStandInModel, type Turn } from "./stand-ins";

const agentId = "support-bot";
const schema = jsonSchema<{ readonly said: string }>({ type: "object", properties: { said: { type: "string" } } });
/** What a program tells its user interface; the framework itself tells no more than that an error has occurred. */
const codeOf = (error: unknown): string => findHalt(error)?.code ?? "";
const ignore = { onError: () => {} };

/** All that a reader gets, and what it fails with. */
async function drain(
  stream: AsyncIterable<unknown> | ReadableStream<unknown>,
): Promise<{ seen: string; error: unknown }> {
  let seen = "";
  try {
    for await (const part of stream as AsyncIterable<unknown>)
      seen += typeof part === "string" ? part : JSON.stringify(part);
  } catch (error) {
    return { seen, error };
  }
  return { seen, error: undefined };
}

/** Every way to ask a model of which the framework makes something else than a text. */
const ways: Readonly<
  Record<string, (model: LanguageModel, prompt: string) => Promise<{ seen: string; error: unknown }>>
> = {
  generateObject: async (model, prompt) => {
    const { object } = await generateObject({ model, schema, prompt });
    return { seen: JSON.stringify(object), error: undefined };
  },
  streamObject: async (model, prompt) => {
    const errors: unknown[] = [];
    const { partialObjectStream } = streamObject({
      model,
      schema,
      prompt,
      onError: ({ error }) => void errors.push(error),
    });
    const { seen, error } = await drain(partialObjectStream);
    return { seen, error: error ?? errors[0] };
  },
  "a transformed stream": (model, prompt) =>
    drain(
      streamText({ model, prompt, experimental_transform: smoothStream({ delayInMs: null }), ...ignore }).fullStream,
    ),
  "a stream of messages for a user interface": (model, prompt) =>
    drain(streamText({ model, prompt, ...ignore }).toUIMessageStream({ onError: codeOf })),
  "a stream that is merged into another": (model, prompt) =>
    drain(
      createUIMessageStream({
        execute: ({ writer }) =>
          writer.merge(streamText({ model, prompt, ...ignore }).toUIMessageStream({ onError: codeOf })),
        onError: codeOf,
      }),
    ),
  "an agent's loop": async (model, prompt) => {
    const agent = new ToolLoopAgent({ model, stopWhen: stepCountIs(5) });
    return { seen: (await agent.generate({ prompt })).text, error: undefined };
  },
  "an agent's stream": async (model, prompt) => {
    const agent = new ToolLoopAgent({ model, stopWhen: stepCountIs(5) });
    return drain((await agent.stream({ prompt })).fullStream);
  },
};

async function ask(way: string, turns: readonly Turn[], prompt: string, pause = false) {
  const { hp } = await createClient();
  const model = createStandInModel(turns);
  if (pause) hp.pauseAgent(agentId);
  const caught = (error: unknown) => ({ seen: "", error });
  const { seen, error } = await (ways[way]?.(guardModel(hp, model, { agentId }), prompt).catch(caught) ?? caught(way));
  return { seen, calls: model.requests.length, halt: findHalt(error) };
}

describe.each(Object.keys(ways))("%s", (way) => {
  it("gives what may be said", async () => {
    const { seen, calls } = await ask(way, ['{"said":"fine"}'], "hi");
    expect([seen.includes("fine"), calls]).toEqual([true, 1]);
  });

  it("asks no model about an attack, nor while the agent is paused", async () => {
    const blocked = await ask(way, ['{"said":"fine"}'], attack);
    expect([blocked.calls, isPolicyBlockedError(blocked.halt) || blocked.seen.includes("POLICY_BLOCKED")]).toEqual([
      0,
      true,
    ]);
    const paused = await ask(way, ['{"said":"fine"}'], "hi", true);
    expect([paused.calls, isAgentPausedError(paused.halt) || paused.seen.includes("AGENT_PAUSED")]).toEqual([0, true]);
  });

  it("gives nobody what the model may not say", async () => {
    const { seen, calls, halt } = await ask(way, ['{"said":"the forbidden word"}'], "hi");
    expect([seen.includes("forbidden"), calls]).toEqual([false, 1]);
    expect(isPolicyBlockedError(halt) || seen.includes("POLICY_BLOCKED")).toBe(true);
  });
});

it("a tool of an agent's loop that is denied does not run, nor does its model go on", async () => {
  const { hp } = await createClient();
  const model = createStandInModel([[{ name: "db_write", args: {} }], "done"]);
  const denied = createCountingTool();
  const agent = new ToolLoopAgent({
    model: guardModel(hp, model, { agentId }),
    tools: guardTools(hp, { db_write: denied.tool }, { agentId }),
    stopWhen: stepCountIs(5),
  });
  await expect(agent.generate({ prompt: "go" })).rejects.toSatisfy((error) => isPolicyBlockedError(findHalt(error)));
  expect([denied.given.length, model.requests.length]).toEqual([0, 1]);
});
