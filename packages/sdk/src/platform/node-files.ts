import { randomUUID } from "node:crypto";
import { watch } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createNodeDirectories } from "./node-directories";
import type { Files } from "./platform";
import { nameTemporary, removeLeftovers } from "./remove-leftovers";

/** Files of Node's file system. */
export function createNodeFiles(): Files {
  return {
    read: readBounded,
    async stamp(path) {
      const info = await stat(path).catch(() => undefined);
      return info && { modifiedMs: info.mtimeMs, sizeBytes: info.size, identity: `${info.dev}:${info.ino}` };
    },
    writeAtomically,
    join: (...parts) => join(...parts),
    directoryOf: (path) => dirname(path),
    watchDirectory,
    directories: createNodeDirectories(),
  };
}

/** Reads through one open file, so that a file that grows meanwhile cannot fill the memory. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new RangeError(`it has more than ${maxBytes} bytes`);
    const buffer = Buffer.alloc(maxBytes < size + 1 ? maxBytes + 1 : size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > maxBytes) throw new RangeError(`it has more than ${maxBytes} bytes`);
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** Written beside its place and renamed, so that no reader sees half of it; synced first, so that a crash does not either. */
async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = path + nameTemporary(randomUUID());
  await removeLeftovers(dirname(path));
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

function watchDirectory(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, () => onChange());
    // Without a listener an error of the watcher would end the process; polling goes on without it.
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
