import { findHalt, governAgent, guardModel, HoldpointTracingProcessor } from "@holdpoint/openai-agents";
import type { Holdpoint } from "@holdpoint/sdk";
import {
  Agent,
  type Model,
  type ModelRequest,
  type ModelResponse,
  Runner,
  setTraceProcessors,
  tool,
  Usage,
} from "@openai/agents-core";
import type { Row } from "./rows";
import { estimateCost, replyOf, resultOf, type Script, toolsOf } from "./script";

/** A model that plays the script: one tool call where the row has one, then the reply. No network. */
function createStandInModel(script: Script): Model {
  const respond = (request: ModelRequest): ModelResponse => {
    script.modelCalls++;
    const call = script.row?.toolCall;
    const answered = Array.isArray(request.input) && request.input.some((item) => item.type === "function_call_result");
    const usage = new Usage({ requests: 1, inputTokens: 200, outputTokens: 60, totalTokens: 260 });
    if (call && !answered) {
      const callId = `call-${script.modelCalls}`;
      return {
        usage,
        output: [
          { type: "function_call", callId, name: call.name, arguments: JSON.stringify(call.args), status: "completed" },
        ],
      };
    }
    const content = [{ type: "output_text" as const, text: replyOf(script) }];
    return { usage, output: [{ type: "message", role: "assistant", status: "completed", content }] };
  };
  return {
    getResponse: async (request) => respond(request),
    // biome-ignore lint/correctness/useYield: the runs of this program do not stream
    getStreamedResponse: async function* () {
      throw new Error("the stand-in model does not stream");
    },
  };
}

/** The internal agent, on the OpenAI Agents SDK; gives a function that plays one row and throws what stops it. */
export function createOpsAgent(hp: Holdpoint, script: Script): (row: Row) => Promise<string> {
  setTraceProcessors([new HoldpointTracingProcessor(hp, { agentId: "ops-agent" })]);
  const tools = toolsOf["ops-agent"].map((name) =>
    tool({
      name,
      description: `${name} of the operations team`,
      parameters: { type: "object", properties: {}, required: [], additionalProperties: true },
      strict: false,
      execute: async () => resultOf(script, name),
    }),
  );
  const options = { agentId: "ops-agent", estimateCost };
  const model = guardModel(hp, createStandInModel(script), options);
  const agent = governAgent(
    hp,
    new Agent({ name: "ops-agent", instructions: "Run the shop's servers.", model, tools }),
    options,
  );
  const runner = new Runner();
  return async (row) => {
    script.row = row;
    try {
      const result = await runner.run(agent, row.text);
      return String(result.finalOutput ?? "");
    } catch (error) {
      throw findHalt(error) ?? error;
    }
  };
}
