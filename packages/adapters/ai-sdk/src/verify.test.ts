import { type EnforceInput, Holdpoint } from "@holdpoint/sdk";
import { wrapLanguageModel } from "ai";
import { expect, it } from "vitest";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { createClient, createCountingTool, createStandInModel } from "./stand-ins";
import { verify } from "./verify";

const options = { agentId: "support-bot" };

it("passes where model and tools are guarded, and calls neither", async () => {
  const { hp } = await createClient();
  const model = createStandInModel(["hello"]);
  const search = createCountingTool();
  const tools = guardTools(hp, { search: search.tool }, options);
  await verify(hp, { model: guardModel(hp, model, options), tools });
  expect([model.requests.length, search.given.length]).toEqual([0, 0]);
});

it("passes without any policy, and behind other middleware", async () => {
  const hp = await Holdpoint.create({ policies: [] });
  const model = guardModel(hp, createStandInModel(["hello"]), options);
  await verify(hp, { model: wrapLanguageModel({ model, middleware: { specificationVersion: "v3" } }) });
});

it("fails for a model that is not guarded, or by another client", async () => {
  const { hp } = await createClient();
  const model = createStandInModel(["hello"]);
  await expect(verify(hp, { model })).rejects.toThrow("model `stand-in` does not stop a paused agent");
  const { hp: other } = await createClient();
  await expect(verify(hp, { model: guardModel(other, model, options) })).rejects.toThrow("does not stop");
});

it("fails for a tool that is not guarded, without running it", async () => {
  const { hp } = await createClient();
  const search = createCountingTool();
  await expect(verify(hp, { tools: { search: search.tool } })).rejects.toThrow("tool `search` is not guarded");
  expect(search.given).toHaveLength(0);
});

it("fails when the client lets everything pass", async () => {
  const { hp } = await createClient();
  const asleep = new Proxy(hp, {
    get(target, name) {
      if (name === "enforcePolicy")
        return async (input: EnforceInput) => target.evaluate({ agentId: input.agentId ?? "" });
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  }) as Holdpoint;
  const model = guardModel(asleep, createStandInModel(["hello"]), options);
  await expect(verify(asleep, { model })).rejects.toThrow("does not stop");
});

it("fails when there is nothing to verify", async () => {
  await expect(verify((await createClient()).hp, {})).rejects.toThrow("nothing to verify");
});
