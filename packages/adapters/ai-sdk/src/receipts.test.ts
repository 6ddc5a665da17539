import { generateText, stepCountIs, streamText } from "ai";
import { describe, expect, it } from "vitest";
import { createSinkClient } from "../../fetch-guard/src/sink.suite";
import { guardTools } from "./guard-tools";
import { guardModel } from "./middleware";
import { attack, createCountingTool, createStandInModel, policies, type Turn } from "./stand-ins";

const agentId = "support-bot";
const stopWhen = stepCountIs(5);
const calling = (...names: string[]): readonly Turn[] => [names.map((name) => ({ name, args: { q: 1 } })), "done"];
const ignore = (work: PromiseLike<unknown>) => Promise.resolve(work).catch(() => undefined);

describe("receipts of every step", () => {
  const setUp = async (turns: readonly Turn[], result?: string) => {
    const client = await createSinkClient({ policies, onApproval: () => true });
    const { hp } = client;
    const trace = hp.startTrace({ agentId });
    const options = { agentId, trace };
    const model = guardModel(hp, createStandInModel(turns), options);
    const tool = createCountingTool(result).tool;
    const plain = { search: tool, send_email: tool, db_write: tool };
    return { ...client, trace, model, plain, tools: guardTools(hp, plain, options) };
  };

  it("name it: two parallel calls of the same tool with the same arguments, one approved, and the turns around them", async () => {
    const { model, tools, trace, sent, report } = await setUp(calling("search", "search", "send_email"));
    await generateText({ model, tools, prompt: "hi", stopWhen });
    trace.end();
    expect(await report()).toMatchObject({ decisions: 10, problems: [] });
    const [run] = await sent();
    expect(run?.spans?.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      "search success",
      "search success",
      "send_email success",
      "stand-in success",
      "stand-in success",
    ]);
    const about = (id: string) => run?.decisions?.filter(({ receipt }) => receipt.spanId === id).length;
    expect(run?.spans?.map(({ spanId }) => about(spanId)).sort()).toEqual([1, 2, 2, 2, 3]);
  });

  it("name it in streams", async () => {
    const { model, tools, trace, report } = await setUp(calling("search"));
    await streamText({ model, tools, prompt: "hi", stopWhen }).consumeStream();
    trace.end();
    expect((await report()).problems).toEqual([]);
  });

  it("name steps that were stopped, which end as that", async () => {
    const { model, tools, trace, sent, report } = await setUp(calling("db_write"));
    await ignore(generateText({ model, tools, prompt: attack, stopWhen }));
    await ignore(generateText({ model, tools, prompt: "hi", stopWhen }));
    trace.end();
    expect((await report()).problems).toEqual([]);
    const [run] = await sent();
    expect(run?.spans?.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "stand-in policy_blocked",
      "db_write policy_blocked",
      "stand-in policy_blocked",
    ]);
  });

  it("want no step that never began: the turn after a result that was stopped", async () => {
    const { model, tools, trace, sent, report } = await setUp(calling("search"), attack);
    await ignore(generateText({ model, tools, prompt: "hi", stopWhen }));
    trace.end();
    expect((await report()).problems).toEqual([]);
    const [run] = await sent();
    expect(run?.spans?.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "stand-in success",
      "search policy_blocked",
    ]);
  });

  it("show a call that was let pass and that no guarded tool took as one whose effect is not known", async () => {
    const { model, plain, trace, sent, report } = await setUp(calling("search"));
    await generateText({ model, tools: plain, prompt: "hi", stopWhen });
    trace.end();
    expect((await report()).problems).toEqual([]);
    const [run] = await sent();
    expect(run?.spans?.find(({ name }) => name === "search")?.status).toBe("effect_unconfirmed");
  });

  it("are missed for a tool that runs beside them", async () => {
    const { model, tools, trace, report } = await setUp(calling("search"));
    await generateText({ model, tools, prompt: "hi", stopWhen });
    const span = trace.span({ name: "search", spanType: "tool" });
    span.end();
    trace.end();
    expect((await report()).problems).toEqual([
      {
        kind: "ungoverned",
        traceId: trace.traceId,
        spanId: span.spanId,
        message: "no decision about this tool call search",
      },
    ]);
  });
});
