import { isPolicyBlockedError } from "@holdpoint/sdk";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { guardModel } from "./guard-model";
import { attack, createClient, StandInChatModel } from "./stand-ins";

const mail = ["ann", "example.com"].join("@");
/** A long talk with another text in one place. */
const withText = (place: number, content: string) =>
  Array.from({ length: 121 }, (_, at) => {
    const text = at === place ? content : `${at}`;
    return at % 2 ? new AIMessage(text) : new HumanMessage(text);
  });

describe("a history of more messages than a request may carry", () => {
  it("reaches no model when any of it is an attack", async () => {
    const { hp } = await createClient();
    const model = new StandInChatModel(["hello"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    for (const place of [0, 19, 20, 69, 70, 119])
      await expect(guarded.invoke(withText(place, attack)), `${place}`).rejects.toSatisfy(isPolicyBlockedError);
    expect(model.calls).toBe(0);
  });

  it("is masked wherever it has to be", async () => {
    const { hp } = await createClient({ policies: { pii_access: { enforcement: "warn", mask_input: true } } });
    const model = new StandInChatModel(["hello"]);
    await guardModel(hp, model, { agentId: "a" }).invoke(withText(3, `from ${mail}`));
    expect(JSON.stringify(model.prompts).includes(mail)).toBe(false);
    expect(model.prompts[0]).toHaveLength(121);
  });
});
