import type { EndpointRequests, HttpAnswer, HttpRequest } from "../../../endpoints/src/index";

export type { EndpointRequest, EndpointRequests, HttpAnswer, HttpRequest } from "../../../endpoints/src/index";

/**
 * All that the client knows of the machine. Node's is in `node-platform.ts`; a browser or an edge runtime brings its
 * own, without files.
 */
export interface Platform {
  readonly clock: PlatformClock;
  readonly crypto: PlatformCrypto;
  readonly requests: Requests;
  /** Absent where the client cannot tell which address it reaches: own validators then give no answer. */
  readonly endpoints?: EndpointRequests;
  /** Absent where there is no disk: policy files, the bundle cache and the spool are then refused. */
  readonly files?: Files;
  /** UTF-8 and gzip (RFC 1952). Absent where there is none: bodies are then sent as they are. */
  gzip?(text: string): Promise<Uint8Array>;
  /** Calls back, synchronously, when the process ends by itself; gives back how to stop. */
  onExit?(run: () => void): () => void;
  /** Absent where the program is no page. */
  readonly page?: Page;
}

/** A page of a browser: once hidden it may never be shown again, and nobody tells it so. */
export interface Page {
  /** Calls back, synchronously, when it is hidden and when it is shown again; gives back how to stop. */
  onVisibility(run: (isHidden: boolean) => void): () => void;
  /** Leaves a small text for later pages of the same site; undefined takes it away. Never throws, and may do nothing. */
  note(name: string, text: string | undefined): void;
  /** What is noted, this page's own included, by name. */
  notes(): Readonly<Record<string, string>>;
}

export interface PlatformClock {
  /** Wall time, ms since the epoch; may jump. */
  nowMs(): number;
  /** Time that only goes forward, ms from any start. */
  monotonicMs(): number;
  /**
   * Time since the machine was started, sleep counted, which the monotonic clock does not; nobody can set it. Absent where
   * nothing says it: what a machine slept is then not seen.
   */
  uptimeMs?(): number;
  /**
   * Runs a function later; gives back how to cancel it. A background timer does not keep the process alive; with
   * `keepAlive` it does, for somebody is waiting.
   */
  schedule(run: () => void, delayMs: number, options?: { readonly keepAlive?: boolean }): () => void;
}

export interface PlatformCrypto {
  randomUuid(): string;
  /** From 0 up to, not including, 1; spreads retries, never used for secrets. */
  random(): number;
  /** SHA-256 of a text's UTF-8, and HMAC-SHA-256 under a key, in hex digits. Absent where the core's own are as good. */
  sha256Hex?(text: string): string;
  hmacSha256Hex?(key: Uint8Array, text: string): string;
  /** True when the Ed25519 signature (RFC 8032) over the bytes is by the raw 32-byte key. Never throws. */
  verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface StreamListener {
  /** The answer has begun; any other status than 200 ends the stream. */
  onOpen(status: number): void;
  onText(text: string): void;
  /** Once, however it ended. */
  onEnd(error?: unknown): void;
}

export interface Requests {
  /** Rejects on a network error, a time-out, a redirect (a key must not travel elsewhere) or a too long answer. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** A long-lived answer, text as it comes; does not keep the process alive. Gives back how to end it. */
  open(url: string, headers: Readonly<Record<string, string>>, listener: StreamListener): () => void;
}

export interface FileStamp {
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly identity: string;
}

export interface Files {
  /** Rejects when it cannot be read or is longer than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Undefined when there is no such file. Never rejects. */
  stamp(path: string): Promise<FileStamp | undefined>;
  /** All or nothing: readers see the old file or the new one. Only the owner may read it. */
  writeAtomically(path: string, text: string): Promise<void>;
  join(...parts: string[]): string;
  directoryOf(path: string): string;
  /** Calls back on any change in a directory; gives back how to stop. Never throws; may miss changes. */
  watchDirectory(path: string, onChange: () => void): () => void;
  /** Absent where files can be read but no log be kept. */
  readonly directories?: Directories;
}

/** A file that only grows. Written by one at a time. */
export interface GrowingFile {
  /** Rejects when not all of it could be written; what was is then not undone. */
  append(bytes: Uint8Array): Promise<void>;
  /** The same, before this call returns: for a process that ends. Throws. */
  appendNow(bytes: Uint8Array): void;
  /** Resolves when what was appended would survive a power cut. */
  sync(): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Directories and growing files, for the spool. All reject with the system's error. */
export interface Directories {
  make(path: string): Promise<void>;
  /** Names, in any order; empty when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** Only the owner may read it. Rejects when there is such a file. */
  create(path: string): Promise<GrowingFile>;
  /** The same before this call returns, its directories too: for a process that ends. Throws. */
  createNow?(path: string): GrowingFile;
  /** At most `length` bytes from `offset`. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Removes a file, or an empty directory; nothing when there is none. */
  remove(path: string): Promise<void>;
  /** Atomic. False when it is not there (somebody else was faster). */
  rename(from: string, to: string): Promise<boolean>;
  /** Writes a small file, or its time anew. */
  touch(path: string, text: string): Promise<void>;
  /** True when the process runs on this machine, as far as can be told. */
  isRunning(pid: number): boolean;
  readonly pid: number;
  readonly host: string;
}
