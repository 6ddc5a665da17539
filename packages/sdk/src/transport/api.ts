import { limits } from "@holdpoint/core";
import { parseJson } from "../../../endpoints/src/index";
import { defaults, type HttpOutcome } from "../gen/constants";
import type { HttpRequest, Platform } from "../platform/platform";
import { outcomeOf, readRetryAfterMs } from "./http-outcome";

export { parseJson };

export interface ApiAnswer {
  readonly outcome: HttpOutcome;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
  /** Why there was no answer, or the code and message of the error that came back. */
  readonly problem: string;
  header(name: string): string | undefined;
}

export interface ApiCall {
  readonly body?: unknown;
  /** The body as it is sent, when it is JSON already. */
  readonly json?: string;
  /** Sends a long body with gzip, unless the server has refused that before (415). */
  readonly compress?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** For a page that may end: asked before this call returns, and goes on without the page. Never with `compress`. */
  readonly keepalive?: boolean;
}

export interface Api {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One call. Never rejects: a failure is an answer with its outcome. */
  call(method: HttpRequest["method"], path: string, call?: ApiCall): Promise<ApiAnswer>;
}

export interface ApiOptions {
  readonly platform: Platform;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
}

export function createApi({ platform, baseUrl, apiKey, timeoutMs }: ApiOptions): Api {
  const headers: Record<string, string> = apiKey === undefined ? {} : { "x-api-key": apiKey };
  let takesGzip = platform.gzip !== undefined;
  const compress = async (json: string | undefined): Promise<Uint8Array | undefined> =>
    takesGzip && platform.gzip && json !== undefined && json.length >= defaults.gzipFromChars
      ? platform.gzip(json)
      : undefined;
  return {
    baseUrl,
    headers,
    async call(method, path, call = {}) {
      try {
        const json = call.json ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
        const packed = call.compress ? await compress(json) : undefined;
        const body = packed ?? json;
        const answer = await platform.requests.send({
          method,
          url: baseUrl + path,
          headers: {
            ...headers,
            accept: "application/json",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...(packed ? { "content-encoding": "gzip" } : {}),
            ...call.headers,
          },
          timeoutMs,
          maxBytes: call.maxBytes ?? limits.maxRequestBytes,
          ...(body === undefined ? {} : { body }),
          ...(call.signal ? { signal: call.signal } : {}),
          ...(call.keepalive ? { keepalive: true } : {}),
        });
        const { status, text } = answer;
        // A server that knows no gzip says so (415), or takes it for malformed JSON: it is asked once more without.
        if (packed && (status === unsupportedMediaType || status === badRequest)) {
          const plain = await this.call(method, path, { ...call, compress: false });
          if (plain.outcome === "ok") takesGzip = false;
          return plain;
        }
        const outcome = outcomeOf(status);
        const retryAfterMs = readRetryAfterMs(
          answer.header("retry-after"),
          platform.clock.nowMs(),
          defaults.retryAfterCapMs,
        );
        const problem = outcome === "ok" || outcome === "unchanged" ? "" : `answered ${status}${readError(text)}`;
        return { outcome, status, text, retryAfterMs, problem, header: (name) => answer.header(name) };
      } catch (error) {
        return {
          outcome: outcomeOf("network"),
          status: 0,
          text: "",
          retryAfterMs: undefined,
          problem: describeNetworkError(error),
          header: () => undefined,
        };
      }
    },
  };
}

/** What a server answers that does not know the encoding of a body (RFC 9110, 15.5.16). */
const unsupportedMediaType = 415;
const badRequest = 400;

/** Code and message of `{error: {code, message}}`. */
function readError(text: string): string {
  const error = (parseJson(text) as { error?: { code?: unknown; message?: unknown } } | null | undefined)?.error;
  if (typeof error?.code !== "string") return "";
  const message = typeof error.message === "string" ? ` ${oneLine(error.message)}` : "";
  return ` ${oneLine(error.code)}${message}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, limits.maxErrorChars);

function describeNetworkError(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown; message?: unknown } | undefined) : undefined;
  if (typeof cause?.code === "string") return `not reached: ${cause.code}`;
  if (typeof cause?.message === "string") return `not reached: ${oneLine(cause.message)}`;
  return error instanceof Error ? `not reached: ${oneLine(error.message)}` : "not reached";
}
