/** What asking an endpoint needs of the machine. Node's way to endpoints is in `node-endpoints.ts`. */
export interface Ways {
  readonly clock: AskClock;
  readonly crypto: { randomUuid(): string };
  /** For classifiers that may be at private addresses. */
  readonly requests: { send(request: HttpRequest): Promise<HttpAnswer> };
  /** Absent where it cannot be told which address is reached: then nobody is asked. */
  readonly endpoints?: EndpointRequests;
}

export interface AskClock {
  /** Wall time, ms since the epoch; may jump. */
  nowMs(): number;
  /** Time that only goes forward, ms from any start. */
  monotonicMs(): number;
  /** Runs a function later; gives back how to cancel it. With `keepAlive` the timer keeps the process alive. */
  schedule(run: () => void, delayMs: number, options?: { readonly keepAlive?: boolean }): () => void;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** It goes on when the page that sends it is gone. Such bodies may have 64 KiB together (Fetch, 5.5). */
  readonly keepalive?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined;
  readonly text: string;
}

export interface EndpointRequest {
  /** https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Judges every address of the host; where it says no to one, nothing is sent. */
  readonly mayReach: (address: string) => boolean;
  /** Keeps the connection to a judged address for the next request to the same name and address. */
  readonly keepAlive?: boolean;
}

/** Requests to hosts that a policy names, not the program. */
export interface EndpointRequests {
  /**
   * POST to an address that was judged, and to no other: what is looked up is what is reached. Follows no redirect, uses
   * no proxy. Rejects on a network error, a time-out, a refused address or a too long answer.
   */
  post(request: EndpointRequest): Promise<HttpAnswer>;
}
