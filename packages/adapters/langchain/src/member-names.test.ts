import { isPolicyBlockedError } from "@holdpoint/sdk";
import { createAgent } from "langchain";
import { expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { HoldpointCallbackHandler } from "./callback-handler";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, createCountingTool, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";
const user = { messages: [{ role: "user", content: "search" }] };

it.each(["handler", "middleware"])("an attack that is a member's name stops the run, with the %s", async (way) => {
  for (const [args, result, runs, isBlocked] of [
    [{ q: { [attack]: 1 } }, {}, 0, true],
    [{ q: { "the second page": 1 } }, { rows: [{ [attack]: 1 }] }, 1, true],
    [{ q: { "the second page": 1 } }, { rows: [{ "left on Monday": 1 }] }, 1, false],
  ] as const) {
    const { hp } = await createClient();
    const search = createCountingTool("search", JSON.stringify(result));
    const model = new StandInChatModel([[{ name: "search", args }], "done"]);
    const isHandled = way === "handler";
    const middleware = isHandled ? [] : [holdpointMiddleware(hp, { agentId })];
    const callbacks = isHandled ? [new HoldpointCallbackHandler(hp, { agentId })] : [];
    const error = await createAgent({ model, tools: [search.tool], middleware })
      .invoke(user, { callbacks })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect([isPolicyBlockedError(findHalt(error)), search.runs(), model.calls]).toEqual([
      isBlocked,
      runs,
      isBlocked ? 1 : 2,
    ]);
  }
});
