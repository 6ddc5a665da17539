import { isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText, stepCountIs } from "ai";
import { expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { guardTools } from "./guard-tools";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

const agentId = "support-bot";
const address = ["ana.lopez", "example.com"].join("@");

it("an attack that is the name of an argument, or of a member of a result, stops the call", async () => {
  const { hp } = await createClient();
  for (const [args, result, runs] of [
    [{ q: { [attack]: 1 } }, "fine", 0],
    [{ q: { "the second page": 1 } }, { rows: [{ [attack]: 1 }] }, 1],
  ] as const) {
    const search = createCountingTool(result);
    const model = createStandInModel([[{ name: "search", args }], "done"]);
    const tools = guardTools(hp, { search: search.tool }, { agentId });
    const error = await generateText({ model, tools, prompt: "search", stopWhen: stepCountIs(3), maxRetries: 0 }).then(
      ({ steps }) =>
        steps.flatMap(({ content }) => content.flatMap((part) => ("error" in part ? [part.error] : [])))[0],
      (thrown: unknown) => thrown,
    );
    expect(findHalt(error)).toSatisfy(isPolicyBlockedError);
    expect(search.given).toHaveLength(runs);
  }
});

it("a tool gets its arguments under names without personal data, and none is lost", async () => {
  const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
  const send = createCountingTool();
  const args = { to: { [address]: "first", [`b${address}`]: "second", note: `ask ${address}` } };
  const model = createStandInModel([[{ name: "send", args }], "done"]);
  const tools = guardTools(hp, { send: send.tool }, { agentId });
  await generateText({ model, tools, prompt: "send", stopWhen: stepCountIs(3), maxRetries: 0 });
  expect(send.given).toEqual([{ to: { "[EMAIL]": "first", "[EMAIL] (2)": "second", note: "ask [EMAIL]" } }]);
});
