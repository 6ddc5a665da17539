import { expect, it } from "vitest";
import { createNodePlatform } from "../platform/node-platform";
import { createApprovalWakes } from "./approval-wakes";

const { clock } = createNodePlatform();
const never = new AbortController().signal;
const dayMs = 86_400_000;

it("wakes those who wait for an approval, and nobody else", async () => {
  const wakes = createApprovalWakes();
  const woken: string[] = [];
  const stop = new AbortController();
  const waits = ["a", "a", "b"].map((id, index) =>
    wakes
      .watch(id)
      .next(dayMs, clock, stop.signal)
      .then(() => woken.push(`${id}${index}`)),
  );
  wakes.wake("a");
  await Promise.all(waits.slice(0, 2));
  expect(woken).toEqual(["a0", "a1"]);
  wakes.wake();
  await Promise.all(waits);
});

it("remembers a push that came while nobody was waiting, once", async () => {
  const wakes = createApprovalWakes();
  const watch = wakes.watch("a");
  wakes.wake("a");
  await watch.next(dayMs, clock, never);
  let woken = false;
  const next = watch.next(dayMs, clock, never).then(() => {
    woken = true;
  });
  await Promise.resolve();
  expect(woken).toBe(false);
  wakes.wake("a");
  await next;
});

it("ends with the delay, when the answer no longer matters, and forgets who has ended", async () => {
  const wakes = createApprovalWakes();
  const watch = wakes.watch("a");
  await watch.next(1, clock, never);
  const stop = new AbortController();
  const waiting = watch.next(dayMs, clock, stop.signal);
  stop.abort();
  await waiting;
  await watch.next(dayMs, clock, stop.signal);
  watch.end();
  watch.end();
  wakes.wake("a");
});
