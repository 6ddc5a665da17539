import { isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { expect, it } from "vitest";
import { findHalt } from "./as-halt";
import { guardModel } from "./guard-model";
import { holdpointMiddleware } from "./middleware";
import { attack, createClient, StandInChatModel } from "./stand-ins";

const agentId = "support-bot";

it("a tool's name stays where what stands beside its result is masked", async () => {
  const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
  const model = new StandInChatModel(["fine"]);
  const asked = new AIMessage({ content: "", tool_calls: [{ id: "1", name: "read", args: {} }] });
  const note = "of ana@example.com";
  const result = new ToolMessage({ name: "read", content: "found", tool_call_id: "1", additional_kwargs: { note } });
  await guardModel(hp, model, { agentId }).invoke([new HumanMessage("go"), asked, result]);
  const sent = model.prompts[0]?.[2];
  expect([sent?.content, sent?.name, sent?.lc_kwargs["name"]]).toEqual(["found\nof [EMAIL]", "read", "read"]);
});

it.each([
  [attack, 1],
  ["the order of last year", 2],
])("the middleware has what stands beside a result judged before a model is told: %s", async (note, calls) => {
  const { hp } = await createClient();
  const model = new StandInChatModel([[{ name: "read", args: {} }], "fine"] as never);
  const read = tool(
    (_: unknown, { toolCall }) =>
      new ToolMessage({ content: "found", tool_call_id: String(toolCall?.id), additional_kwargs: { note } }),
    { name: "read", description: "reads", schema: { type: "object", properties: {} } },
  );
  const agent = createAgent({ model, tools: [read], middleware: [holdpointMiddleware(hp, { agentId })] });
  const error = await agent.invoke({ messages: [new HumanMessage("go")] }).then(
    () => undefined,
    (thrown: unknown) => findHalt(thrown),
  );
  expect([isPolicyBlockedError(error), model.calls]).toEqual([calls === 1, calls]);
});
