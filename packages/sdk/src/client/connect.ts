import { decodeMessage } from "@holdpoint/core";
import type { ApprovalWakes } from "../approvals/approval-wakes";
import { createBundleCache } from "../bundle/bundle-cache";
import { type BundleLane, createBundleLane } from "../bundle/bundle-lane";
import { createKeyRing } from "../bundle/key-ring";
import type { PauseBook } from "../control/pause-book";
import { AuthError } from "../gen/errors";
import { describeProblems } from "../policies/describe-problems";
import { type Api, parseJson } from "../transport/api";
import { openPushStream } from "../transport/push-stream";
import type { ServerEvent } from "../transport/read-events";
import type { Settings } from "./settings";
import type { SnapshotHolder } from "./snapshot";
import type { Sync } from "./sync";

export interface ConnectParts {
  readonly settings: Settings;
  readonly api: Api;
  readonly sync: Sync;
  readonly pauses: PauseBook;
  readonly wakes: ApprovalWakes;
  readonly snapshot: SnapshotHolder;
}

/**
 * Starts the lanes that follow a control plane. Returns once there is a bundle or the waiting time is over; throws
 * AuthError when the key is refused and there is no plan to go on with. Gives back how to stop.
 */
export async function connect(parts: ConnectParts): Promise<() => void> {
  const { settings, snapshot } = parts;
  const lane = createLane(parts);
  await lane.startFromCache();
  const first = lane.start();
  const closeStream = settings.stream ? openStream(parts, lane) : () => undefined;
  const stop = (): void => {
    lane.stop();
    closeStream();
  };
  const result = await within(parts, first, settings.numbers.firstBundleTimeoutMs);
  if (result?.kind === "auth" && !snapshot.current.plan) {
    stop();
    throw new AuthError(`the control plane refused the API key: ${describeProblems(result.problems)}`);
  }
  return stop;
}

function createLane({ settings, api, sync }: ConnectParts): BundleLane {
  const { platform, cacheDir, bundleKeys, apiKey, numbers } = settings;
  const identity = `${api.baseUrl}\n${apiKey ?? ""}`;
  return createBundleLane({
    api,
    keys: createKeyRing(api, bundleKeys),
    cache: platform.files && cacheDir ? createBundleCache(platform.files, cacheDir, identity) : undefined,
    clock: platform.clock,
    crypto: platform.crypto,
    pollIntervalMs: numbers.pollIntervalMs,
    apply: sync.applyBundle,
    onFailure: sync.fail,
  });
}

function openStream({ settings, api, pauses, wakes, snapshot }: ConnectParts, lane: BundleLane): () => void {
  const { platform, numbers } = settings;
  return openPushStream({
    api,
    platform,
    pollIntervalMs: numbers.pollIntervalMs,
    onConnected() {
      lane.hurry();
      wakes.wake();
    },
    onEvent(event: ServerEvent) {
      if (event.name === "approval") {
        const id = (parseJson(event.data) as { id?: unknown } | null | undefined)?.id;
        wakes.wake(typeof id === "string" ? id : undefined);
        return;
      }
      if (event.name === "status") {
        const pause = decodeMessage("Pause", parseJson(event.data));
        if (pause.ok) pauses.addPushed(pause.value, platform.clock.monotonicMs());
      }
      if (event.name === "status" || (event.name === "bundle" && isNews(event, snapshot))) lane.hurry();
    },
  });
}

/** False when the push names a version that is in force already. */
function isNews(event: ServerEvent, { current }: SnapshotHolder): boolean {
  const version = (parseJson(event.data) as { version?: unknown } | null | undefined)?.version;
  return typeof version !== "number" || version > current.version;
}

/** The result of a promise that never rejects; undefined when it takes longer. */
function within<T>({ settings }: ConnectParts, promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = settings.platform.clock.schedule(() => resolve(undefined), timeoutMs, { keepAlive: true });
    void promise.then((value) => {
      cancel();
      resolve(value);
    });
  });
}
