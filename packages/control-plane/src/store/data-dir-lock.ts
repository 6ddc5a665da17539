import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A data directory held by this process. */
export interface DataDirLock {
  /** Where the database files stand. */
  readonly databaseDir: string;
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** When the process started, in the kernel's own unit; empty where that cannot be read. */
  readonly started: string;
}

const held = new Set<string>();

/**
 * Holds a data directory, made if it is missing. Two processes on the same files would destroy them, so a directory
 * whose holder still runs is refused; the lock of a process that was killed is taken over.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const root = resolve(dataDir);
  if (held.has(root)) throw new Error(`the data directory \`${dataDir}\` is already open in this process`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const file = join(root, "lock.json");
  const own: Owner = { pid: process.pid, started: startOf(process.pid) };
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 1) throw error;
      const owner = readOwner(file);
      if (owner && isRunning(owner)) {
        throw new Error(`the data directory \`${dataDir}\` is in use by process ${owner.pid}; stop it first`);
      }
      rmSync(file, { force: true });
    }
  }
  held.add(root);
  return {
    databaseDir: join(root, "postgres"),
    release() {
      held.delete(root);
      rmSync(file, { force: true });
    },
  };
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, "utf8")) as Owner;
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** The number of a dead process may have been given to another one: the start time tells them apart. */
function isRunning(owner: Owner): boolean {
  if (owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = startOf(owner.pid);
  return started === "" || owner.started === "" || started === owner.started;
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
