import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { defaults } from "../gen/constants";
import { isRunning } from "./node-directories";

/** Where a process id means what it means here: this machine, and on Linux this namespace of process ids. */
function nameOfPlace(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Other systems have none.
  }
  return createHash("sha256").update(`${hostname()}\n${namespace}`).digest("hex").slice(0, 16);
}

let place: string | undefined;
const placeHere = (): string => {
  place ??= nameOfPlace();
  return place;
};

/** What a file that is being written ends with: whose it is can be told when that process is gone (clause S-19). */
export const nameTemporary = (unique: string): string => `.${placeHere()}-${process.pid}-${unique}.tmp`;

const temporaryName = /^bundle-[0-9a-f]{16}\.json\.([0-9a-f]{16})-(\d{1,10})-[0-9a-f-]{36}\.tmp$/;

/** Removes what processes that were killed have left half written beside a bundle. Never rejects. */
export async function removeLeftovers(directory: string): Promise<void> {
  try {
    for (const name of await readdir(directory)) {
      const [, at, pid] = temporaryName.exec(name) ?? [];
      if (at === undefined) continue;
      const path = join(directory, name);
      if (await isLeft(path, at, Number(pid))) await rm(path, { force: true });
    }
  } catch {
    // Somebody else's folder or a broken disk: the write itself tells.
  }
}

/** Of a process elsewhere only time can tell. */
async function isLeft(path: string, at: string, pid: number): Promise<boolean> {
  if (at === placeHere()) return !isRunning(pid);
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > defaults.cacheLeftoverMs;
}
