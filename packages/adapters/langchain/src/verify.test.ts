import { Holdpoint, isPolicyBlockedError } from "@holdpoint/sdk";
import { createAgent, createMiddleware, fakeModel } from "langchain";
import { expect, it } from "vitest";
import { HoldpointCallbackHandler } from "./callback-handler";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, createCountingTool, StandInChatModel } from "./stand-ins";
import { verify } from "./verify";

const options = { agentId: "support-bot" };

it("passes for a handler, a guarded model and an agent, calls no model, runs no tool, leaves nothing paused", async () => {
  const { hp } = await createClient();
  const bare = new StandInChatModel(["hello"], { streaming: true });
  const search = createCountingTool("search");
  const handler = new HoldpointCallbackHandler(hp, options);
  const model = guardModel(hp, bare, options);
  const agent = createAgent({ model, tools: [search.tool], middleware: [holdpointMiddleware(hp, options)] });
  await verify(hp, { handler, model, agent });
  expect([bare.calls, search.runs(), handler.openRuns, hp.stats().pauses]).toEqual([0, 0, 0, []]);
});

it("passes without any policy", async () => {
  const hp = await Holdpoint.create({ policies: [] });
  await verify(hp, { model: guardModel(hp, new StandInChatModel(["hello"], { streaming: true }), options) });
});

it("names the way into a model that a handler does not see, unless that is accepted", async () => {
  const { hp } = await createClient();
  const handler = new HoldpointCallbackHandler(hp, options);
  const model = new StandInChatModel(["hello"], { streaming: true });
  await expect(verify(hp, { handler, model })).rejects.toThrow("`streamEvents` without `version`");
  await verify(hp, { handler, model, acceptUnversionedStreamEvents: true });
  expect([model.calls, hp.stats().ungoverned.no_handler]).toEqual([0, 0]);
  for await (const _ of model.streamEvents("hi") as unknown as AsyncIterable<unknown>);
  for await (const _ of model.streamEvents("hi", { version: "v2", callbacks: [handler] }));
  expect([model.calls, hp.stats().ungoverned.no_handler]).toEqual([2, 2]);
});

it("fails for a handler that LangChain does not listen to, or of another client", async () => {
  const { hp } = await createClient();
  for (const name of ["raiseError", "awaitHandlers"] as const) {
    const handler = new HoldpointCallbackHandler(hp, options);
    handler[name] = false;
    await expect(verify(hp, { handler })).rejects.toThrow("LangChain swallows what the handler throws");
  }
  const { hp: other } = await createClient();
  const handler = new HoldpointCallbackHandler(other, options);
  await expect(verify(hp, { handler })).rejects.toThrow("the handler of a chain does not stop");
});

it("fails for a model that is not guarded, or by another client", async () => {
  const { hp } = await createClient();
  const model = new StandInChatModel(["hello"]);
  await expect(verify(hp, { model })).rejects.toThrow("is not guarded");
  expect(model.calls).toBe(0);
  const { hp: other } = await createClient();
  await expect(verify(hp, { model: guardModel(other, model, options) })).rejects.toThrow(
    "does not stop a paused agent",
  );
});

it("proves what `bindTools` gives, also where that is another model that cannot stream", async () => {
  const { hp } = await createClient();
  const bare = fakeModel().respond(new Error("nobody asks it"));
  const model = guardModel(hp, bare, options);
  await verify(hp, { model });
  await expect(model.bindTools([]).invoke(attack)).rejects.toSatisfy(isPolicyBlockedError);
  expect(bare.callCount).toBe(0);
});

it("fails for middleware of another client, and for an agent where ours is missing or not the first", async () => {
  const { hp } = await createClient();
  const { hp: other } = await createClient();
  await expect(verify(hp, { middleware: holdpointMiddleware(other, options) })).rejects.toThrow("`wrapModelCall`");
  const model = new StandInChatModel(["hello"]);
  const first = createMiddleware({ name: "first" });
  for (const middleware of [[], [first, holdpointMiddleware(hp, options)]]) {
    const agent = createAgent({ model, tools: [], middleware });
    await expect(verify(hp, { agent })).rejects.toThrow("the first middleware of the agent is not ours");
  }
});

it("fails when there is nothing to verify", async () => {
  await expect(verify((await createClient()).hp, {})).rejects.toThrow("nothing to verify");
});
