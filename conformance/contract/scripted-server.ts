import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";

export type RouteName = "bundle" | "keys" | "stream" | "ingest";

/** What goes wrong with an answer. */
export type Fault =
  /** Nothing is done and nothing is answered for so long. */
  | { readonly kind: "slow-headers"; readonly delayMs: number }
  /** What was asked is done; its answer's headers come a byte at a time, and never to their end. */
  | { readonly kind: "dripping-headers"; readonly everyMs: number }
  /** What was asked is done; of the answer so many bytes (or a share of them) come, then the connection is reset. */
  | { readonly kind: "reset"; readonly afterBytes: number }
  /** The same, but then nothing more comes and the connection stays. */
  | { readonly kind: "stalled"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** What was asked is not done; this is answered. */
  | { readonly kind: "text"; readonly text: string }
  /** What was asked is done; the answer comes with gzip, of which half is missing. */
  | { readonly kind: "truncated-gzip" }
  /** Answers 413 to more traces than this. */
  | { readonly kind: "at-most"; readonly traces: number }
  /** Answers 500 to every call that has a trace of this session. */
  | { readonly kind: "poison"; readonly sessionId: string };

export interface StoredTrace {
  readonly traceId: string;
  readonly agentId: string;
  readonly sessionId?: string;
  readonly spanType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface BundleParts {
  readonly version: number;
  readonly policies: readonly object[];
  readonly pauses?: readonly object[];
  readonly issuedAt?: string;
}

/** A control plane on the loopback interface that fails as it is told, and keeps what it has taken. */
export interface ScriptedServer {
  readonly url: string;
  /** By id: what a control plane that stores once has. */
  readonly stored: ReadonlyMap<string, StoredTrace>;
  /** Ids of the traces of each session. */
  readonly sessions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly calls: (route: RouteName) => number;
  readonly streams: () => number;
  setBundle(bundle: BundleParts): void;
  /** Whether one was set. */
  hasBundle(): boolean;
  /** An envelope as this server, or somebody else, would sign it. */
  signBundle(bundle: BundleParts, by?: "own" | "stranger" | "broken"): string;
  fail(route: RouteName, fault: Fault | undefined): void;
  push(event: string, data: unknown): void;
  cutStreams(): void;
  close(): Promise<void>;
}

const routes: Readonly<Record<string, RouteName>> = {
  "GET /api/v1/sdk/bundle": "bundle",
  "GET /.well-known/jwks.json": "keys",
  "GET /api/v1/sdk/stream": "stream",
  "POST /api/v1/traces/ingest": "ingest",
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const own = generateKeyPairSync("ed25519");
  const stranger = generateKeyPairSync("ed25519");
  const x = own.publicKey.export({ format: "jwk" }).x ?? "";
  const stored = new Map<string, StoredTrace>();
  const sessions = new Map<string, Set<string>>();
  const faults = new Map<RouteName, Fault>();
  const calls = new Map<RouteName, number>();
  const streams = new Set<ServerResponse>();
  let envelope: string | undefined;

  const signBundle: ScriptedServer["signBundle"] = (bundle, by = "own") => {
    const whole = { organizationId: "org", issuedAt: "2026-01-01T00:00:00.000Z", ...bundle };
    const payload = Buffer.from(JSON.stringify(whole), "utf8");
    const type = "application/vnd.holdpoint.bundle+json";
    const pae = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
    const signature = sign(null, pae, by === "stranger" ? stranger.privateKey : own.privateKey);
    if (by === "broken") signature[7] = (signature[7] ?? 0) ^ 1;
    return JSON.stringify({
      payloadType: type,
      payload: payload.toString("base64"),
      signatures: [{ keyid: "key-1", sig: signature.toString("base64") }],
    });
  };

  const store = (traces: readonly StoredTrace[]): void => {
    for (const trace of traces) {
      if (!stored.has(trace.traceId)) stored.set(trace.traceId, trace);
      if (trace.sessionId === undefined) continue;
      sessions.set(trace.sessionId, (sessions.get(trace.sessionId) ?? new Set()).add(trace.traceId));
    }
  };
  const json = (status: number, body: unknown, headers = {}): Answer => ({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

  /** What a server in good order answers. */
  const answer = (route: RouteName, request: IncomingMessage, traces: readonly StoredTrace[]): Answer => {
    if (route === "keys") return json(200, { keys: [{ kid: "key-1", kty: "OKP", crv: "Ed25519", use: "sig", x }] });
    if (route === "ingest") {
      store(traces);
      return json(202, { accepted: traces.length, failed: 0, errors: [] });
    }
    if (envelope === undefined) return json(503, { error: { code: "UNAVAILABLE", message: "later" } });
    const etag = `"${createHash("sha256").update(envelope).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) return { status: 304, headers: { etag }, body: "" };
    return json(200, envelope, { etag });
  };

  const openStream = (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    streams.add(response);
    response.on("close", () => streams.delete(response));
  };

  const handle = (request: IncomingMessage, response: ServerResponse, body: Buffer): unknown => {
    const route = routes[`${request.method} ${request.url}`];
    if (!route) return send(response, json(404, { error: { code: "NOT_FOUND", message: "no such route" } }));
    calls.set(route, (calls.get(route) ?? 0) + 1);
    const fault = faults.get(route);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    const traces = route === "ingest" ? (JSON.parse(text.toString()) as { traces: StoredTrace[] }).traces : [];
    if (fault?.kind === "slow-headers") {
      return setTimeout(() => response.destroyed || send(response, json(503, "")), fault.delayMs).unref();
    }
    if (fault?.kind === "status") return send(response, json(fault.status, refusal, fault.headers));
    if (fault?.kind === "text") return send(response, json(200, fault.text));
    if (fault?.kind === "at-most" && traces.length > fault.traces) return send(response, json(413, refusal));
    if (fault?.kind === "poison" && traces.some(({ sessionId }) => sessionId === fault.sessionId))
      return send(response, json(500, refusal));
    if (route === "stream") return openStream(response);
    send(response, answer(route, request, traces), fault);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => handle(request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    sessions,
    calls: (route) => calls.get(route) ?? 0,
    streams: () => streams.size,
    setBundle(bundle) {
      envelope = signBundle(bundle);
    },
    hasBundle: () => envelope !== undefined,
    signBundle,
    fail(route, fault) {
      if (fault) faults.set(route, fault);
      else faults.delete(route);
    },
    push(event, data) {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    cutStreams() {
      for (const stream of streams) {
        streams.delete(stream);
        stream.destroy();
      }
    },
    close() {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const refusal = { error: { code: "SCRIPTED", message: "as the test says" } };

/** Writes an answer, or as much of it as the fault lets through. */
function send(response: ServerResponse, { status, headers, body }: Answer, fault?: Fault): void {
  const bytes = Buffer.from(body, "utf8");
  if (fault?.kind === "truncated-gzip") {
    const packed = gzipSync(bytes);
    response.writeHead(status, { ...headers, "content-encoding": "gzip" });
    response.end(packed.subarray(0, Math.floor(packed.length / 2)));
    return;
  }
  if (fault?.kind === "dripping-headers") {
    dripHeaders(response, fault.everyMs);
    return;
  }
  if (fault?.kind !== "reset" && fault?.kind !== "stalled") {
    response.writeHead(status, { ...headers, "content-length": String(bytes.length) });
    response.end(bytes);
    return;
  }
  if (fault.afterBytes === 0) {
    if (fault.kind === "reset") response.socket?.resetAndDestroy();
    return;
  }
  const share = fault.afterBytes < 1 ? Math.floor(bytes.length * fault.afterBytes) : fault.afterBytes;
  response.writeHead(status, { ...headers, "content-length": String(bytes.length) });
  response.write(bytes.subarray(0, Math.min(share, bytes.length - 1)), () => {
    if (fault.kind === "reset") response.socket?.resetAndDestroy();
  });
}

/** Each byte comes well within the time that a client gives to a single read. */
function dripHeaders(response: ServerResponse, everyMs: number): void {
  const { socket } = response;
  const begin = "HTTP/1.1 200 OK\r\nx-drip: ";
  let sent = 0;
  const timer = setInterval(() => socket?.write(begin[sent++] ?? "-"), everyMs);
  socket?.on("close", () => clearInterval(timer));
  socket?.on("error", () => clearInterval(timer));
}
