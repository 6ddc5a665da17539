import { isApprovalTimeoutError } from "@holdpoint/sdk";
import { Agent, Runner, setTraceProcessors, setTracingDisabled } from "@openai/agents-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findHalt } from "./find-halt";
import { governAgent } from "./govern-agent";
import { attack, createClient, createCountingTool, createStandInModel } from "./stand-ins";

beforeEach(() => {
  setTraceProcessors([]);
  setTracingDisabled(true);
});

/** A client whose human is asked when a run begins or a mail is sent, and says yes when nobody waits any more. */
async function abortWhileAsked(
  run: (governed: typeof governAgent, hp: never, signal: AbortSignal) => Promise<unknown>,
) {
  const stop = new AbortController();
  let approve: (yes: boolean) => void = () => {};
  const { hp } = await createClient({
    policies: {
      injection_scan: { enforcement: "require_approval", languages: ["en"] },
      tool_invocation: { enforcement: "block", require_approval: ["send_email"] },
    },
    onApproval: () => {
      setImmediate(() => stop.abort(new Error("the caller went away")));
      return new Promise<boolean>((resolve) => {
        approve = resolve;
      });
    },
  });
  const error = await run(governAgent, hp as never, stop.signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  approve(true);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return error;
}

describe("a run that is aborted while a human is asked", () => {
  it("ends at once, and the model is not asked when the yes comes after all", async () => {
    const model = createStandInModel(["hello"]);
    const error = await abortWhileAsked((govern, hp, signal) =>
      new Runner().run(govern(hp, new Agent({ name: "ops", model }), { agentId: "ops-bot" }), attack, { signal }),
    );
    expect(findHalt(error)).toSatisfy(isApprovalTimeoutError);
    expect(model.requests).toHaveLength(0);
  });

  it("ends at once, and no tool runs when the yes comes after all", async () => {
    const email = createCountingTool("send_email");
    const model = createStandInModel([[{ name: "send_email", args: {} }], "done"]);
    const agent = new Agent({ name: "ops", model, tools: [email.tool] });
    const error = await abortWhileAsked((govern, hp, signal) =>
      new Runner().run(govern(hp, agent, { agentId: "ops-bot" }), "send it", { signal }),
    );
    expect(error).toBeInstanceOf(Error);
    expect([email.runs(), model.requests.length]).toEqual([0, 1]);
  });
});

describe("a picture that a tool gives", () => {
  it("is no text, whatever its size, and what is said beside it is judged", async () => {
    const { hp } = await createClient();
    const bytes = Buffer.alloc(1_500_000, "89504e470d0a1a0a0000000d49484452000003e8", "hex").toString("base64");
    const image = { type: "image", image: `data:image/png;base64,${bytes}` };
    const run = (result: unknown) => {
      const model = createStandInModel([[{ name: "shot", args: {} }], "done"]);
      const { tool } = createCountingTool("shot", result);
      return new Runner().run(
        governAgent(hp, new Agent({ name: "ops", model, tools: [tool] }), { agentId: "ops-bot" }),
        "hi",
      );
    };
    expect((await run(image)).finalOutput).toBe("done");
    const error: unknown = await run([{ type: "text", text: attack }, image]).catch((thrown: unknown) => thrown);
    expect(findHalt(error)).toBeDefined();
  });
});
