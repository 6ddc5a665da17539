import { closeSync, openSync, readSync, statSync } from "node:fs";
import { UsageProblem } from "../print";

/** More than this is not read: a scan keeps the text in memory. */
export const maxScanBytes = 256 * 1024 * 1024;

/**
 * The text of a file, or of standard input for `-`: UTF-8, or UTF-16 that says so by its first two bytes, as editors of Windows write it.
 * Refuses folders, other encodings, and more than `maxScanBytes`.
 */
export async function readSource(path: string): Promise<string> {
  const bytes = path === "-" ? await readStandardInput() : readFile(path);
  const marked = markedEncodings.find(([first, second]) => bytes[0] === first && bytes[1] === second);
  if (marked && bytes.length % 2 === 0) return new TextDecoder(marked[2]).decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) throw new UsageProblem(`${path}: is a binary file, expected UTF-8 text`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageProblem(`${path}: is not UTF-8 text, convert it first (as with \`iconv -t utf-8\`)`);
  }
}

const markedEncodings = [
  [0xff, 0xfe, "utf-16le"],
  [0xfe, 0xff, "utf-16be"],
] as const;

function readFile(path: string): Uint8Array {
  let handle: number | undefined;
  try {
    const { size } = statSync(path);
    if (statSync(path).isDirectory()) throw new UsageProblem(`${path}: is a folder, expected a file`);
    if (size > maxScanBytes) throw tooLarge(path);
    handle = openSync(path, "r");
    const bytes = Buffer.alloc(size);
    let at = 0;
    for (let read = 1; read > 0 && at < size; at += read) read = readSync(handle, bytes, at, size - at, at);
    return bytes.subarray(0, at);
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    const { code } = error as { code?: string };
    throw new UsageProblem(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code ?? "unknown"})`}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxScanBytes) throw tooLarge("-");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const tooLarge = (path: string): UsageProblem =>
  new UsageProblem(`${path}: is larger than ${maxScanBytes / 1024 / 1024} MiB, scan it in parts`);
