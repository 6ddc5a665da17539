import { limits } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { Platform } from "../platform/platform";
import { type Api, parseJson } from "../transport/api";
import { addJitter, createBackoff } from "../transport/backoff";
import type { LeaseAnswer, LeaseBook, LeaseReport } from "./lease-book";

export interface LeaseLane {
  /** Asks soon; while the control plane cannot be reached, when its turn comes. */
  hurry(): void;
  /** Begins to hold what new policies name. */
  foresee(): void;
  /** Resolves when what is wanted now was answered, or the time is over. Never rejects. */
  ready(timeoutMs: number): Promise<void>;
  /** Reports and gives everything back, within the time. Never rejects. */
  close(timeoutMs: number): Promise<void>;
  readonly isReachable: () => boolean;
}

export interface LeaseLaneOptions {
  readonly api: Api;
  readonly platform: Platform;
  readonly book: () => LeaseBook;
}

interface Line {
  readonly lease: Parameters<LeaseBook["take"]>[0];
  readonly report: LeaseReport;
}

/** Reports spend and draws slices, one call at a time, away from the path of a decision. */
export function createLeaseLane({ api, platform, book }: LeaseLaneOptions): LeaseLane {
  const { clock, crypto } = platform;
  const holderId = crypto.randomUuid();
  const backoff = createBackoff(crypto.random);
  let sequence = 0;
  let reachable = true;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let cancelTimer: () => void = () => undefined;

  const send = async (lines: readonly Line[]): Promise<number | undefined> => {
    const body = { holderId, sequence: sequence++, leases: lines.map(({ report }) => report) };
    const answer = await api.call("POST", "/api/v1/usage/leases", { body });
    const answers = answer.outcome === "ok" ? readAnswers(answer.text, lines.length) : undefined;
    reachable = answers !== undefined;
    if (!answers) return answer.retryAfterMs ?? 0;
    for (const [index, { lease, report }] of lines.entries()) book().take(lease, report, answers[index] as LeaseAnswer);
    return undefined;
  };

  /** All that there is to report; the time to wait, when it did not go through. */
  const report = async (closing: boolean): Promise<number | undefined> => {
    const lines = book().list(closing);
    for (let from = 0; from < lines.length; from += limits.maxLeases) {
      const failed = await send(lines.slice(from, from + limits.maxLeases));
      if (failed !== undefined) return failed;
    }
    return undefined;
  };

  const run = async (): Promise<void> => {
    cancelTimer();
    do {
      again = false;
      if (!closed) book().foresee();
      again = false;
      const failed = await report(closed);
      if (failed !== undefined) {
        again = false;
        if (!closed) cancelTimer = clock.schedule(start, backoff.nextMs(failed));
        return;
      }
      backoff.reset();
    } while (again && !closed);
    if (!closed) cancelTimer = clock.schedule(start, addJitter(defaults.leaseRenewMs, crypto.random));
  };

  const start = (): Promise<void> => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };

  const within = (work: Promise<void>, timeoutMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(resolve, timeoutMs, { keepAlive: true });
      void work.then(() => {
        cancel();
        resolve();
      });
    });

  return {
    hurry() {
      if (closed) return;
      if (running) again = true;
      else if (reachable) {
        cancelTimer();
        cancelTimer = clock.schedule(start, 0);
      }
    },
    foresee() {
      if (!closed) book().foresee();
    },
    ready: (timeoutMs) => within(start(), timeoutMs),
    async close(timeoutMs) {
      closed = true;
      cancelTimer();
      const last = (running ?? Promise.resolve()).then(() => (book().size() > 0 ? start() : undefined));
      await within(last, timeoutMs);
    },
    isReachable: () => reachable,
  };
}

function readAnswers(text: string, count: number): readonly LeaseAnswer[] | undefined {
  const list = (parseJson(text) as { data?: { leases?: unknown } } | null | undefined)?.data?.leases;
  if (!Array.isArray(list) || list.length !== count) return undefined;
  return list.every(isAnswer) ? list : undefined;
}

function isAnswer(value: unknown): value is LeaseAnswer {
  const { grantedMicros, othersMicros, availableMicros } = (value ?? {}) as Partial<Record<keyof LeaseAnswer, unknown>>;
  return [grantedMicros, othersMicros, availableMicros].every(
    (amount) => typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0,
  );
}
