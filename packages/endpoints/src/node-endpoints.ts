import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { EndpointRequest, EndpointRequests, HttpAnswer } from "./ways";

export interface NodeEndpointOptions {
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Certificates trusted beside the system's, PEM. */
  readonly ca?: string;
}

const resolveHost = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** HTTPS to addresses that were judged. The name is looked up once; the connection goes to what came back. */
export function createNodeEndpoints({ resolve = resolveHost, ca }: NodeEndpointOptions = {}): EndpointRequests {
  let agent: Agent | undefined;
  const post = async (request: EndpointRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const host = await judge(request, resolve);
    if (!request.keepAlive) return postTo(host, request, { ca, agent: false }, signal);
    agent ??= new Agent({ keepAlive: true, maxFreeSockets: keptConnections });
    return postTo(host, request, { ca, agent }, signal).catch((error: unknown) => {
      if (!(error instanceof ClosedConnection)) throw error;
      return postTo(host, request, { ca, agent: false }, signal);
    });
  };
  return { post: (request) => withDeadline(request, (signal) => post(request, signal)) };
}

async function withDeadline<T>({ timeoutMs, signal }: EndpointRequest, work: (signal: AbortSignal) => Promise<T>) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const both = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
  try {
    // A resolver cannot be stopped: it is not waited for.
    const stopped = new Promise<never>((_, reject) => {
      if (both.aborted) reject(both.reason);
      both.addEventListener("abort", () => reject(both.reason), { once: true });
    });
    return await Promise.race([work(both), stopped]);
  } finally {
    clearTimeout(timer);
  }
}

/** A kept connection that the other side had closed before it took the request. */
class ClosedConnection extends Error {}

const keptConnections = 8;

interface JudgedHost {
  readonly name: string;
  readonly address: string;
}

async function judge(
  request: EndpointRequest,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<JudgedHost> {
  const url = new URL(request.url);
  if (url.protocol !== "https:") throw new Error("only https is asked");
  const name = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(name) ? [name] : await resolve(name);
  const [address] = addresses;
  if (address === undefined || !addresses.every((one) => isIP(one) !== 0 && request.mayReach(one)))
    throw new Error(`the host \`${name.slice(0, 64)}\` has no address, or one of a private network`);
  return { name, address };
}

function postTo(
  { name, address }: JudgedHost,
  request: EndpointRequest,
  { ca, agent }: { readonly ca: string | undefined; readonly agent: Agent | false },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const url = new URL(request.url);
  return new Promise((resolveAnswer, reject) => {
    const outgoing = requestHttps({
      method: "POST",
      host: address,
      port: url.port === "" ? 443 : Number(url.port),
      path: url.pathname + url.search,
      // The certificate is that of the name; an address has no server name (RFC 6066).
      servername: isIP(name) ? "" : name,
      headers: {
        ...request.headers,
        host: url.host,
        "content-length": String(Buffer.byteLength(request.body)),
      },
      agent,
      signal,
      ...(ca === undefined ? {} : { ca }),
    });
    let answered = false;
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const closed = outgoing.reusedSocket && !answered && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(closed ? new ClosedConnection("closed", { cause: error }) : error);
    });
    outgoing.on("response", (response) => {
      answered = true;
      readAnswer(response, request.maxBytes).then(resolveAnswer, (error: unknown) => {
        outgoing.destroy();
        reject(error);
      });
    });
    outgoing.end(request.body);
  });
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const header = (name: string): string | undefined => {
    const value = response.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { status: response.statusCode ?? 0, header, text: Buffer.concat(chunks).toString("utf8") };
}
