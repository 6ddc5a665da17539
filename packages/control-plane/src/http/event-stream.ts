import { findKeyHolder, type KeyHolder } from "../admin/api-keys";
import type { Change } from "../publish/changes";
import { answerWithStream, createFrame, type Frame, type Sink } from "./direct-stream";
import type { Services } from "./services";

/** A client that does not read is cut off; when it comes back it is told the newest version. */
const maxWaitingBytes = 65_536;

const headers = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/**
 * Server-sent events of one organisation: `bundle` with its version, at once and on every change; `status` with a
 * pause, which holds without being fetched; `approval` with id and status; a comment as heartbeat, at which the key is
 * looked up again and a missed version is made good. But for pauses events say that something changed, never what.
 */
export const openEventStream = (services: Services, caller: KeyHolder & { readonly key: string }): Response =>
  answerWithStream(headers, (sink) => feed(services, caller, sink));

const heartbeatFrame = createFrame(": heartbeat\n\n");

/** What is written of a change: to those who do not know its version yet, and to those who do. */
interface Frames {
  readonly news: Frame;
  readonly old: Frame;
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
  const frames = { news: createFrame(old + version), old: createFrame(old) };
  written.set(change, frames);
  return frames;
}

const writeVersion = (version: number): string =>
  `id: ${version}\nevent: bundle\ndata: ${JSON.stringify({ version })}\n\n`;

/** Writes the events until the result is called, the key ends or the server closes. */
function feed(services: Services, caller: KeyHolder & { readonly key: string }, sink: Sink): () => void {
  let open = true;
  let sentVersion = 0;

  const end = (): void => {
    if (!open) return;
    open = false;
    clearInterval(heartbeat);
    unsubscribe();
    services.closing.removeEventListener("abort", end);
    services.metrics.streamClients.dec();
    sink.end();
  };
  const send = (frame: Frame): void => {
    if (!open) return;
    if (sink.waitingBytes() > maxWaitingBytes) end();
    else sink.write(frame);
  };
  /** False when this client knows it, or a newer one. */
  const isNews = (version: number): boolean => {
    const isNew = version > sentVersion;
    sentVersion = Math.max(version, sentVersion);
    return isNew;
  };
  const sendVersion = (version: number): void => {
    if (isNews(version)) send(createFrame(writeVersion(version)));
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
