import { isRecord } from "../../../endpoints/src/index";
import { type Api, parseJson } from "../transport/api";

export type SendOutcome =
  /** Taken, but for `rejected` traces that the server will never take; `refused` are those of them that it named. */
  | { readonly kind: "sent"; readonly rejected: number; readonly refused: readonly string[] }
  /** Not now; `isDefect` says that the server failed over these very traces, as far as it says. */
  | { readonly kind: "retry"; readonly afterMs: number | undefined; readonly isDefect?: boolean }
  | { readonly kind: "split" }
  | { readonly kind: "drop" }
  /** The key is refused: try again, but slowly. */
  | { readonly kind: "auth" };

/** Sends traces that are JSON already. Never rejects. */
export interface EventTransport {
  /** With `isLast` they are on their way when this returns, as they are, and go on when the page ends. */
  send(traces: readonly string[], signal: AbortSignal, isLast?: boolean): Promise<SendOutcome>;
}

/** POST /api/v1/traces/ingest. */
export function createIngestTransport(api: Api): EventTransport {
  return {
    async send(traces, signal, isLast = false) {
      const answer = await api.call("POST", "/api/v1/traces/ingest", {
        json: `{"traces":[${traces.join(",")}]}`,
        // Packing takes turns of the event loop, which a page that ends does not get.
        compress: !isLast,
        keepalive: isLast,
        signal,
      });
      switch (answer.outcome) {
        case "ok":
          return readSent(traces, answer.text);
        case "retry":
          return { kind: "retry", afterMs: answer.retryAfterMs, isDefect: answer.status === internalError };
        case "split":
        case "auth":
          return { kind: answer.outcome };
        default:
          return { kind: "drop" };
      }
    },
  };
}

const readCount = (value: unknown): number => (typeof value === "number" && value > 0 ? Math.floor(value) : 0);

/** RFC 9110, 15.6.1: something unexpected, unlike 502 to 504, which say that it is not there. */
const internalError = 500;

/** `{accepted, failed, duplicates?, errors: [{traceId}]}`, by itself or inside `data`. */
function readSent(traces: readonly string[], text: string): SendOutcome {
  const body = parseJson(text) as { data?: unknown } | undefined;
  // A page of a proxy says 200 too: nobody has taken anything then.
  if (text !== "" && !isRecord(body)) return { kind: "retry", afterMs: undefined };
  const { accepted, failed, duplicates, errors } = (body?.data ?? body ?? {}) as Readonly<Record<string, unknown>>;
  const rejected = Math.min(traces.length, readCount(failed));
  // Whoever says how many it has taken, and leaves some out, has not taken those: sent again, all are stored once.
  if (typeof accepted === "number" && accepted + rejected + readCount(duplicates) < traces.length)
    return { kind: "retry", afterMs: undefined, isDefect: true };
  if (rejected === 0 || !Array.isArray(errors)) return { kind: "sent", rejected, refused: [] };
  const ids = new Set((errors as ({ traceId?: unknown } | null)[]).map((error) => error?.traceId));
  const refused = traces.filter((trace) => ids.has((parseJson(trace) as { traceId?: unknown }).traceId));
  return { kind: "sent", rejected, refused };
}
