import type { ApprovalWakes } from "../approvals/approval-wakes";
import { createBundleCache } from "../bundle/bundle-cache";
import { type BundleLane, createBundleLane } from "../bundle/bundle-lane";
import type { KeyRing } from "../bundle/key-ring";
import type { PauseBook } from "../control/pause-book";
import { rehearsePause } from "../control/rehearse-pause";
import { takeStatus } from "../control/take-status";
import { defaults } from "../gen/constants";
import { AuthError } from "../gen/errors";
import { describeProblems } from "../policies/describe-problems";
import { type Api, parseJson } from "../transport/api";
import { openPushStream } from "../transport/push-stream";
import type { ServerEvent } from "../transport/read-events";
import { rememberLast } from "../transport/remember-last";
import type { Settings } from "./settings";
import { changeSnapshot, type SnapshotHolder } from "./snapshot";
import type { Sync } from "./sync";

export interface ConnectParts {
  readonly settings: Settings;
  readonly api: Api;
  readonly keys: KeyRing;
  readonly sync: Sync;
  readonly pauses: PauseBook;
  readonly wakes: ApprovalWakes;
  readonly snapshot: SnapshotHolder;
}

/** The lanes that follow a control plane. */
export interface Connection {
  stop(): void;
  /** Pulls the bundle if the time for it has passed. Resolves then, or after a time. Never rejects. */
  catchUp(timeoutMs: number): Promise<unknown>;
  /** Time since the control plane last confirmed the bundle in force, ms; undefined before the first. */
  readonly bundleAgeMs: () => number | undefined;
  readonly isStale: () => boolean;
}

/**
 * Starts the lanes that follow a control plane. Returns once there is a bundle or the waiting time is over; throws
 * AuthError when the key is refused and there is no plan to go on with.
 */
export async function connect(parts: ConnectParts): Promise<Connection> {
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
  return {
    stop,
    catchUp: (timeoutMs) => within(parts, lane.catchUp(), timeoutMs),
    bundleAgeMs: lane.ageMs,
    isStale: lane.isStale,
  };
}

function createLane({ settings, api, keys, sync, snapshot }: ConnectParts): BundleLane {
  const { platform, cacheDir, apiKey, numbers, maxStalenessMs } = settings;
  const identity = `${api.baseUrl}\n${apiKey ?? ""}`;
  return createBundleLane({
    api,
    keys,
    cache: platform.files && cacheDir ? createBundleCache(platform.files, cacheDir, identity) : undefined,
    clock: platform.clock,
    crypto: platform.crypto,
    pollIntervalMs: numbers.pollIntervalMs,
    requestMs: numbers.requestTimeoutMs,
    maxStalenessMs,
    apply: sync.applyBundle,
    onFailure: sync.fail,
    onConfirmed: sync.confirm,
    onDeadline: (staleAtMs) => changeSnapshot(snapshot, { staleAtMs }),
  });
}

function openStream({ settings, api, pauses, wakes, snapshot }: ConnectParts, lane: BundleLane): () => void {
  const { platform, numbers } = settings;
  /** Newest version that a pushed pause has named: its pull is on the way. */
  let awaitedVersion = 0;
  rehearsePause();
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
        const { held, version } = takeStatus(event.data, pauses, platform.clock.monotonicMs());
        if (held && version !== undefined) awaitedVersion = Math.max(awaitedVersion, version);
        lane.hurry(held ? defaults.pushSpreadMs : 0);
      } else if (event.name === "bundle") {
        const version = readVersion(event.data);
        const known = Math.max(awaitedVersion, snapshot.current.version);
        if (version === undefined || version > known) lane.hurry();
      }
    },
  });
}

const readVersion = rememberLast((data): number | undefined => {
  const version = (parseJson(data) as { version?: unknown } | null | undefined)?.version;
  return typeof version === "number" ? version : undefined;
});

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
