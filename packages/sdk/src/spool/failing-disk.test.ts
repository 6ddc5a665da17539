import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDropCounter } from "../events/drop-counter";
import { createTextWriter } from "../events/write-text";
import { defaults } from "../gen/constants";
import { createNodePlatform } from "../platform/node-platform";
import type { Directories, Files, Platform, PlatformClock } from "../platform/platform";
import { createSpool } from "./spool";

const node = createNodePlatform();
const files = node.files as Files;
const disk = files.directories as Directories;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdpoint-failing-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A spool over a disk that fails as the test says, and a clock that can be put on. */
function open(changes: Partial<Directories>) {
  const directories = { ...disk, ...changes };
  const drops = createDropCounter(node.clock, () => undefined);
  const wait = { ms: 0 };
  const clock: PlatformClock = {
    ...node.clock,
    monotonicMs: () => node.clock.monotonicMs() + wait.ms,
    schedule: (run, delayMs, options) =>
      node.clock.schedule(run, delayMs === defaults.spoolHeartbeatMs ? 50 : delayMs, options),
  };
  let heard: () => void = () => undefined;
  const news = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const { onExit: _, ...platform }: Platform = { ...node, clock, files: { ...files, directories } };
  const spool = createSpool({
    platform,
    files: { ...files, directories },
    root,
    drops,
    capacity: 1000,
    capacityBytes: 1e7,
    maxBytes: 1e8,
    sync: "interval",
    writeText: createTextWriter(drops),
    onNews: heard,
  });
  if (!spool) throw new Error("there is no disk");
  const texts = Array.from({ length: 100 }, (_, index) => JSON.stringify(`text ${index}`));
  for (const text of texts) spool.push({ sizeBytes: text.length, toJson: () => text });
  const taken: { texts: string[]; own: number } = { texts: [], own: 0 };
  /** Takes and settles until there is nothing, or nothing that can be read. */
  const take = async (): Promise<typeof taken> => {
    for (let batch = await spool.take(7, 1e6); batch; batch = await spool.take(7, 1e6)) {
      taken.texts.push(...batch.texts);
      await batch.settle();
      taken.own += batch.own;
    }
    return taken;
  };
  return { spool, drops, texts, take, wait, news };
}

/** What is counted twice makes a flush that comes later end before its traces are on disk. */
describe("a trace is taken once, and counted once", () => {
  it("that a full disk took in part, before there was room again", async () => {
    let isFull = true;
    const create: Directories["create"] = async (path) => {
      const file = await disk.create(path);
      return {
        append: async (bytes) => {
          if (!isFull || bytes.length < 100) return file.append(bytes);
          isFull = false;
          await file.append(bytes.subarray(0, bytes.length / 2));
          throw failure("ENOSPC");
        },
        appendNow: (bytes) => file.appendNow(bytes),
        sync: () => file.sync(),
        close: () => file.close(),
      };
    };
    const { spool, texts, take, wait } = open({ create });
    await spool.secure();
    expect(spool.stats()?.failing).toBe("ENOSPC");
    wait.ms = defaults.spoolRetryMs;
    expect(await take()).toEqual({ texts, own: texts.length });
    expect(spool.stats()).toMatchObject({ failing: undefined, bytes: 0 });
    await spool.close();
  });

  it("that could not be read for a while, and it is looked for again", async () => {
    let reads = 0;
    const readAt: Directories["readAt"] = (path, offset, length) =>
      path.endsWith(".seg") && ++reads === 5 ? Promise.reject(failure("EMFILE")) : disk.readAt(path, offset, length);
    const { spool, drops, texts, take, news } = open({ readAt });
    expect((await take()).texts.length).toBeLessThan(texts.length);
    await news;
    expect(await take()).toEqual({ texts, own: texts.length });
    expect(drops.totals.damaged).toBe(0);
    await spool.close();
  });
});
