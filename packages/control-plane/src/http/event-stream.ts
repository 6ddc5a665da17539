import { findKeyHolder, type KeyHolder } from "../admin/api-keys";
import type { Change } from "../publish/changes";
import type { Services } from "./services";

/** A client that does not read is cut off; when it comes back it is told the newest version. */
const maxWaitingEvents = 256;

/**
 * Server-sent events of one organisation: `bundle` with its version, at once and on every change; `status` with a
 * pause, which holds without being fetched; `approval` with id and status; a comment as heartbeat, at which the key is
 * looked up again and a missed version is made good. But for pauses events say that something changed, never what.
 */
export function openEventStream(services: Services, caller: KeyHolder & { readonly key: string }): Response {
  let end = (): void => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = feed(services, caller, controller);
      },
      cancel: () => end(),
    },
    { highWaterMark: 1 },
  );
  return new Response(stream, {
    headers: {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}

const encoder = new TextEncoder();
const heartbeatFrame = encoder.encode(": heartbeat\n\n");

/** What is written of a change: to those who do not know its version yet, and to those who do. */
interface Frames {
  readonly news: Uint8Array;
  readonly old: Uint8Array;
}

/** A kill switch has many clients to reach: what all of them are sent is written down once. */
const written = new WeakMap<Change, Frames>();

function framesOf(change: Change): Frames {
  const known = written.get(change);
  if (known) return known;
  const version = change.kind === "approval" ? "" : writeVersion(change.version);
  const old =
    change.kind === "approval"
      ? `event: approval\ndata: ${JSON.stringify({ id: change.id, status: change.status })}\n\n`
      : change.kind === "status"
        ? // With its version in one write.
          `event: status\ndata: ${JSON.stringify({ ...change.pause, version: change.version })}\n\n`
        : "";
  const frames = { news: encoder.encode(old + version), old: encoder.encode(old) };
  written.set(change, frames);
  return frames;
}

const writeVersion = (version: number): string =>
  `id: ${version}\nevent: bundle\ndata: ${JSON.stringify({ version })}\n\n`;

/** Writes the events until the result is called, the key ends or the server closes. */
function feed(
  services: Services,
  caller: KeyHolder & { readonly key: string },
  controller: ReadableStreamDefaultController<Uint8Array>,
): () => void {
  let open = true;
  let sentVersion = 0;

  const end = (): void => {
    if (!open) return;
    open = false;
    clearInterval(heartbeat);
    unsubscribe();
    services.closing.removeEventListener("abort", end);
    services.metrics.streamClients.dec();
    try {
      controller.close();
    } catch {
      // The client has gone and closed it already.
    }
  };
  const send = (bytes: Uint8Array): void => {
    if (!open) return;
    if ((controller.desiredSize ?? 0) <= -maxWaitingEvents) end();
    else controller.enqueue(bytes);
  };
  /** False when this client knows it, or a newer one. */
  const isNews = (version: number): boolean => {
    const isNew = version > sentVersion;
    sentVersion = Math.max(version, sentVersion);
    return isNew;
  };
  const sendVersion = (version: number): void => {
    if (isNews(version)) send(encoder.encode(writeVersion(version)));
  };
  const lookUp = async (): Promise<void> => {
    const now = new Date(services.clock());
    const holder = await findKeyHolder(services.database, services.keySecret, caller.key, now);
    if (holder) sendVersion(holder.bundleVersion);
    else end();
  };
  const onChange = (change: Change | undefined): void => {
    if (!change) void lookUp().catch(end);
    else if (change.kind === "approval") send(framesOf(change).old);
    else if (isNews(change.version)) send(framesOf(change).news);
    else if (change.kind === "status") send(framesOf(change).old);
  };

  const unsubscribe = services.changes.subscribe(caller.organizationId, onChange);
  const heartbeat = setInterval(() => {
    send(heartbeatFrame);
    // A database that is away for a while ends no stream.
    void lookUp().catch(() => {});
  }, services.streamHeartbeatMs).unref();
  services.metrics.streamClients.inc();
  services.closing.addEventListener("abort", end);
  if (services.closing.aborted) end();
  sendVersion(caller.bundleVersion);
  // A change between the look-up of the key and the subscription would go unheard otherwise.
  void lookUp().catch(end);
  return end;
}
