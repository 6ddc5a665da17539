import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  isFull,
  type Language,
  makeFolder,
  probe,
  rightAnswers,
  sleep,
  startClient,
  startServer,
  strict,
  until,
} from "./setup";
import { faultsOf } from "./trace-faults.suite";

const question = { agentId: "bot", input: "hello" };

/** For the process, and for it alone, a folder is on a disk that is mounted to be read only. */
const readOnlyDisk = (folder: string): readonly string[] => [
  ...["unshare", "--map-root-user", "--mount", "sh", "-c"],
  'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
  folder,
];
const makeWritable = (pid: number, folder: string): void => {
  const inside = ["--target", String(pid), "--user", "--mount", "--preserve-credentials"];
  execFileSync("nsenter", [...inside, "mount", "-o", "remount,bind,rw", folder]);
};

/** Every file of the process is full at once: what the system says of a full disk, but of files alone (EFBIG). */
const fullDisk = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 0; exec \"$@\"", "sh"];
const makeRoom = (pid: number): void => {
  execFileSync("prlimit", ["--pid", String(pid), "--fsize=unlimited"]);
};

export function diskFaultsSuite(language: Language): void {
  it("of a disk that cannot be written change nothing but what `stats()` says", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const file = join(await makeFolder(), "a-file");
    await writeFile(file, "");
    const client = await startClient(language, server, { cacheDir: join(file, "below") });
    await client.call("burst", { request: question, from: 0, count: 100 });
    expect(await probe(client)).toEqual(rightAnswers);
    await until(() => faultsOf(server, 0, 100).length === 0, "delivery out of memory");
    const { stats } = await client.call("stats");
    expect(stats.spool.failing).toBe("ENOTDIR");
    expect(Object.values(stats.droppedTraces as Record<string, number>).every((count) => count === 0)).toBe(true);
  });

  it.each([
    ["a full", ["EFBIG"], () => fullDisk, makeRoom],
    // Node says ENOENT of a directory that cannot be made there.
    ["a read-only", ["EROFS", "ENOENT"], readOnlyDisk, makeWritable],
  ])("of %s disk lose nothing, and the disk is used when it can be", async (_, codes, fault, mend) => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const cacheDir = await makeFolder();
    const client = await startClient(language, server, { cacheDir }, fault(cacheDir));
    await client.call("burst", { request: question, from: 0, count: 100 });
    expect(await probe(client)).toEqual(rightAnswers);
    await until(() => faultsOf(server, 0, 100).length === 0, "delivery out of memory");
    expect(codes).toContain((await client.call("stats"))["stats"].spool.failing);
    server.fail("ingest", { kind: "status", status: 503 });
    await client.call("burst", { request: question, from: 100, count: 100 });
    mend(client.pid, cacheDir);
    const isWritten = async (): Promise<boolean> => {
      await client.call("flush");
      return !(await client.call("stats"))["stats"].spool.failing;
    };
    await until(isWritten, "the disk's return");
    await client.call("burst", { request: question, from: 200, count: 50 });
    await client.call("flush");
    client.kill();
    await client.ended;
    server.fail("ingest", undefined);
    await startClient(language, server, { cacheDir });
    await until(() => faultsOf(server, 0, 250).length === 0, "delivery by the next process");
  });

  it("of a spool that has its size are counted, and what was taken is delivered", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    server.fail("ingest", { kind: "status", status: 503 });
    const cacheDir = await makeFolder();
    const options = { cacheDir, spool: { maxBytes: 100_000 }, queueCapacity: 100 };
    const client = await startClient(language, server, options);
    for (let from = 0; from < 1000; from += 50) {
      await client.call("burst", { request: question, from, count: 50 });
      await sleep(5);
    }
    await client.call("flush");
    expect(await probe(client)).toEqual(rightAnswers);
    const { stats } = await client.call("stats");
    expect(stats.droppedTraces.queue_full).toBeGreaterThan(0);
    expect(stats.spool.bytes).toBeLessThan(400_000);
    server.fail("ingest", undefined);
    const stored = (): number => [...server.sessions.keys()].filter((id) => id.startsWith("s-")).length;
    await until(async () => {
      const lost = (await client.call("stats"))["stats"].droppedTraces.queue_full as number;
      return stored() + lost >= 1000;
    }, "everything but what was counted");
    expect([...server.sessions.values()].every((ids) => ids.size === 1)).toBe(true);
  });

  it("of a process that is killed lose nothing that was acknowledged and store nothing twice", async () => {
    const kills = Number(process.env["HOLDPOINT_KILLS"] ?? (isFull ? 200 : 5));
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    const cacheDir = await makeFolder();
    const acknowledged: number[] = [];
    let from = 0;
    for (let round = 0; round < kills; round++) {
      server.fail("ingest", round % 3 === 2 ? undefined : { kind: "status", status: 503 });
      const client = await startClient(language, server, { cacheDir, firstBundleTimeoutMs: 1000, closeTimeoutMs: 1 });
      // From its first acknowledgement on, however slow it is to begin.
      let stop: NodeJS.Timeout | undefined;
      const end = () => (round % 5 === 4 ? client.call("exit").catch(() => undefined) : client.kill());
      try {
        for (;;) {
          const count = 1 + Math.floor(Math.random() * 40);
          const first = from;
          from += count;
          await client.call("burst", { request: question, from: first, count });
          await client.call("flush");
          for (let n = first; n < first + count; n++) acknowledged.push(n);
          stop ??= setTimeout(end, Math.random() * 120);
        }
      } catch {
        clearTimeout(stop);
      }
      await client.ended;
    }
    server.fail("ingest", undefined);
    await startClient(language, server, { cacheDir });
    const missing = (): number[] => acknowledged.filter((n) => server.sessions.get(`s-${n}`)?.size !== 1);
    await until(() => missing().length === 0, `delivery of ${acknowledged.length}`).catch(() => undefined);
    expect(acknowledged.length).toBeGreaterThan(kills);
    expect(missing()).toEqual([]);
    expect([...server.sessions.values()].filter((ids) => ids.size > 1)).toEqual([]);
    process.stderr.write(`${language}: ${kills} kills, ${acknowledged.length} acknowledged, none lost\n`);
  });

  it("of a process that ends in its first turn lose nothing", async () => {
    const server = await startServer();
    server.setBundle({ ...strict, version: 1 });
    server.fail("ingest", { kind: "status", status: 503 });
    const cacheDir = await makeFolder();
    const client = await startClient(language, server, { cacheDir });
    const burst = client.call("burst", { request: question, from: 0, count: 40 });
    await burst;
    await client.call("exit").catch(() => undefined);
    await client.ended;
    server.fail("ingest", undefined);
    await startClient(language, server, { cacheDir });
    await until(() => faultsOf(server, 0, 40).length === 0, "delivery by the next process");
  });
}
