import { isEndpointUrl, limits, type ValidatorQuestion } from "@holdpoint/core";
import { defaults } from "./gen/constants";
import { parseJson } from "./parse-json";
import { signQuestion } from "./sign-question";
import type { EndpointRequests, HttpAnswer, Ways } from "./ways";

/** What the core takes of an answer; `error` is none, with why in `message`. */
export interface ValidatorResult {
  readonly decision: string;
  readonly message?: string;
}

export interface AskOptions {
  readonly ways: Ways;
  /** Judges every address that would be reached. */
  readonly mayReach: (address: string) => boolean;
  readonly question: ValidatorQuestion;
  readonly secret: string;
  readonly body: string;
  /** Monotonic time at which everything is over. */
  readonly endMs: number;
  readonly signal?: AbortSignal;
}

class NoAnswer extends Error {
  constructor(
    message: string,
    readonly mayRetry: boolean,
  ) {
    super(message);
  }
}

/** Asks one validator, again where that may help, all within its time (clauses V-5 to V-11). Never rejects. */
export async function askValidator(options: AskOptions): Promise<ValidatorResult> {
  const { ways, question, endMs } = options;
  const { clock, crypto, endpoints } = ways;
  if (!endpoints) return none("this platform cannot judge addresses");
  if (new TextEncoder().encode(options.body).length > limits.validatorRequestBytes)
    return none("the step is too large");
  const id = `msg_${crypto.randomUuid()}`;
  for (let attempt = 0; ; attempt++) {
    try {
      return readAnswer(await askOnce(endpoints, options, id));
    } catch (error) {
      const pauseMs = defaults.validatorRetryMs * 2 ** attempt;
      const again = !(error instanceof NoAnswer) || error.mayRetry;
      const left = endMs - clock.monotonicMs() > pauseMs && options.signal?.aborted !== true;
      if (!again || !left || attempt >= question.retries) return none(describe(error));
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, pauseMs, { keepAlive: true });
      });
    }
  }
}

/** One try, redirects included: each hop is judged as the first. */
async function askOnce(
  endpoints: EndpointRequests,
  { ways, mayReach, question, secret, body, signal, endMs }: AskOptions,
  id: string,
): Promise<HttpAnswer> {
  let url = question.url;
  for (let hop = 0; ; hop++) {
    if (!isEndpointUrl(url)) throw new NoAnswer("the address is none that a validator may have", false);
    const timeoutMs = Math.max(1, endMs - ways.clock.monotonicMs());
    const answer = await endpoints.post({
      url,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...signQuestion(secret, id, Math.floor(ways.clock.nowMs() / 1000), body),
      },
      body,
      timeoutMs,
      maxBytes: limits.validatorAnswerBytes,
      mayReach,
      ...(signal ? { signal } : {}),
    });
    const { status } = answer;
    if (status === 200) return answer;
    const location = answer.header("location");
    if ((status !== 307 && status !== 308) || location === undefined)
      throw new NoAnswer(`answered ${status}`, status === 429 || status >= 500);
    if (hop >= limits.validatorRedirects) throw new NoAnswer("redirects too often", false);
    if (!URL.canParse(location, url)) throw new NoAnswer("redirects to no address", false);
    url = new URL(location, url).href;
  }
}

const decisions: ReadonlySet<string> = new Set(["allow", "deny", "require_approval"]);

function readAnswer({ text }: HttpAnswer): ValidatorResult {
  const answer = parseJson(text) as { decision?: unknown; reason?: unknown } | null | undefined;
  const { decision, reason } = typeof answer === "object" && answer !== null ? answer : {};
  if (typeof decision !== "string" || !decisions.has(decision)) throw new NoAnswer("answered something else", false);
  return { decision, ...(typeof reason === "string" ? { message: reason.slice(0, limits.maxErrorChars) } : {}) };
}

const none = (message: string): ValidatorResult => ({ decision: "error", message });

const describe = (error: unknown): string =>
  (error instanceof Error ? error.message : "no answer").replace(/\s+/g, " ").slice(0, limits.maxErrorChars);
