import { isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText } from "ai";
import { describe, expect, it } from "vitest";
import { guardModel } from "./middleware";
import { attack, createClient, createStandInModel } from "./stand-ins";

const mail = ["ann", "example.com"].join("@");
const long = Array.from({ length: 121 }, (_, at) => ({
  role: at % 2 ? ("assistant" as const) : ("user" as const),
  content: `${at}`,
}));
/** The same with another text in one place. */
const withText = (place: number, content: string) =>
  long.map((message, at) => (at === place ? { ...message, content } : message));

describe("a history of more messages than a request may carry", () => {
  it("reaches no model when any of it is an attack", async () => {
    const { hp } = await createClient();
    const model = createStandInModel(["hello"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    for (const place of [0, 18, 19, 20, 21, 69, 70, 71, 119]) {
      const asked = generateText({ model: guarded, messages: withText(place, attack) });
      await expect(asked, `${place}`).rejects.toSatisfy(isPolicyBlockedError);
    }
    expect(model.requests).toHaveLength(0);
  });

  it("is masked wherever it has to be, and its own decision is the only one", async () => {
    const masking = { pii_access: { enforcement: "warn", mask_input: true } };
    const { hp, decisions } = await createClient({ policies: masking });
    const model = createStandInModel(["hello"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    await generateText({ model: guarded, messages: withText(3, `from ${mail}`) });
    expect(JSON.stringify(model.requests).includes(mail)).toBe(false);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["input", "output"]);
  });
});
