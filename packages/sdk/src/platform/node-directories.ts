import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Directories, GrowingFile } from "./platform";

/** Directories and growing files of Node's file system. */
export function createNodeDirectories(): Directories {
  return {
    pid: process.pid,
    host: hostname(),
    isRunning,
    async make(path) {
      await mkdir(path, { recursive: true, mode: 0o700 });
    },
    async list(path) {
      try {
        return await readdir(path);
      } catch (error) {
        if (codeOf(error) === "ENOENT") return [];
        throw error;
      }
    },
    create: async (path) => createGrowingFile(await open(path, "ax", 0o600)),
    createNow(path) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return createGrowingFileNow(openSync(path, "ax", 0o600));
    },
    readAt,
    async remove(path) {
      await rm(path, { force: true }).catch(async (error: unknown) => {
        if (codeOf(error) !== "ERR_FS_EISDIR" && codeOf(error) !== "EISDIR") throw error;
        await rmdir(path);
      });
    },
    async rename(from, to) {
      try {
        await rename(from, to);
        return true;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return false;
        throw error;
      }
    },
    touch: (path, text) => writeFile(path, text, { mode: 0o600 }),
  };
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

function createGrowingFile(file: FileHandle): GrowingFile {
  return {
    async append(bytes) {
      for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
    },
    appendNow(bytes) {
      for (let done = 0; done < bytes.length; ) done += writeSync(file.fd, bytes, done);
    },
    sync: () => file.datasync(),
    close: () => file.close().catch(() => undefined),
  };
}

function createGrowingFileNow(descriptor: number): GrowingFile {
  const appendNow = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  };
  return {
    append: async (bytes) => appendNow(bytes),
    appendNow,
    sync: async () => fsyncSync(descriptor),
    close: async () => closeSync(descriptor),
  };
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(length, Math.max(0, (await file.stat()).size - offset)));
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await file.read(buffer, done, buffer.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } finally {
    await file.close();
  }
}

/** Signal 0 asks without sending; EPERM says that it is there but another user's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
