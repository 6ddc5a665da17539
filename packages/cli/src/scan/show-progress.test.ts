import { describe, expect, it } from "vitest";
import { createProgressLine } from "./show-progress";

function watch(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const progress = createProgressLine(2_000_000, { stream, now: () => time });
  return { written, progress, wait: (ms: number) => (time += ms) };
}

describe("createProgressLine", () => {
  it("says how far it is, once a second, and takes it back", () => {
    const { written, progress, wait } = watch(true);
    progress.say(10);
    progress.clear();
    expect(written).toEqual([]);
    wait(1_000);
    progress.say(1_000_000);
    progress.say(1_100_000);
    wait(1_000);
    progress.say(1_500_000);
    progress.clear();
    progress.clear();
    expect(written).toEqual([
      "\r50 % of 2.0 million characters looked at\u001b[K",
      "\r75 % of 2.0 million characters looked at\u001b[K",
      "\r\u001b[K",
    ]);
  });

  it("is silent where no person looks", () => {
    const { written, progress, wait } = watch(false);
    wait(5_000);
    progress.say(1_000_000);
    progress.clear();
    expect(written).toEqual([]);
  });
});
