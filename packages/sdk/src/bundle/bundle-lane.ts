import { type Bundle, type CompileProblem, limits } from "@holdpoint/core";
import { isCoreWhole } from "../platform/own-core";
import type { PlatformClock, PlatformCrypto } from "../platform/platform";
import type { Api } from "../transport/api";
import { addJitter, createBackoff } from "../transport/backoff";
import { applyAgain } from "./apply-again";
import type { BundleCache } from "./bundle-cache";
import { createFreshness } from "./freshness";
import { isOlder } from "./is-older";
import type { KeyRing } from "./key-ring";
import { verifyEnvelope } from "./verify-envelope";

export type PullResult =
  | { readonly kind: "changed" | "unchanged" }
  /** `auth` is a refused key; `failed` anything else that kept a good bundle from coming. */
  | { readonly kind: "auth" | "failed"; readonly problems: readonly CompileProblem[]; readonly afterMs?: number };

export type ApplyResult =
  | { readonly ok: true }
  /** `isUnloaded`: the policies may be good, a part of the core that they need could not be had. */
  | { readonly ok: false; readonly problems: readonly CompileProblem[]; readonly isUnloaded?: true };

export interface BundleLaneOptions {
  readonly api: Api;
  readonly keys: KeyRing;
  readonly cache: BundleCache | undefined;
  readonly clock: PlatformClock;
  readonly crypto: PlatformCrypto;
  readonly pollIntervalMs: number;
  /** No request takes longer than this; a pull makes two at most. */
  readonly requestMs: number;
  /** How long a bundle holds that the control plane does not confirm; undefined: for ever. */
  readonly maxStalenessMs: number | undefined;
  /** Compiles and swaps; with `ok: false` nothing has changed. `askedMs` is when the bundle was asked for. */
  apply(bundle: Bundle, askedMs: number, source: "control-plane" | "cache", digest: string): ApplyResult;
  /** Nothing changed, or nothing good came. */
  onFailure(problems: readonly CompileProblem[], source: "control-plane" | "cache"): void;
  /** The bundle in force was the control plane's at `askedMs`. */
  onConfirmed(askedMs: number, wasStale: boolean): void;
  /** The monotonic time from which on what is in force is stale. */
  onDeadline(staleAtMs: number): void;
}

export interface BundleLane {
  /** Takes the last good bundle from disk. Never rejects. */
  startFromCache(): Promise<void>;
  /** Starts pulling; resolves with the first result. Never rejects. */
  start(): Promise<PullResult>;
  /** Pulls because something has changed: at once, or at a random moment within a time. */
  hurry(withinMs?: number): void;
  /** Pulls if the time for it has passed: where a program runs only while it answers a request, timers do not. Never rejects. */
  catchUp(): Promise<unknown>;
  /** Time since the control plane last confirmed the bundle in force, ms; undefined before the first. */
  readonly ageMs: () => number | undefined;
  readonly isStale: () => boolean;
  stop(): void;
}

