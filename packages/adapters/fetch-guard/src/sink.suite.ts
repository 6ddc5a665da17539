import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import {
  type DecisionEvent,
  Holdpoint,
  type HoldpointOptions,
  type ReceiptReport,
  verifyReceipts,
} from "@holdpoint/sdk";
import { onTestFinished } from "vitest";

/** For tests of adapters: a client, and what it sends to a control plane that takes traces and knows nothing else. */
export interface SinkClient {
  readonly hp: Holdpoint;
  readonly decisions: DecisionEvent[];
  /** Traces as they were sent; the client is closed. */
  sent(): Promise<readonly SentTrace[]>;
  /** What `holdpoint receipts verify` says of them. */
  report(): Promise<ReceiptReport>;
}

export interface SentTrace {
  readonly traceId: string;
  readonly spanType: string;
  readonly status: string;
  readonly spans?: readonly {
    readonly spanId: string;
    readonly name: string;
    readonly spanType: string;
    readonly status: string;
  }[];
  readonly decisions?: readonly {
    readonly decision: { readonly phase: string; readonly verdict: string };
    readonly receipt: { readonly spanId?: string };
  }[];
}

export async function createSinkClient(options: Partial<HoldpointOptions>): Promise<SinkClient> {
  const traces: SentTrace[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isIngest = request.url === "/api/v1/traces/ingest";
    const body = Buffer.concat(chunks);
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
    const batch = isIngest ? (JSON.parse(text) as { traces: SentTrace[] }).traces : [];
    traces.push(...batch);
    response.writeHead(isIngest ? 202 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(isIngest ? { accepted: batch.length, failed: 0, errors: [] } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hp = await Holdpoint.create({ controlPlane: url, ...options });
  const decisions: DecisionEvent[] = [];
  hp.on("decision", (event) => decisions.push(event));
  onTestFinished(async () => {
    await hp.close();
    server.closeAllConnections();
    server.close();
  });
  const sent = async () => {
    await hp.close();
    return traces;
  };
  return { hp, decisions, sent, report: async () => verifyReceipts(await sent()) };
}
