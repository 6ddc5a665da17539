import { type Api, parseJson } from "../transport/api";

export type SendOutcome =
  /** Taken, but for `rejected` traces that the server will never take. */
  | { readonly kind: "sent"; readonly rejected: number }
  | { readonly kind: "retry"; readonly afterMs: number | undefined }
  | { readonly kind: "split" }
  | { readonly kind: "drop" }
  /** The key is refused: try again, but slowly. */
  | { readonly kind: "auth" };

/** Sends traces that are JSON already. Never rejects. */
export interface EventTransport {
  send(traces: readonly string[], signal: AbortSignal): Promise<SendOutcome>;
}

/** POST /api/v1/traces/ingest. */
export function createIngestTransport(api: Api): EventTransport {
  return {
    async send(traces, signal) {
      const answer = await api.call("POST", "/api/v1/traces/ingest", {
        json: `{"traces":[${traces.join(",")}]}`,
        signal,
      });
      switch (answer.outcome) {
        case "ok":
          return { kind: "sent", rejected: Math.min(traces.length, countFailed(answer.text)) };
        case "retry":
          return { kind: "retry", afterMs: answer.retryAfterMs };
        case "split":
        case "auth":
          return { kind: answer.outcome };
        default:
          return { kind: "drop" };
      }
    },
  };
}

/** `{accepted, failed, errors}`, by itself or inside `data`. */
function countFailed(text: string): number {
  const body = parseJson(text) as { failed?: unknown; data?: { failed?: unknown } } | null | undefined;
  const failed = body?.failed ?? body?.data?.failed;
  return typeof failed === "number" && failed > 0 ? failed : 0;
}
