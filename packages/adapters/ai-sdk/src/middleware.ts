import { type Holdpoint, isEnforcementHaltError, type SpanHandle } from "@holdpoint/sdk";
import { type LanguageModelMiddleware, wrapLanguageModel } from "ai";
import { type AnswerChecks, type AnswerOrigin, createAnswerChecks } from "./check-answer";
import { checkPrompt } from "./check-prompt";
import { checkStream } from "./check-stream";
import { checkWhole } from "./check-whole";
import { orHalt } from "./find-halt";
import type { LanguageModel, Params, Usage } from "./framework-types";
import type { HoldpointAiOptions } from "./options";

interface OpenCall {
  readonly checks: AnswerChecks;
  finished(usage: Usage): void;
  failed(error: unknown): void;
}

/**
 * Middleware for `wrapLanguageModel`, to be the first of its list: a model is asked only what policies let pass, at
 * every turn, and its texts and tool calls go on only when they do. Texts that a decision masks or redacts are replaced.
 * What is stopped is thrown as the SDK's own error.
 */
export function holdpointMiddleware(hp: Holdpoint, options: HoldpointAiOptions): LanguageModelMiddleware {
  const openCalls = new WeakMap<Params, OpenCall>();

  /** The state that transformParams left; other middleware cannot come between the two. */
  const openOf = (params: Params): OpenCall => {
    const open = openCalls.get(params);
    if (!open) throw new Error("the request was not seen before");
    return open;
  };

  const startSpan = (modelId: string): SpanHandle | undefined => {
    const { trace, parentSpanId } = options;
    return trace?.span({ name: modelId, spanType: "llm", ...(parentSpanId === undefined ? {} : { parentSpanId }) });
  };

  const begin = (modelId: string, origin: AnswerOrigin): OpenCall => {
    const { trace } = options;
    const { span } = origin;
    return {
      checks: createAnswerChecks(hp, options, origin),
      finished({ inputTokens, outputTokens }) {
        const promptTokens = inputTokens.total ?? 0;
        const completionTokens = outputTokens.total ?? 0;
        const totalTokens = promptTokens + completionTokens;
        trace?.recordUsage({ promptTokens, completionTokens, totalTokens, modelName: modelId });
        span?.end();
      },
      failed: (error) => endFailed(span, error),
    };
  };

  /** Ends the span with whatever the work throws. */
  const watch = async <T>(open: OpenCall, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      open.failed(error);
      throw error;
    }
  };

  return {
    specificationVersion: "v3",

    transformParams: ({ params, model }) =>
      orHalt(async () => {
        let span: SpanHandle | undefined;
        const start = () => {
          span = startSpan(model.modelId);
          return span;
        };
        try {
          const { prompt, approved } = await checkPrompt(hp, options, params, start);
          const sent = { ...params, prompt };
          openCalls.set(sent, begin(model.modelId, { approved, span, signal: params.abortSignal }));
          return sent;
        } catch (error) {
          endFailed(span, error);
          throw error;
        }
      }),

    async wrapGenerate({ doGenerate, params }) {
      const open = await orHalt(async () => openOf(params));
      return watch(open, async () => {
        const result = await doGenerate();
        return orHalt(async () => {
          const { result: shown, isReplaced } = await checkWhole(result, open.checks);
          open.finished(result.usage);
          // The provider's raw answer says what was replaced.
          const { body, ...response } = result.response ?? {};
          const isLeftOut = body !== undefined && (isReplaced || !open.checks.passesBody(body, result.content));
          return isReplaced || isLeftOut ? { ...shown, response } : result;
        });
      });
    },

    async wrapStream({ doStream, params }) {
      const open = await orHalt(async () => openOf(params));
      return watch(open, async () => {
        const { stream, ...rest } = await doStream();
        return { ...rest, stream: checkStream(stream, open.checks, open) };
      });
    },
  };
}

const endFailed = (span: SpanHandle | undefined, error: unknown): void =>
  span?.end({ status: isEnforcementHaltError(error) ? "policy_blocked" : "error", error });

/** A model with the middleware around it. */
export const guardModel = (hp: Holdpoint, model: LanguageModel, options: HoldpointAiOptions): LanguageModel =>
  wrapLanguageModel({ model, middleware: holdpointMiddleware(hp, options) });
