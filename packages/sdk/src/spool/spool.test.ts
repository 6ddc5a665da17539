import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDropCounter } from "../events/drop-counter";
import { createTextWriter } from "../events/write-text";
import { createNodePlatform } from "../platform/node-platform";
import type { Directories, Files, GrowingFile, Platform } from "../platform/platform";
import type { SpoolSync } from "../types";
import { crc32 } from "./crc32";
import { decodeRecords, encodeRecord, segmentHeader, segmentName } from "./segment-format";
import { createSpool } from "./spool";

const node = createNodePlatform();
let root: string;
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), "holdpoint-spool-")), "spool");
});
afterEach(() => rm(join(root, ".."), { recursive: true, force: true }));

type Changes = Partial<Directories>;

/** A spool over the real disk, some of whose calls may be made to fail. */
function open(changes: Changes = {}, options: { maxBytes?: number; capacity?: number; sync?: SpoolSync } = {}) {
  const files = node.files as Files;
  const directories = { ...(files.directories as Directories), ...changes };
  const drops = createDropCounter(node.clock, () => undefined);
  // Tests end processes by pretending to; they register no handler for the end of this one.
  const { onExit: _, ...platform }: Platform = { ...node, files: { ...files, directories } };
  const spool = createSpool({
    platform,
    files: { ...files, directories },
    root,
    drops,
    capacity: options.capacity ?? 1000,
    capacityBytes: 1e7,
    maxBytes: options.maxBytes ?? 1e8,
    sync: options.sync ?? "interval",
    writeText: createTextWriter(drops),
    onNews: () => undefined,
  });
  if (!spool) throw new Error("there is no disk");
  const push = (text: string): boolean => spool.push({ sizeBytes: text.length, toJson: () => text });
  /** All that comes out, settled as it comes. */
  const drain = async (): Promise<string[]> => {
    const texts: string[] = [];
    for (let batch = await spool.take(7, 1e6); batch; batch = await spool.take(7, 1e6)) {
      texts.push(...batch.texts);
      await batch.settle();
    }
    return texts;
  };
  return { spool, push, drain, drops };
}

/** As if the owner's process had ended: another process of that number is not known to run. */
const strangersAreGone: Changes = { pid: process.pid + 1_000_000, isRunning: () => false };

const segmentsOf = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".seg")).map((name) => join(root, name));

