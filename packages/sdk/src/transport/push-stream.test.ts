import { expect, it } from "vitest";
import type { Platform } from "../platform/platform";
import { openPushStream } from "./push-stream";

/** How long the client waits before each new connection, when each says this and ends. */
function delaysOf(text: string, connections: number): readonly number[] {
  const delays: number[] = [];
  let again: (() => void) | undefined;
  const platform = {
    clock: {
      monotonicMs: () => 0,
      schedule(work: () => void, delayMs: number) {
        if (delayMs >= 40_000) return () => undefined; // the watch on silence
        delays.push(delayMs);
        again = work;
        return () => undefined;
      },
    },
    crypto: { random: () => 1 },
    requests: {
      open(
        _url: string,
        _headers: unknown,
        on: { onOpen(status: number): void; onText(text: string): void; onEnd(): void },
      ) {
        on.onOpen(200);
        on.onText(text);
        on.onEnd();
        return () => undefined;
      },
    },
  } as unknown as Platform;
  const api = { baseUrl: "http://stand-in.test", headers: {} } as never;
  const stop = openPushStream({ api, platform, pollIntervalMs: 10_000, onConnected() {}, onEvent() {} });
  for (let made = 1; made < connections; made++) again?.();
  stop();
  return delays;
}

it("asks a server that answers with a page ever more seldom, and one that pushes again at once", () => {
  const page = delaysOf("<html>log in</html>", 6);
  expect(page).toEqual([...page].sort((one, other) => one - other));
  expect(page.at(-1)).toBeGreaterThan(8 * (page[0] ?? 0));
  const pushed = delaysOf("event: hello\ndata: {}\n\n", 6);
  expect(new Set(pushed).size).toBe(1);
});