/** Keeps the last good bundle of a control plane in force: pull, verify, refuse what is older, compile, swap. */
export function createBundleLane(options: BundleLaneOptions): BundleLane {
  const { api, keys, cache, clock, crypto } = options;
  const backoff = createBackoff(crypto.random);
  let held:
    | { readonly bundle: Pick<Bundle, "organizationId" | "version" | "issuedAt">; readonly payload: string }
    | undefined;
  /** Newest that was signed, in force or not: the pauses of one that does not compile hold, an older one must not lift them. */
  let newest: Pick<Bundle, "version" | "issuedAt"> | undefined;
  let etag: string | undefined;
  let pulling: Promise<PullResult> | undefined;
  let again = false;
  let stopped = false;
  let lastTold: string | undefined;
  let cancelTimer: () => void = () => undefined;
  /** Monotonic: by then the next pull has begun, or the one that runs has ended. */
  let dueMs = Number.POSITIVE_INFINITY;
  let cancelSpread: (() => void) | undefined;
  let kept: { readonly envelope: string; readonly etag: string | undefined; readonly atMs: number } | undefined;
  /** What is on disk is none of ours, of a server with another key say. */
  let isCacheWorthless = false;
  const freshness = createFreshness({
    clock,
    maxStalenessMs: options.maxStalenessMs,
    onDeadline: options.onDeadline,
    onStale() {
      if (stopped) return;
      const problem = `the bundle in force was not confirmed for ${options.maxStalenessMs} ms`;
      options.onFailure([toProblem(problem)], "control-plane");
      lastTold = undefined;
    },
    onSlept: () => lane.hurry(),
  });

  /** Checks one envelope against what is held, and puts it in force. */
  const accept = async (envelope: string, askedMs: number, source: "control-plane" | "cache"): Promise<PullResult> => {
    const trusted = source === "cache" ? { ok: true as const, keys: keys.known() } : await keys.load();
    if (!trusted.ok)
      return { kind: trusted.answer?.outcome === "auth" ? "auth" : "failed", problems: [toProblem(trusted.problem)] };
    let read = await verifyEnvelope(envelope, trusted.keys, crypto);
    // The control plane may have another key by now.
    if (!read.ok && read.isUnsigned && source === "control-plane" && (await keys.renew()))
      read = await verifyEnvelope(envelope, keys.known(), crypto);
    if (stopped) return { kind: "unchanged" };
    if (!read.ok) return fail(read.problem);
    const { bundle, payload, digest } = read;
    // What stands between us and the server may give us somebody else's answer, signed by the same key.
    if (held && bundle.organizationId !== held.bundle.organizationId)
      return fail("the bundle is not of the organisation whose bundle is in force");
    if (newest && isOlder(bundle, newest))
      return fail(`bundle version ${bundle.version} is older than ${newest.version}, which has come before`);
    newest = bundle;
    if (held?.payload === payload) return { kind: "unchanged" };
    const apply = (): ApplyResult =>
      stopped ? { ok: false, problems: [] } : options.apply(bundle, askedMs, source, digest);
    const first = apply();
    const applied = first.ok || isCoreWhole() ? first : await applyAgain(apply);
    if (!applied.ok) {
      // Nobody may call the one in force unchanged any more.
      etag = undefined;
      return { kind: "failed", problems: applied.problems };
    }
    held = { bundle, payload };
    return { kind: "changed" };
  };

  /** Writes the bundle in force, or when it was confirmed, so that the next start knows how old it is. */
  const keep = (envelope: string): void => {
    const nowMs = clock.monotonicMs();
    const known = kept !== undefined && kept.envelope === envelope && kept.etag === etag;
    const oldMs = options.maxStalenessMs === undefined ? Number.POSITIVE_INFINITY : options.maxStalenessMs / 10;
    if (!cache || !held || (known && nowMs - (kept?.atMs ?? 0) < oldMs)) return;
    kept = { envelope, etag, atMs: nowMs };
    const { version, issuedAt } = held.bundle;
    void cache.write(
      { envelope, etag, keys: keys.known(), confirmedMs: clock.nowMs(), version, issuedAt },
      isCacheWorthless,
    );
    isCacheWorthless = false;
  };
  const confirm = (askedMs: number, isNew: boolean): void => {
    if (stopped) return;
    const wasStale = freshness.isStale() && !isNew;
    freshness.confirm();
    options.onConfirmed(askedMs, wasStale);
  };

  const pull = async (): Promise<PullResult> => {
    const askedMs = clock.monotonicMs();
    const answer = await api.call("GET", "/api/v1/sdk/bundle", {
      maxBytes: limits.maxBundleBytes,
      ...(etag === undefined ? {} : { headers: { "if-none-match": etag } }),
    });
    if (answer.outcome === "unchanged" && etag !== undefined) {
      confirm(askedMs, false);
      if (kept) keep(kept.envelope);
      return { kind: "unchanged" };
    }
    if (answer.outcome !== "ok") {
      const kind = answer.outcome === "auth" ? "auth" : "failed";
      const problems = [toProblem(`the bundle was ${answer.problem || "called unchanged before there was one"}`)];
      return { kind, problems, ...(answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs }) };
    }
    const result = await accept(answer.text, askedMs, "control-plane");
    if (result.kind !== "changed" && result.kind !== "unchanged") return result;
    etag = readEtag(answer.header("etag"));
    confirm(askedMs, result.kind === "changed");
    keep(answer.text);
    return result;
  };

  const delayAfter = (result: PullResult): number => {
    if (result.kind === "failed") return backoff.nextMs(result.afterMs);
    backoff.reset();
    const poll = addJitter(options.pollIntervalMs, crypto.random);
    return result.kind === "auth" ? Math.max(poll, result.afterMs ?? 0) : poll;
  };

  /** The same failure is told once, not at every poll. */
  const report = (result: PullResult): void => {
    const problems = result.kind === "failed" || result.kind === "auth" ? result.problems : [];
    const told = JSON.stringify(problems);
    if (problems.length > 0 && told !== lastTold) options.onFailure(problems, "control-plane");
    lastTold = told;
  };

  const run = async (): Promise<PullResult> => {
    cancelTimer();
    dueMs = clock.monotonicMs() + 2 * options.requestMs;
    // The lane must outlive a defect, whose is it ever.
    const result = await pull().catch((error: unknown) => fail(`the bundle could not be taken: ${nameOf(error)}`));
    if (stopped) return result;
    report(result);
    const delayMs = again ? 0 : delayAfter(result);
    again = false;
    dueMs = clock.monotonicMs() + delayMs;
    cancelTimer = clock.schedule(start, delayMs);
    return result;
  };
  const start = (): Promise<PullResult> => {
    pulling ??= run().finally(() => {
      pulling = undefined;
    });
    return pulling;
  };

  const lane: BundleLane = {
    async startFromCache() {
      const cached = await cache?.read();
      if (!cached) return;
      keys.remember(cached.keys);
      const result = await accept(cached.envelope, Number.NEGATIVE_INFINITY, "cache");
      if (result.kind === "changed") {
        etag = readEtag(cached.etag);
        kept = { envelope: cached.envelope, etag, atMs: Number.NEGATIVE_INFINITY };
        // Whichever way the wall clock has jumped since, the distance is an age.
        freshness.confirm(Math.abs(clock.nowMs() - (cached.confirmedMs ?? Number.NaN)));
      } else if (result.kind === "failed") {
        isCacheWorthless = true;
        options.onFailure(result.problems, "cache");
      }
    },
    start,
    hurry(withinMs = 0) {
      if (stopped) return;
      if (withinMs > 0) {
        cancelSpread ??= clock.schedule(
          () => {
            cancelSpread = undefined;
            lane.hurry();
          },
          (withinMs * (1 + crypto.random())) / 2,
        );
        return;
      }
      if (pulling) again = true;
      else void start();
    },
    async catchUp() {
      if (stopped || clock.monotonicMs() < dueMs) return;
      // One that still runs is of a request that was answered: it never ends.
      pulling = undefined;
      await start();
    },
    ageMs: freshness.ageMs,
    isStale: freshness.isStale,
    stop() {
      stopped = true;
      cancelTimer();
      cancelSpread?.();
      freshness.stop();
    },
  };
  return lane;
}

/** Others (RFC 9110 allows any byte) cannot be sent back everywhere as they came: the whole bundle is asked for then. */
const readEtag = (etag: string | undefined): string | undefined => (/^[ -~]+$/.test(etag ?? "") ? etag : undefined);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

const toProblem = (message: string): CompileProblem => ({ pointer: "", message });

const fail = (message: string): PullResult => ({ kind: "failed", problems: [toProblem(message)] });
