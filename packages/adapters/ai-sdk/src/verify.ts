import { type Holdpoint, HoldpointError, isAgentPausedError } from "@holdpoint/sdk";
import type { ToolSet } from "ai";
import type { LanguageModel } from "./framework-types";
import { isGuarded } from "./guard-tools";
import { memoryOf } from "./memory";

export interface VerifyInput {
  readonly model?: LanguageModel;
  readonly tools?: ToolSet;
}

/**
 * Proof that the guards are in place: sends a step of an agent that is paused in this process, and of no other, through
 * this very model (generate and stream) and through each of these tools. Rejects with HoldpointError, naming what was not
 * stopped by this client. A model that is not guarded is called, with a signal that is aborted already; a tool that is
 * not guarded is never run.
 */
export async function verify(hp: Holdpoint, { model, tools = {} }: VerifyInput): Promise<void> {
  if (model === undefined && Object.keys(tools).length === 0) throw new HoldpointError("nothing to verify");
  const { canaries } = memoryOf(hp);
  const id = `holdpoint-canary-${crypto.randomUUID()}`;
  canaries.set(id, id);
  hp.pauseAgent(id, { reason: "canary of verify" });
  const expectStop = async (what: string, push: () => unknown): Promise<void> => {
    const stopped = await Promise.resolve()
      .then(push)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (isAgentPausedError(stopped) && stopped.agentId === id) return;
    throw new HoldpointError(`${what} does not stop a paused agent: guard it with this client`, { cause: stopped });
  };
  try {
    if (model) {
      const params: Parameters<LanguageModel["doGenerate"]>[0] = {
        prompt: [{ role: "user", content: [{ type: "text", text: "canary" }] }],
        providerOptions: { holdpoint: { canary: id } },
        abortSignal: AbortSignal.abort(),
      };
      await expectStop(`model \`${model.modelId}\``, () => model.doGenerate(params));
      await expectStop(`the stream of model \`${model.modelId}\``, () => model.doStream(params));
    }
    for (const [name, tool] of Object.entries(tools)) {
      if (tool.execute === undefined) continue;
      if (!isGuarded(tool)) throw new HoldpointError(`tool \`${name}\` is not guarded: pass it through \`guardTools\``);
      const { execute } = tool;
      await expectStop(`tool \`${name}\``, async () => {
        const result: unknown = execute({} as never, { toolCallId: id, messages: [] });
        const iterator = (result as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]?.();
        return iterator ? iterator.next() : result;
      });
    }
  } finally {
    canaries.delete(id);
    memoryOf(hp).halts.delete(id);
    hp.resumeAgent(id);
  }
}
