import type { Platform } from "../platform/platform";
import type { Api } from "./api";
import { addJitter, createBackoff } from "./backoff";
import { outcomeOf } from "./http-outcome";
import { createEventReader, type ServerEvent } from "./read-events";

export interface PushStreamOptions {
  readonly api: Api;
  readonly platform: Platform;
  /** How long to wait after a refusal; a stream that is silent for four times as long is opened anew. */
  readonly pollIntervalMs: number;
  /** A connection stands: what was pushed while there was none has been missed. */
  onConnected(): void;
  onEvent(event: ServerEvent): void;
}

/**
 * Listens to a control plane's pushes and opens the stream anew whenever it ends. Pushes make things faster, nothing
 * depends on them. Gives back how to stop.
 */
export function openPushStream(options: PushStreamOptions): () => void {
  const { api, platform, pollIntervalMs } = options;
  const { clock, crypto, requests } = platform;
  const backoff = createBackoff(crypto.random);
  let stopped = false;
  let closeStream: () => void = () => undefined;
  let cancelTimer: () => void = () => undefined;
  let cancelIdle: () => void = () => undefined;

  const connect = (): void => {
    if (stopped) return;
    let status = 0;
    let over = false;
    const finish = (): void => {
      if (over) return;
      over = true;
      cancelIdle();
      closeStream();
      const refused = status !== 0 && status !== 200 && outcomeOf(status) !== "retry";
      const delayMs = refused ? addJitter(pollIntervalMs, crypto.random) : backoff.nextMs();
      if (!stopped) cancelTimer = clock.schedule(connect, delayMs);
    };
    let heardMs = clock.monotonicMs();
    /** One timer for a stream, however much is heard. */
    const watch = (): void => {
      const leftMs = heardMs + 4 * pollIntervalMs - clock.monotonicMs();
      if (leftMs <= 0) finish();
      else cancelIdle = clock.schedule(watch, leftMs);
    };
    const read = createEventReader((event) => {
      // Whatever else answers with a text, a page of a portal say, is asked ever more seldom.
      backoff.reset();
      if (!stopped) options.onEvent(event);
    });
    watch();
    closeStream = requests.open(`${api.baseUrl}/api/v1/sdk/stream`, api.headers, {
      onOpen(answered) {
        status = answered;
        if (status !== 200 || stopped) return;
        options.onConnected();
      },
      onText(text) {
        if (over || stopped) return;
        heardMs = clock.monotonicMs();
        if (!read(text)) finish();
      },
      onEnd: finish,
    });
  };
  connect();
  return () => {
    stopped = true;
    cancelTimer();
    cancelIdle();
    closeStream();
  };
}
