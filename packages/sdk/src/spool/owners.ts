import { defaults } from "../gen/constants";
import type { Directories, PlatformClock } from "../platform/platform";

export interface OwnersOptions {
  readonly directories: Directories;
  readonly join: (...parts: string[]) => string;
  readonly clock: PlatformClock;
  readonly randomUuid: () => string;
  readonly root: string;
}

/** Who owns which directory of a spool: each process its own, and those of processes that ended (clause S-2). */
export interface Owners {
  /** This process's own directory; another one after a pause so long that somebody may have taken the first. */
  own(): Promise<string>;
  /** Where it would be written; it may not be there yet. For a process that ends, so nobody is told that it lives. */
  ownNow(): string;
  /** Says that this process lives, and takes over what belongs to nobody. Gives the directories taken. Never rejects. */
  beat(): Promise<readonly string[]>;
  /** Whether a path lies in a directory that this process has written itself. */
  isOwn(path: string): boolean;
  /** Says that this process is done with it. Never rejects. */
  leave(): Promise<void>;
}

interface Life {
  readonly pid: number;
  readonly host: string;
  readonly beat: number;
}

const aliveSuffix = ".alive";

/** Names of the spools of this thread: several clients may share a control plane, a key and a directory. */
const namesInUse = new Set<string>();

export function createOwners(options: OwnersOptions): Owners {
  const { directories, join, clock, root } = options;
  const newName = (): string => `${directories.pid}-${options.randomUuid()}`;
  let name = newName();
  namesInUse.add(name);
  /** Beginnings of paths in directories that this process has written. */
  const mine: string[] = [];
  let beats = 0;
  let beatAtMs = Number.NEGATIVE_INFINITY;
  let taken = 0;
  /** Lives of others as last seen, and when they were seen to change, by this process's own clock: wall clocks jump. */
  const seen = new Map<string, { readonly life: string; readonly sinceMs: number }>();

  const writeLife = async (): Promise<void> => {
    const life: Life = { pid: directories.pid, host: directories.host, beat: ++beats };
    await directories.make(root);
    await directories.touch(join(root, name + aliveSuffix), JSON.stringify(life));
    beatAtMs = clock.monotonicMs();
  };

  const isGone = async (owner: string): Promise<boolean> => {
    const path = join(root, owner + aliveSuffix);
    const text = await directories
      .readAt(path, 0, 4096)
      .then((bytes) => new TextDecoder().decode(bytes))
      .catch((error: unknown) => ((error as { code?: unknown }).code === "ENOENT" ? undefined : ""));
    // It has said that it is done with it.
    if (text === undefined) return true;
    const life = readLife(text);
    const nowMs = clock.monotonicMs();
    const before = seen.get(owner);
    if (before?.life !== text) seen.set(owner, { life: text, sinceMs: nowMs });
    const quietMs = before?.life === text ? nowMs - before.sinceMs : 0;
    if (life?.host === directories.host) {
      // Another thread of this process, or a process before this one that had its number.
      if (life.pid === directories.pid) return !namesInUse.has(owner) && quietMs > defaults.spoolAdoptAfterMs;
      if (!directories.isRunning(life.pid)) return true;
      // The number may have gone to another process; give the owner ample time, it may only be suspended.
      return quietMs > 10 * defaults.spoolAdoptAfterMs;
    }
    return quietMs > defaults.spoolAdoptAfterMs;
  };

  const adoptAll = async (): Promise<string[]> => {
    const names = await directories.list(root);
    const owned = names.filter((entry) => /^\d+-[0-9a-f-]{36}(\+\d+)?$/.test(entry) && ownerOf(entry) !== name);
    const adopted: string[] = [];
    for (const owner of new Set(owned.map(ownerOf))) {
      if (!(await isGone(owner))) continue;
      for (const entry of owned.filter((candidate) => ownerOf(candidate) === owner)) {
        const target = join(root, `${name}+${++taken}`);
        if (await directories.rename(join(root, entry), target)) adopted.push(target);
      }
      await directories.remove(join(root, owner + aliveSuffix));
      seen.delete(owner);
    }
    return adopted;
  };

  /** After a silence in which others may have taken the directory, another one is begun. */
  const renew = (): boolean => {
    const late = beats > 0 && clock.monotonicMs() - beatAtMs > defaults.spoolAdoptAfterMs;
    if (late) {
      namesInUse.delete(name);
      name = newName();
      namesInUse.add(name);
    }
    const prefix = join(root, name, "x").slice(0, -1);
    if (mine.at(-1) !== prefix) mine.push(prefix);
    return late;
  };

  return {
    async own() {
      if (renew() || beats === 0) await writeLife();
      const path = join(root, name);
      await directories.make(path);
      return path;
    },
    ownNow() {
      renew();
      return join(root, name);
    },
    async beat() {
      try {
        renew();
        await writeLife();
        return await adoptAll();
      } catch {
        return [];
      }
    },
    isOwn: (path) => mine.some((prefix) => path.startsWith(prefix)),
    async leave() {
      namesInUse.delete(name);
      await directories.remove(join(root, name + aliveSuffix)).catch(() => undefined);
    },
  };
}

const ownerOf = (entry: string): string => entry.replace(/\+\d+$/, "");

function readLife(text: string): Life | undefined {
  try {
    const life = JSON.parse(text) as Partial<Life> | null;
    return typeof life?.pid === "number" && typeof life.host === "string" ? (life as Life) : undefined;
  } catch {
    return undefined;
  }
}