describe("the spool", () => {
  it("gives back what was pushed, in order, and removes what is settled", async () => {
    const { spool, push, drain } = open();
    const texts = Array.from({ length: 100 }, (_, index) => JSON.stringify({ index, text: "ü\u2028😀" }));
    texts.forEach(push);
    expect(await drain()).toEqual(texts);
    expect(await segmentsOf()).toEqual([]);
    expect(spool.stats()).toMatchObject({ bytes: 0, failing: undefined });
    await spool.close();
  });

  it("gives a batch again to the next process when it was not settled", async () => {
    const first = open();
    ["1", "2", "3"].forEach(first.push);
    expect((await first.spool.take(2, 1e6))?.texts).toEqual(["1", "2"]);
    const second = open(strangersAreGone);
    expect(await second.drain()).toEqual(["1", "2", "3"]);
    await second.spool.close();
  });

  it("counts only its own traces as its own", async () => {
    const first = open();
    first.push("left");
    await first.spool.close();
    const second = open(strangersAreGone);
    second.push("mine");
    expect(await second.spool.take(9, 1e6)).toMatchObject({ texts: ["left"], own: 0 });
    await second.spool.close();
  });

  it("leaves alone what belongs to a process that runs", async () => {
    const first = open();
    first.push("1");
    await first.spool.secure();
    const second = open({ pid: process.pid + 1, isRunning: () => true });
    expect(await second.drain()).toEqual([]);
    expect(await first.drain()).toEqual(["1"]);
    await Promise.all([first.spool.close(), second.spool.close()]);
  });

  it("leaves alone what belongs to another client of this process", async () => {
    const first = open();
    first.push("1");
    await first.spool.secure();
    const second = open();
    second.push("2");
    expect(await second.drain()).toEqual(["2"]);
    first.push("3");
    expect(await first.drain()).toEqual(["1", "3"]);
    await Promise.all([first.spool.close(), second.spool.close()]);
  });

  it("leaves alone at first what belongs to another thread of this process, or to one before it of its number", async () => {
    const left = join(root, `${process.pid}-00000000-0000-4000-8000-000000000000`);
    await mkdir(left, { recursive: true });
    await writeFile(
      `${left}.alive`,
      JSON.stringify({ pid: process.pid, host: node.files?.directories?.host, beat: 1 }),
    );
    await writeFile(join(left, segmentName(1)), segmentHeader + new TextDecoder().decode(encodeRecord("1")));
    const { spool, drain } = open();
    expect(await drain()).toEqual([]);
    await spool.close();
  });

  it("passes over half a line at the end, and goes on behind a damaged one", async () => {
    const left = join(root, "1-00000000-0000-4000-8000-000000000000");
    await mkdir(left, { recursive: true });
    const line = (text: string): string => new TextDecoder().decode(encodeRecord(text));
    const lines = `${line("1")}00000000 {"not":"that"}\n\n${line("2")}${line("3").slice(0, -1)}`;
    await writeFile(join(left, segmentName(1)), segmentHeader + lines);
    const { spool, drain, drops } = open();
    expect(await drain()).toEqual(["1", "2"]);
    expect(drops.totals.damaged).toBe(1);
    await spool.close();
  });

  it("waits for a silence before it takes over from an owner whose sign of life cannot be read", async () => {
    const left = join(root, "1-00000000-0000-4000-8000-000000000000");
    await mkdir(left, { recursive: true });
    await writeFile(`${left}.alive`, "");
    await writeFile(join(left, segmentName(1)), segmentHeader + new TextDecoder().decode(encodeRecord("1")));
    const { spool, drain } = open();
    expect(await drain()).toEqual([]);
    await spool.close();
    expect((await segmentsOf()).length).toBe(1);
  });

  it("sets a damaged record aside and counts it", async () => {
    const first = open();
    ["1", "2", "3"].forEach(first.push);
    await first.spool.secure();
    const [path = ""] = await segmentsOf();
    const bytes = await readFile(path);
    await writeFile(path, bytes.toString("latin1").replace(" 2\n", " 9\n"), "latin1");
    await first.spool.close();
    const second = open(strangersAreGone);
    expect(await second.drain()).toEqual(["1", "3"]);
    expect(second.drops.totals.damaged).toBe(1);
    await second.spool.close();
    const aside = (await readdir(root)).find((name) => name.startsWith("set-aside-")) ?? "";
    expect(JSON.parse(await readFile(join(root, aside), "utf8"))).toMatchObject({ reason: "damaged" });
  });

  it("leaves a file of another format where it is", async () => {
    const first = open();
    first.push("1");
    await first.spool.close();
    const [path = ""] = await segmentsOf();
    await writeFile(path, "holdpoint-spool 2\nwhat will come\n");
    const second = open(strangersAreGone);
    expect(await second.drain()).toEqual([]);
    await second.spool.close();
    expect((await segmentsOf()).length).toBe(1);
  });

  it("sends out of memory while the disk is full, and goes back to the disk afterwards", async () => {
    let full = true;
    const files = node.files as Files;
    const create = async (path: string): Promise<GrowingFile> => {
      const file = await (files.directories as Directories).create(path);
      return {
        ...file,
        append: (bytes) =>
          full ? Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC" })) : file.append(bytes),
      };
    };
    const { spool, push, drain, drops } = open({ create });
    ["1", "2", "3"].forEach(push);
    await spool.secure();
    expect(spool.stats()).toMatchObject({ failing: "ENOSPC" });
    expect(await drain()).toEqual(["1", "2", "3"]);
    full = false;
    push("4");
    expect(await drain()).toEqual(["4"]);
    expect(drops.totals).toMatchObject({ queue_full: 0, damaged: 0, closed: 0 });
    await spool.close();
  });

  it("counts what neither the full disk nor the queue has room for, and says no at once", async () => {
    const { spool, push } = open(
      { make: () => Promise.reject(Object.assign(new Error(), { code: "EROFS" })) },
      { capacity: 3 },
    );
    await spool.secure();
    expect(["1", "2", "3", "4"].map(push)).toEqual([true, true, true, false]);
    await spool.secure();
    expect(spool.stats()).toMatchObject({ failing: "EROFS" });
    await spool.close();
  });

  it("says so when the disk does not keep what it took", async () => {
    const files = node.files as Files;
    const create = async (path: string): Promise<GrowingFile> => ({
      ...(await (files.directories as Directories).create(path)),
      sync: () => Promise.reject(Object.assign(new Error(), { code: "EIO" })),
    });
    const { spool, push, drain } = open({ create });
    push("1");
    await spool.secure();
    expect(spool.stats()).toMatchObject({ failing: "EIO" });
    expect(await drain()).toEqual(["1"]);
    await spool.close();
  });

  it.each([
    ["always", "with each write", 1, 2],
    ["interval", "when it is waited for, and at the end", 0, 1],
    ["never", "not at all", 0, 0],
  ] as const)("set to `%s` has the disk keep what it took %s (S-9)", async (sync, _, written, secured) => {
    let synced = 0;
    const directories = (node.files as Files).directories as Directories;
    const create: Directories["create"] = async (path) => {
      const file = await directories.create(path);
      const count = () => {
        synced += 1;
        return file.sync();
      };
      return {
        append: (bytes) => file.append(bytes),
        appendNow: (bytes) => file.appendNow(bytes),
        close: () => file.close(),
        sync: count,
      };
    };
    const { spool, push } = open({ create }, { sync });
    push('"a"');
    while (spool.size() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(synced).toBeGreaterThanOrEqual(written);
    await spool.secure();
    expect(synced).toBeGreaterThanOrEqual(secured);
    await spool.close();
    if (sync === "never") expect(synced).toBe(0);
  });

  it("counts what was in a directory that somebody has removed, and goes on in a new one", async () => {
    const { spool, push, drain, drops } = open();
    ["1", "2", "3"].forEach(push);
    await spool.secure();
    const first = await spool.take(1, 1e6);
    await first?.settle();
    await rm(root, { recursive: true });
    ["4", "5"].forEach(push);
    await spool.secure();
    expect(await spool.take(9, 1e6)).toMatchObject({ texts: [], lost: 2 });
    expect(await drain()).toEqual(["4", "5"]);
    expect(drops.totals.damaged).toBe(2);
    push("6");
    expect(await drain()).toEqual(["6"]);
    expect(spool.stats()?.bytes).toBeLessThan(100);
    await spool.close();
  });

  it("counts what somebody has cut off", async () => {
    const { spool, push, drain, drops } = open();
    ["1", "2"].forEach(push);
    await spool.secure();
    const [segment = ""] = await segmentsOf();
    await writeFile(segment, "");
    expect(await spool.take(9, 1e6)).toMatchObject({ texts: [], lost: 2 });
    expect(drops.totals.damaged).toBe(2);
    push("3");
    expect(await drain()).toEqual(["3"]);
    await spool.close();
  });

  it("stops at its size", async () => {
    const { spool, push, drain } = open({}, { maxBytes: 2000 });
    for (let i = 0; i < 500; i++) push(`"${"x".repeat(100)}"`);
    await spool.secure();
    const all = await drain();
    expect(all.length).toBe(500);
    expect(spool.stats()?.bytes ?? 0).toBeLessThan(60_000);
    await spool.close();
  });

  it("counts a trace that cannot be written as JSON, and tells the lane", async () => {
    const { spool, drops } = open();
    spool.push({
      sizeBytes: 1,
      toJson: () => {
        throw new TypeError();
      },
    });
    expect(await spool.take(9, 1e6)).toMatchObject({ texts: [], lost: 1 });
    expect(drops.totals.unserializable).toBe(1);
    await spool.close();
  });

  it("keeps every line of any text, whatever is appended behind it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }).map((text) => JSON.stringify(text))),
        fc.nat(40),
        (texts, cut) => {
          const bytes = Buffer.concat(texts.map((text) => Buffer.from(encodeRecord(text))));
          const torn = bytes.subarray(0, Math.max(0, bytes.length - cut));
          const whole = decodeRecords(bytes, 1e9, 1e9);
          expect(whole.damaged).toEqual([]);
          expect(whole.texts).toEqual(texts.map((text) => Buffer.from(text).toString()));
          const part = decodeRecords(torn, 1e9, 1e9);
          expect(part.damaged).toEqual([]);
          expect(whole.texts.slice(0, part.texts.length)).toEqual(part.texts);
        },
      ),
    );
  });

  it("computes the CRC-32 of RFC 1952", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
    // Whatever is left over behind groups of bytes, bit by bit as RFC 1952 has it.
    const bytes = Uint8Array.from({ length: 67 }, (_, index) => (index * 197 + 91) & 0xff);
    for (let length = 1; length <= bytes.length; length++) {
      let crc = 0xffffffff;
      for (const byte of bytes.subarray(0, length)) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
      }
      expect(crc32(bytes.subarray(0, length))).toBe(~crc >>> 0);
    }
  });
});
