import { defaults, type Holdpoint, identityOf } from "@holdpoint/sdk";
import { callsIn, putTexts, readSampling, requestOf, spokenAt } from "./check-sampling";
import type { Look } from "./look";
import type { JsonObject } from "./messages";
import { callOf, type HoldpointMcpOptions } from "./options";

/** What a server asks the client's model, and what that answers; each gives what may go on. Throws a halt. */
export interface SamplingChecks {
  asked(params: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /** The same object when nothing was replaced. */
  answered(result: JsonObject, signal: AbortSignal): Promise<JsonObject>;
}

export function createSamplingChecks(hp: Holdpoint, options: HoldpointMcpOptions, look: Look): SamplingChecks {
  const identity = identityOf(options);
  return {
    async asked(params, signal) {
      const { messages: _, systemPrompt: __, tools: ___, ...rest } = params;
      const copy = structuredClone({ ...params, ...(await look.incoming("sampling/createMessage", rest, signal)) });
      const spoken = readSampling(copy);
      const earlier = spoken.slice(0, -defaults.adapterHistoryMessages - 1);
      const call = callOf(options, signal);
      // More than a request may carry: the oldest are judged first, each for itself.
      for (const one of earlier)
        putTexts([one], await hp.enforcePolicy({ ...identity, phase: "input", input: one.content }, call));
      const recent = spoken.slice(earlier.length);
      putTexts(recent, await hp.enforcePolicy({ ...identity, phase: "input", ...requestOf(recent) }, call));
      return copy;
    },
    /** What the model has said, and what it wants the server to run. */
    async answered(given, signal) {
      const { content, ...rest } = given;
      const seen = await look.outgoing("sampling/createMessage", rest, signal);
      const result = structuredClone({ ...seen, content });
      const call = callOf(options, signal);
      for (const asked of callsIn(result)) await hp.enforceToolCall({ ...identity, ...asked }, call);
      const said = spokenAt(result, "content", "assistant");
      const isMasked =
        said.content !== "" && putTexts([said], await hp.enforceOutput({ ...identity, output: said.content }, call));
      return isMasked || seen !== rest ? result : given;
    },
  };
}
