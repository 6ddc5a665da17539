import { ConfigError, canaryOf, type Holdpoint } from "@holdpoint/sdk";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { convertChunksToEvents } from "@langchain/core/language_models/compat";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import {
  type AnswerTools,
  checkShapes,
  checkStreamedShapes,
  everyTool,
  findAnswerTools,
  noAnswerTools,
} from "./answer-tools";
import { orHalt } from "./as-halt";
import { guardMark, isGuardedModel, markGuarded, markOf, traceOfRun } from "./guard-mark";
import { holdTokens } from "./hold-tokens";
import { createModelChecks } from "./model-checks";
import type { HoldpointLangChainOptions } from "./options";
import { textOfContent } from "./read-messages";
import { checkStreamedBesides } from "./said-besides";
import { streamAnswer } from "./stream-answer";

type Options = BaseChatModel["ParsedCallOptions"];
type RunManager = CallbackManagerForLLMRun | undefined;

/** All of these lead to the innermost methods, which are guarded. A model that has its own leads elsewhere. */
const entries = ["invoke", "generate", "generatePrompt", "streamEvents", "streamV2", "_streamIterator"] as const;

/** These may give back another model. */
const makers: ReadonlySet<unknown> = new Set(["bind", "bindTools", "withConfig", "withStructuredOutput"]);

/**
 * The same model behind a guard at its innermost methods, which `invoke`, `batch`, `stream` and every `streamEvents`
 * reach, that without `version` included, which calls no handler. It is asked only what policies let pass. Its answer goes
 * on when it was checked; a stream, tokens included, a hold-back behind the model (SPECIFICATION F-12). Texts of the
 * decisions (masked, redacted) take the place of the original ones. A handler of ours leaves the model to it, and so does the middleware. What stops
 * it is thrown as it is. LangChain's cache of answers is not used. Throws ConfigError for a model with entries of its own.
 */
export function guardModel<M extends BaseChatModel>(hp: Holdpoint, model: M, options: HoldpointLangChainOptions): M {
  return guardWith(hp, model, options, noAnswerTools);
}

function guardWith<M extends BaseChatModel>(
  hp: Holdpoint,
  model: M,
  options: HoldpointLangChainOptions,
  answerTools: AnswerTools,
): M {
  if (isGuardedModel(model)) return model;
  if (!(model instanceof BaseChatModel)) throw new ConfigError("expected a chat model of this `@langchain/core`");
  const base = BaseChatModel.prototype as unknown as Record<string, unknown>;
  const foreign = entries.find((name) => (model as unknown as Record<string, unknown>)[name] !== base[name]);
  if (foreign) throw new ConfigError(`model has a \`${foreign}\` of its own: guard the model that it calls`);
  const guards = createGuards(hp, model, options, answerTools);
  const guarded: M = new Proxy(model, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      // A method that the model has not written itself stays: the framework asks which those are.
      if (typeof name === "string" && Object.hasOwn(guards, name) && value !== base[name]) {
        return guards[name as keyof typeof guards];
      }
      if (name === "metadata") return { ...(value as object | undefined), [guardMark]: markOf(hp) };
      if (name === "cache") return undefined;
      if (!makers.has(name) || typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        const shapes =
          name === "withStructuredOutput"
            ? everyTool
            : name === "bindTools"
              ? findAnswerTools(given[0], answerTools)
              : answerTools;
        // What the maker makes of the model knows the shapes of its answers.
        const maker: unknown = shapes === answerTools ? receiver : guardWith(hp, target, options, shapes);
        return guardMade(value.apply(maker, given), (made) => guardWith(hp, made, options, shapes));
      };
    },
  });
  markGuarded(guarded, hp);
  return guarded;
}

/** Guards whatever model stands in what a maker gave back: itself, or in a binding or a chain of LangChain around it. */
function guardMade(made: unknown, guard: (model: BaseChatModel) => BaseChatModel, depth = 0): unknown {
  if (typeof made !== "object" || made === null || depth > 8) return made;
  if (isGuardedModel(made)) return made;
  if (made instanceof BaseChatModel) return guard(made);
  const parts = made as Record<string, unknown>;
  for (const name of ["bound", "first", "last", "runnable"]) {
    const inner = parts[name];
    const guarded = guardMade(inner, guard, depth + 1);
    if (guarded !== inner) parts[name] = guarded;
  }
  for (const name of ["middle", "steps", "fallbacks"]) {
    const list = parts[name];
    if (typeof list !== "object" || list === null) continue;
    for (const [key, inner] of Object.entries(list)) {
      const guarded = guardMade(inner, guard, depth + 1);
      if (guarded !== inner) (list as Record<string, unknown>)[key] = guarded;
    }
  }
  return made;
}

