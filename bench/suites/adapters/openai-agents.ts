import { strict as assert } from "node:assert";
import { findHalt, governAgent, HoldpointTracingProcessor, verify } from "@holdpoint/openai-agents";
import { isPolicyBlockedError } from "@holdpoint/sdk";
import {
  Agent,
  type AgentOutputItem,
  type Model,
  Runner,
  type StreamEvent,
  setTraceProcessors,
  tool,
} from "@openai/agents-core";
import type { Variant } from "./compare-runs";
import { answer, argsOf, attack, createClient, question, resultOf, toolNames } from "./scenario";

/** A model without a network: asks for all tools at once, then streams its answer word by word. */
function createStandInModel(): Model & { readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    async getResponse() {
      throw new Error("it streams");
    },
    async *getStreamedResponse({ input }): AsyncIterable<StreamEvent> {
      const turn = ++calls;
      const asked = typeof input !== "string" && input.some(({ type }) => type === "function_call_result");
      yield { type: "response_started" };
      if (asked) for (const delta of answer.split(/(?<= )/)) yield { type: "output_text_delta", delta };
      const output: AgentOutputItem[] = asked
        ? [
            {
              type: "message",
              role: "assistant",
              status: "completed",
              content: [{ type: "output_text", text: answer }],
            },
          ]
        : toolNames.map((name, index) => ({
            type: "function_call",
            callId: `call-${turn}-${index}`,
            name,
            arguments: JSON.stringify(argsOf(name)),
            status: "completed",
          }));
      const usage = { requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 };
      yield { type: "response_done", response: { id: `response-${turn}`, usage, output: output as never } };
    },
  };
}

/** Without us, and with our guards; both record their runs, with and without our processor. */
export async function listOpenAiAgentsVariants(): Promise<Variant[]> {
  return [
    await createVariant("without", { governed: false, traced: false }),
    await createVariant("governed", { governed: true, traced: false }),
    await createVariant("governed and recorded", { governed: true, traced: true }),
  ];
}

async function createVariant(
  name: string,
  { governed, traced }: { readonly governed: boolean; readonly traced: boolean },
): Promise<Variant> {
  const client = await createClient();
  const options = { agentId: "support-bot" };
  let toolRuns = 0;
  const model = createStandInModel();
  const plain = new Agent({
    name: "support",
    model,
    tools: toolNames.map((toolName) =>
      tool({
        name: toolName,
        description: toolName,
        parameters: { type: "object", properties: {}, required: [], additionalProperties: true },
        strict: false,
        execute: async () => {
          toolRuns++;
          return resultOf(toolName);
        },
      }),
    ),
  });
  const agent = governed ? governAgent(client.hp, plain, options) : plain;
  const processors = traced ? [new HoldpointTracingProcessor(client.hp, options)] : [];
  const runner = new Runner();
  const ask = async (content: string): Promise<string> => {
    setTraceProcessors(processors);
    const result = await runner.run(agent, content, { stream: true });
    let text = "";
    for await (const chunk of result.toTextStream()) text += chunk;
    await result.completed;
    return text;
  };
  if (governed) {
    await verify(client.hp, { agent });
    await assert.rejects(ask(attack), (error) => isPolicyBlockedError(findHalt(error)));
    assert.equal(model.calls(), 0, "the attack reached the model");
  }
  return { name, run: () => ask(question), decisions: client.decisions, toolRuns: () => toolRuns };
}
