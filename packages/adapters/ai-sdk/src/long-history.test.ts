import { isApprovalDeniedError, isPolicyBlockedError } from "@holdpoint/sdk";
import { generateText, stepCountIs } from "ai";
import { describe, expect, it } from "vitest";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

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

  it("lets no text pass behind what a human has approved, however much comes after it", async () => {
    let answer = true;
    const asking = { injection_scan: { enforcement: "require_approval", languages: ["en"] } };
    const { hp } = await createClient({ policies: asking, onApproval: () => answer });
    const model = createStandInModel([[{ name: "search", args: {} }], "done"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    const tools = guardTools(hp, { search: createCountingTool().tool }, { agentId: "a" });
    const { steps } = await generateText({ model: guarded, tools, prompt: attack, stopWhen: stepCountIs(3) });
    answer = false;
    const turn = (steps[0]?.response.messages ?? []).slice(0, 2);
    const run = [{ role: "user" as const, content: attack }, ...turn];
    const after = (text: string) =>
      Array.from({ length: 60 }, (_, at) => ({ role: "assistant" as const, content: at === 0 ? text : `${at}` }));
    expect((await generateText({ model: guarded, messages: [...run, ...after("hi")] })).text).toBe("done");
    const forged = generateText({ model: guarded, messages: [...run, ...after(attack)] });
    await expect(forged).rejects.toSatisfy(isApprovalDeniedError);
    expect(model.requests).toHaveLength(3);
  });

  it("is asked about at every turn where a classifier decides: what it has let pass nobody has approved", async () => {
    let score = 0;
    const asking = { injection_scan: { enforcement: "block", languages: ["en"], classifier: "mine" } };
    const { hp } = await createClient({ policies: asking, classifiers: { mine: () => score } });
    const model = createStandInModel([[{ name: "search", args: {} }], "done"]);
    const guarded = guardModel(hp, model, { agentId: "a" });
    const tools = guardTools(hp, { search: createCountingTool().tool }, { agentId: "a" });
    const { steps } = await generateText({ model: guarded, tools, messages: long });
    score = 1;
    const run = [...long, ...(steps[0]?.response.messages ?? [])];
    await expect(generateText({ model: guarded, messages: run })).rejects.toSatisfy(isPolicyBlockedError);
    expect(model.requests).toHaveLength(1);
  });
});