function createGuards(
  hp: Holdpoint,
  model: BaseChatModel,
  options: HoldpointLangChainOptions,
  answerTools: AnswerTools,
) {
  const checks = createModelChecks(hp, options);

  /** Checks a prompt, and gives what checks the answer to it. */
  const begin = async (messages: BaseMessage[], given: Options, run: RunManager) => {
    const canary = canaryOf(hp, given);
    const call = { ...(given.signal ? { signal: given.signal } : {}), ...traceOfRun(run) };
    const prompt = await orHalt(() => checks.prompt(messages, canary, call));
    const judge = (shape: unknown) => checks.shape(shape, canary, call);
    return {
      sent: prompt.sent,
      flow: checks.flow(canary, call),
      /** Pieces of calls that are answers, and what is said besides the text, before any of it goes out. */
      checkPieces: (chunks: readonly ChatGenerationChunk[]): Promise<void> =>
        orHalt(async () => {
          await checkStreamedBesides(chunks, (text) => checks.besides(text, canary, call));
          await checkStreamedShapes(chunks, answerTools, judge);
        }),
      remember: (message: BaseMessage): void => checks.rememberApproved(message, prompt),
      check: <M extends BaseMessage>(message: M): Promise<M> =>
        orHalt(async () => {
          const said = await checks.output(message, canary, call);
          const checked = await checkShapes(said, answerTools, judge);
          checks.rememberApproved(checked, prompt);
          return checked;
        }),
    };
  };

  return {
    async _generate(messages: BaseMessage[], given: Options, run?: RunManager): Promise<ChatResult> {
      const { sent, check } = await begin(messages, given, run);
      const tokens = holdTokens(run);
      const result = await model._generate(sent, given, tokens.run);
      let changed = false;
      const generations = [];
      for (const generation of result.generations) {
        const message = await check(generation.message);
        changed ||= message !== generation.message;
        generations.push(
          message === generation.message
            ? generation
            : { ...generation, message, text: textOfContent(message.content) },
        );
      }
      if (!changed) await tokens.release();
      return changed ? { ...result, generations } : result;
    },

    async *_streamResponseChunks(
      messages: BaseMessage[],
      given: Options,
      run?: RunManager,
    ): AsyncGenerator<ChatGenerationChunk> {
      const { sent, flow, checkPieces, remember } = await begin(messages, given, run);
      const tokens = holdTokens(run);
      const chunks = model._streamResponseChunks(sent, given, tokens.run);
      for await (const chunk of streamAnswer(chunks, flow, checkPieces)) {
        // Before anybody can act on the call.
        remember(chunk.message);
        await tokens.releaseFor(chunk);
        yield chunk;
      }
    },

    async *_streamChatModelEvents(
      messages: BaseMessage[],
      given: Options,
      run?: RunManager,
    ): AsyncGenerator<ChatModelStreamEvent> {
      const { sent, check } = await begin(messages, given, run);
      const tokens = holdTokens(run);
      const events: ChatModelStreamEvent[] = [];
      for await (const event of model._streamChatModelEvents(sent, given, tokens.run)) events.push(event);
      if (events.length === 0) return;
      const message: BaseMessage = await new ChatModelStream(replay(events));
      const checked = await check(message);
      if (checked === message) {
        await tokens.release();
        yield* events;
      } else yield* convertChunksToEvents(replay([asChunk(checked)]));
    },
  };
}

async function* replay<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** A changed answer in one piece, its tool calls included. */
function asChunk(message: BaseMessage): ChatGenerationChunk {
  const text = textOfContent(message.content);
  const { tool_calls: calls = [] } = message as AIMessageChunk;
  const tool_call_chunks = calls.map(({ id, name, args }, index) => ({
    ...(id === undefined ? {} : { id }),
    name,
    args: JSON.stringify(args),
    index,
    type: "tool_call_chunk" as const,
  }));
  return new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text, tool_call_chunks }) });
}
