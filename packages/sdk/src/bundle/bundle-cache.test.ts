import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodePlatform } from "../platform/node-platform";
import type { Files } from "../platform/platform";
import { nameTemporary } from "../platform/remove-leftovers";
import { type CachedBundle, createBundleCache } from "./bundle-cache";

const files = createNodePlatform().files as Files;
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bundle = (version: number, day = 1): CachedBundle => ({
  envelope: `envelope ${version} of ${day}`,
  etag: undefined,
  keys: [],
  confirmedMs: 1,
  version,
  issuedAt: `2026-01-0${day}T00:00:00.000Z`,
});

describe("the last good bundle of clients that share a folder (S-19)", () => {
  const open = () => createBundleCache(files, folder, "server");

  it.each([
    ["a lower version", bundle(4, 9), false],
    ["the same version, issued earlier", bundle(5, 1), false],
    ["the same version and time: when it was confirmed is new", { ...bundle(5, 2), confirmedMs: 9 }, true],
    ["the same version, issued later", bundle(5, 3), true],
    ["a higher version", bundle(6, 1), true],
  ])("is not replaced by an older one: %s", async (_, next, replaces) => {
    const [one, other] = [open(), open()];
    expect(await one.write(bundle(5, 2))).toBe(true);
    expect(await other.write(next)).toBe(replaces);
    expect(await one.read()).toEqual(replaces ? next : bundle(5, 2));
  });

  it("is the last of those that one client writes at once", async () => {
    const cache = open();
    await Promise.all([4, 5, 6, 7, 8].map((version) => cache.write(bundle(version))));
    expect(await cache.read()).toEqual(bundle(8));
  });

  it("is replaced by whoever found it worthless, and where it is damaged or does not say what it is", async () => {
    const cache = open();
    await cache.write(bundle(9));
    expect(await cache.write(bundle(1), true)).toBe(true);
    const [name = ""] = await readdir(folder);
    const path = join(folder, name);
    await writeFile(path, (await readFile(path, "utf8")).replace("envelope 1", "envelope 2"));
    expect(await cache.read()).toBeUndefined();
    expect(await cache.write(bundle(1))).toBe(true);
    // As versions before this one wrote it.
    const { version: _, issuedAt: __, ...old } = bundle(8);
    await cache.write(old as CachedBundle, true);
    expect(await cache.write(bundle(1))).toBe(true);
  });
});

describe("what a killed client has left half written (S-19)", () => {
  const unique = "00000000-0000-4000-8000-000000000000";
  const leave = async (name: string, ageMs = 0): Promise<string> => {
    await writeFile(join(folder, name), "half");
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, name), at, at);
    return name;
  };
  const other = `bundle-${"0".repeat(16)}.json`;
  const ending = (pid: number | undefined) => nameTemporary(unique).replace(`-${process.pid}-`, `-${pid}-`);
  const left = async () => (await readdir(folder)).filter((name) => name.endsWith(".tmp"));

  it("is removed by the next write of any client, and nothing that a running process is writing", async () => {
    const running = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
    try {
      const { pid: gone } = spawnSync(process.execPath, ["-e", "0"]);
      await leave(other + ending(gone));
      const kept = [await leave(other + ending(running.pid), 86_400_000), await leave(other + ending(process.pid))];
      expect(await createBundleCache(files, folder, "server").write(bundle(1))).toBe(true);
      expect((await left()).sort()).toEqual(kept.sort());
    } finally {
      running.kill("SIGKILL");
    }
  });

  it("elsewhere is removed when no write could last as long; other files never", async () => {
    const elsewhere = (digit: string) => `${other}.${"0".repeat(15)}${digit}-1-${unique}.tmp`;
    await leave(elsewhere("1"), 3_700_000);
    const kept = [await leave(elsewhere("2"), 3_500_000), await leave("notes.tmp", 86_400_000)];
    await createBundleCache(files, folder, "server").write(bundle(1));
    expect((await left()).sort()).toEqual(kept.sort());
  });
});
