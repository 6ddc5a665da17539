import { type CompileProblem, limits, sha256Hex } from "@holdpoint/core";
import type { FileStamp, Files, PlatformClock } from "../platform/platform";
import type { PolicySource } from "./policy-source";

export type FileResult =
  | { readonly kind: "unchanged" }
  | { readonly kind: "read"; readonly source: PolicySource; readonly digest: string }
  | { readonly kind: "bad"; readonly problems: readonly CompileProblem[]; readonly digest: string };

const unread = "cannot be read: ";

/** One policy file. `knownDigest` is that of the content last seen, or why there was none. Never rejects. */
export async function readPolicyFile(files: Files, path: string, knownDigest?: string): Promise<FileResult> {
  let text: string;
  let digest: string;
  let readPolicyText: typeof import("./policy-text").readPolicyText;
  try {
    const bytes = await files.read(path, limits.maxPolicyFileBytes);
    digest = sha256Hex(bytes);
    if (digest === knownDigest) return { kind: "unchanged" };
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // The parser of YAML takes longer to load than all the rest; who has no policy file waits for none.
    ({ readPolicyText } = await import("./policy-text"));
  } catch (error) {
    const message = `${unread}${describeReadError(error)}`;
    return message === knownDigest
      ? { kind: "unchanged" }
      : { kind: "bad", problems: [{ pointer: "", message, file: path }], digest: message };
  }
  const result = readPolicyText(text, path);
  return result.ok
    ? { kind: "read", source: result.source, digest }
    : { kind: "bad", problems: result.problems, digest };
}

function describeReadError(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES" || code === "EPERM") return "no permission";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "it is not UTF-8";
  return error instanceof RangeError ? error.message : typeof code === "string" ? code : "unknown error";
}

export interface WatchOptions {
  readonly files: Files;
  readonly clock: PlatformClock;
  readonly path: string;
  readonly debounceMs: number;
  /** How often the file's stamp is looked at, for file systems that report no changes. */
  readonly pollIntervalMs: number;
  readonly digest: string;
  /** The next change is looked at when this one has ended. False: the same content is to be tried again. Never rejects. */
  onResult(result: Exclude<FileResult, { kind: "unchanged" }>): Promise<boolean>;
}

/**
 * Follows one policy file: by changes in its directory (so that an editor's rename and a swapped symbolic link are
 * seen) and by polling. Changes within the debounce time are one change; a steady stream of them is still looked at
 * every ten debounce times. Gives back how to stop.
 */
export function watchPolicyFile(options: WatchOptions): () => void {
  const { files, clock, path, debounceMs } = options;
  let digest = options.digest;
  let stamp: FileStamp | undefined;
  let stopped = false;
  let reading = false;
  let again = false;
  let firstEventMs: number | undefined;
  let cancelReload: () => void = () => undefined;
  let cancelPoll: () => void = () => undefined;

  const reload = async (): Promise<void> => {
    firstEventMs = undefined;
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    do {
      again = false;
      const result = await readPolicyFile(files, path, digest);
      if (stopped || result.kind === "unchanged") continue;
      digest = result.digest;
      if (!(await options.onResult(result))) digest = unread;
    } while (again && !stopped);
    reading = false;
  };
  const schedule = (): void => {
    if (stopped) return;
    const nowMs = clock.monotonicMs();
    firstEventMs ??= nowMs;
    cancelReload();
    const leftMs = firstEventMs + 10 * debounceMs - nowMs;
    cancelReload = clock.schedule(() => void reload(), Math.max(0, Math.min(debounceMs, leftMs)));
  };
  const poll = async (): Promise<void> => {
    const now = await files.stamp(path);
    if (stopped) return;
    // What could not be read may be readable again without a change of the file: a share that is back, a right given.
    if (digest.startsWith(unread) || JSON.stringify(now) !== JSON.stringify(stamp)) {
      stamp = now;
      schedule();
    }
    cancelPoll = clock.schedule(() => void poll(), options.pollIntervalMs);
  };
  const unwatch = files.watchDirectory(files.directoryOf(path), schedule);
  void poll();
  return () => {
    stopped = true;
    cancelReload();
    cancelPoll();
    unwatch();
  };
}
