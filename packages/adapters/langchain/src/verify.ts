import { canaryName, type Holdpoint, HoldpointError, isAgentPausedError, withCanary } from "@holdpoint/sdk";
import { Document } from "@langchain/core/documents";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { HumanMessage } from "@langchain/core/messages";
import { BaseRetriever } from "@langchain/core/retrievers";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import type { AgentMiddleware } from "langchain";
import { findHalt } from "./as-halt";
import type { HoldpointCallbackHandler } from "./callback-handler";
import { countUnversioned } from "./count-unversioned";
import { isGuardedModel } from "./guard-mark";

export interface VerifyInput {
  readonly handler?: HoldpointCallbackHandler;
  readonly model?: BaseChatModel;
  readonly middleware?: AgentMiddleware;
  /** An agent of `createAgent`: its middleware, which must come first, and its model when that is guarded. */
  readonly agent?: { readonly options: { readonly middleware?: readonly unknown[]; readonly model?: unknown } };
  /** Accepts a model whose `streamEvents()` without `version` is not governed. Default: false. */
  readonly acceptUnversionedStreamEvents?: boolean;
}

/**
 * Proof that the guards are in place: sends a step of an agent that is paused in this process, and of no other, through
 * the handler (as LangChain calls it for a chain, a tool, a retriever and a model), through every way into the model, and
 * through the middleware. Rejects with HoldpointError, naming what was not stopped. No tool of yours runs; a model that
 * nothing guards is called once, with a signal that is aborted already.
 */
export async function verify(hp: Holdpoint, input: VerifyInput): Promise<void> {
  const { handler, model, agent, acceptUnversionedStreamEvents = false } = input;
  const middleware = input.middleware ?? (agent ? findMiddleware(agent) : undefined);
  if (!handler && !model && !middleware) throw new HoldpointError("nothing to verify");
  await withCanary(hp, async (id) => {
    const expectStop: ExpectStop = async (what, push) => {
      const error: unknown = await Promise.resolve()
        .then(push)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      const halt = findHalt(error);
      if (isAgentPausedError(halt) && halt.agentId === id) return;
      throw new HoldpointError(`${what} does not stop a paused agent: guard it with this client`, { cause: error });
    };
    if (handler) await verifyHandler(handler, id, expectStop);
    if (model) await verifyModel(hp, model, handler, id, acceptUnversionedStreamEvents, expectStop);
    if (middleware) await verifyMiddleware(middleware, id, expectStop);
    const own = agent?.options.model;
    if (isGuardedModel(own)) await verifyModel(hp, own as BaseChatModel, undefined, id, false, expectStop);
  });
}

type ExpectStop = (what: string, push: () => unknown) => Promise<void>;

async function verifyHandler(handler: HoldpointCallbackHandler, id: string, expectStop: ExpectStop): Promise<void> {
  if (!handler.raiseError || !handler.awaitHandlers) {
    throw new HoldpointError("LangChain swallows what the handler throws: leave `raiseError` and `awaitHandlers` true");
  }
  const config = { callbacks: [handler], metadata: { [canaryName]: id } };
  const chain = RunnableLambda.from(() => "canary");
  const inner = tool(() => "canary", { name: "canary", description: "canary", schema: { type: "object" } });
  await expectStop("the handler of a chain", () => chain.invoke("canary", config));
  await expectStop("the handler of a tool", () => inner.invoke({}, config));
  await expectStop("the handler of a retriever", () => new CanaryRetriever().invoke("canary", config));
}

async function verifyModel(
  hp: Holdpoint,
  model: BaseChatModel,
  handler: HoldpointCallbackHandler | undefined,
  id: string,
  acceptUnversioned: boolean,
  expectStop: ExpectStop,
): Promise<void> {
  const guarded = isGuardedModel(model);
  const what = `model \`${model.getName()}\``;
  if (!guarded && !handler) throw new HoldpointError(`${what} is not guarded: pass it through \`guardModel\``);
  // A guarded model finds the canary among its call's options, the handler in the metadata of the run.
  const config = {
    [canaryName]: id,
    metadata: { [canaryName]: id },
    ...(guarded || !handler ? {} : { callbacks: [handler] }),
  };
  const messages = [new HumanMessage("canary")];
  // The first one tells whether anything stops it: a client of a provider goes no further than the signal.
  await expectStop(what, () => model.invoke(messages, { ...config, signal: AbortSignal.abort() }));
  await expectStop(`the batch of ${what}`, () => model.batch([messages], config));
  await expectStop(`the stream of ${what}`, async () => read(await model.stream(messages, config)));
  await expectStop(`\`streamEvents\` of ${what}`, () =>
    read(model.streamEvents(messages, { ...config, version: "v2" }) as AsyncIterable<unknown>),
  );
  if (guarded) {
    // What it gives agents, which bind their tools to it, is guarded as well.
    if (model.bindTools) {
      const bound = model.bindTools([]);
      await expectStop(`what \`bindTools\` of ${what} gives`, () =>
        bound.invoke(messages, { ...config, signal: AbortSignal.abort() }),
      );
    }
    // A model that cannot stream has no such way in.
    const { _streamResponseChunks: chunks, _streamChatModelEvents: events } = BaseChatModel.prototype;
    if (model._streamResponseChunks === chunks && model._streamChatModelEvents === events) return;
    await expectStop(`\`streamEvents\` without \`version\` of ${what}`, () =>
      read(model.streamEvents(messages, config as never) as AsyncIterable<unknown>),
    );
  } else if (acceptUnversioned) countUnversioned(hp, model);
  else {
    throw new HoldpointError(
      `\`streamEvents\` without \`version\` of ${what} calls no handler: pass the model through \`guardModel\``,
    );
  }
}

async function verifyMiddleware(middleware: AgentMiddleware, id: string, expectStop: ExpectStop): Promise<void> {
  const { wrapModelCall, wrapToolCall } = middleware;
  const messages = [new HumanMessage("canary")];
  const toolCall = { id: "canary", name: "canary", args: {} };
  await expectStop("`wrapModelCall` of the middleware", () =>
    wrapModelCall?.({ [canaryName]: id, messages } as never, (() => undefined) as never),
  );
  await expectStop("`wrapToolCall` of the middleware", () =>
    wrapToolCall?.({ [canaryName]: id, toolCall } as never, (() => undefined) as never),
  );
}

function findMiddleware(agent: NonNullable<VerifyInput["agent"]>): AgentMiddleware {
  const [first] = (agent.options.middleware ?? []) as readonly AgentMiddleware[];
  if (first?.name === "holdpoint") return first;
  throw new HoldpointError(
    "the first middleware of the agent is not ours: put `holdpointMiddleware` before all others",
  );
}

async function read(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

class CanaryRetriever extends BaseRetriever {
  override lc_namespace = ["holdpoint"];

  override async _getRelevantDocuments(): Promise<Document[]> {
    return [new Document({ pageContent: "canary" })];
  }
}
