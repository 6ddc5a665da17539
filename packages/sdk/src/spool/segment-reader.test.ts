import { describe, expect, it } from "vitest";
import type { Directories } from "../platform/platform";
import { encodeRecord, segmentHeader } from "./segment-format";
import { createSegmentReader } from "./segment-reader";

/** A reader of one segment that has ended, and how many bytes it has asked the disk for. */
function readerOf(records: readonly string[]) {
  const lines = records.map((text) => encodeRecord(text));
  const segment = Buffer.concat([Buffer.from(segmentHeader), ...lines]);
  const read = { bytes: 0, removed: 0 };
  const directories = {
    async readAt(_: string, offset: number, length: number) {
      const piece = segment.subarray(offset, offset + length);
      read.bytes += piece.length;
      return piece;
    },
    remove: async () => void read.removed++,
  } as unknown as Directories;
  const reader = createSegmentReader({
    directories,
    join: (...parts) => parts.join("/"),
    growing: () => undefined,
    finishGrowing: async () => undefined,
    endOf: () => undefined,
    sizeOf: async () => segment.length,
    onFound: () => undefined,
    onRemove: () => undefined,
    onEnd: () => undefined,
    onUnreadable: () => undefined,
  });
  reader.addSegment("one");
  const takeAll = async (maxCount: number, maxBytes: number): Promise<string[][]> => {
    const batches: string[][] = [];
    for (let batch = await reader.take(maxCount, maxBytes); batch; batch = await reader.take(maxCount, maxBytes)) {
      expect(batch.damaged).toEqual([]);
      batches.push([...batch.texts]);
      await batch.settle();
    }
    return batches;
  };
  return { takeAll, read, size: segment.length };
}

const record = (chars: number, index: number): string => JSON.stringify(`${index} ${"x".repeat(chars)}`);

describe("a reader of segments", () => {
  it("reads little more than it gives out", async () => {
    const records = Array.from({ length: 1500 }, (_, index) => record(700, index));
    const { takeAll, read, size } = readerOf(records);
    const batches = await takeAll(200, 2_500_000);
    expect(batches.flat()).toEqual(records);
    expect(batches.map(({ length }) => length)).toEqual([200, 200, 200, 200, 200, 200, 200, 100]);
    expect(read.bytes).toBeLessThan(2 * size);
    expect(read.removed).toBe(1);
  });

  it.each([
    ["short ones", [1, 2, 3]],
    ["long ones", [300_000, 300_000, 5]],
    ["one beyond a batch", [5, 900_000, 5, 5]],
    ["others after long ones", [400_000, ...Array.from({ length: 900 }, () => 40)]],
  ])("gives out every record once, in order: %s", async (_, lengths) => {
    const records = lengths.map(record);
    for (const maxBytes of [1_000, 100_000, 2_500_000]) {
      const { takeAll } = readerOf(records);
      expect((await takeAll(200, maxBytes)).flat()).toEqual(records);
    }
  });
});
