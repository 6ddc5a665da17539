import { isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, run } from "@openai/agents-core";
import { expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

const agentId = "ops-agent";

it("an attack that is the name of an argument, or of a member of a result, stops the run", async () => {
  for (const [args, result, runs, isBlocked] of [
    [{ q: { [attack]: 1 } }, "fine", 0, true],
    [{ q: { "the second page": 1 } }, { rows: [{ [attack]: 1 }] }, 1, true],
    [{ q: { "the second page": 1 } }, { rows: [{ "left on Monday": 1 }] }, 1, false],
  ] as const) {
    const { hp } = await createClient();
    const search = createCountingTool("search", result);
    const model = createStandInModel([[{ name: "search", args }], "done"]);
    const agent = governAgent(hp, new Agent({ name: "ops", model, tools: [search.tool] }), { agentId });
    const error = await run(agent, "search").then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect([isPolicyBlockedError(findHalt(error)), search.runs(), model.requests.length]).toEqual([
      isBlocked,
      runs,
      isBlocked ? 1 : 2,
    ]);
  }
});
