import { isPolicyBlockedError } from "@holdpoint/sdk";
import { Agent, run } from "@openai/agents-core";
import { expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { attack, createClient, createStandInModel } from "./stand-ins";

const agentId = "ops-agent";
const file = (text: string): string => `data:text/plain;base64,${Buffer.from(text).toString("base64")}`;

it.each([
  ["a file of text", (text: string) => ({ type: "input_file", file: file(text) })],
  ["the name of a file", (text: string) => ({ type: "input_file", file: { id: "f-1" }, filename: text })],
  ["a part that nobody knows", (text: string) => ({ type: "annotated", note: { said: text } })],
])("%s is judged before a model sees it", async (_, part) => {
  for (const [text, isBlocked] of [
    [attack, true],
    ["the order left on Monday", false],
  ] as const) {
    const { hp } = await createClient();
    const model = createStandInModel(["fine"]);
    const agent = governAgent(hp, new Agent({ name: "ops", model }), { agentId });
    const content = [{ type: "input_text", text: "read this" }, part(text)];
    const error = await run(agent, [{ role: "user", content }] as never).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect([isPolicyBlockedError(findHalt(error)), model.requests.length]).toEqual([isBlocked, isBlocked ? 0 : 1]);
  }
});
