import { type EnforceInput, type Holdpoint, identityOf, inLots, textOf } from "@holdpoint/sdk";
import { type EmbeddingModelMiddleware, wrapEmbeddingModel } from "ai";
import { orHalt } from "./find-halt";
import { callOf, type HoldpointAiOptions } from "./options";

type EmbeddingModel = ReturnType<typeof wrapEmbeddingModel>;
type Values = Parameters<NonNullable<EmbeddingModelMiddleware["wrapEmbed"]>>[0]["params"]["values"];

/**
 * An embedding model that is given only what policies let pass. Texts are judged as older messages are: recorded when they
 * stop, and counted where an agent reads or says them; masked ones are embedded as they are shown.
 */
export function guardEmbedding(
  hp: Holdpoint,
  model: Parameters<typeof wrapEmbeddingModel>[0]["model"],
  options: HoldpointAiOptions,
): EmbeddingModel {
  const check = async (values: Values, signal: AbortSignal | undefined): Promise<Values> => {
    const shown: string[] = [];
    const { older, last } = inLots(values);
    for (const lot of [...older, last]) {
      const conversationHistory = lot.map((content) => ({ role: "user", content }));
      const request: EnforceInput = { ...identityOf(options), phase: "input", conversationHistory };
      const looked = hp.evaluate(request);
      const decision = looked.allowed ? looked : await hp.enforcePolicy(request, callOf(options, signal, undefined));
      shown.push(...lot.map((text, index) => textOf(decision, `/conversationHistory/${index}/content`, text)));
    }
    return shown;
  };
  const middleware: EmbeddingModelMiddleware = {
    specificationVersion: "v3",
    transformParams: ({ params }) =>
      orHalt(async () => ({ ...params, values: await check(params.values, params.abortSignal) })),
  };
  return wrapEmbeddingModel({ model, middleware });
}
