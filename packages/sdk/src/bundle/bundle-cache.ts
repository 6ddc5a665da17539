import { limits, sha256Hex } from "@holdpoint/core";
import type { Files } from "../platform/platform";
import { parseJson } from "../transport/api";
import type { BundleKey } from "../types";
import { isOlder } from "./is-older";
import { readKeys } from "./key-ring";

export interface CachedBundle {
  /** The envelope as it was received. */
  readonly envelope: string;
  readonly etag: string | undefined;
  readonly keys: readonly BundleKey[];
  /** Wall time at which the control plane last confirmed it; undefined when that is not known. */
  readonly confirmedMs: number | undefined;
  /** Of the bundle; 0 in a file that does not say it. */
  readonly version: number;
  readonly issuedAt: string;
}

export interface BundleCache {
  /** The last good bundle of this control plane; undefined when there is none or the file is damaged. Never rejects. */
  read(): Promise<CachedBundle | undefined>;
  /** False when it could not be written, or another client has written a newer one that it `overwrites` not. Never rejects. */
  write(cached: CachedBundle, overwrites?: boolean): Promise<boolean>;
}

/** One file for one control plane and key, so that two clients of different organisations can share the directory. */
export function createBundleCache(files: Files, directory: string, identity: string): BundleCache {
  const path = files.join(directory, `bundle-${sha256Hex(identity).slice(0, 16)}.json`);
  let writing: Promise<boolean> = Promise.resolve(true);
  const cache: BundleCache = {
    async read() {
      try {
        const bytes = await files.read(path, 2 * limits.maxBundleBytes);
        const record = parseJson(new TextDecoder().decode(bytes)) as Record<string, unknown> | undefined;
        const { checksum, content } = record ?? {};
        if (typeof content !== "string" || sha256Hex(content) !== checksum) return undefined;
        const { envelope, etag, keys, confirmedMs, version, issuedAt } = parseJson(content) as Record<string, unknown>;
        if (typeof envelope !== "string") return undefined;
        return {
          envelope,
          etag: typeof etag === "string" ? etag : undefined,
          keys: readKeys({ keys }),
          confirmedMs: typeof confirmedMs === "number" ? confirmedMs : undefined,
          version: typeof version === "number" ? version : 0,
          issuedAt: typeof issuedAt === "string" ? issuedAt : "",
        };
      } catch {
        return undefined;
      }
    },
    write(cached, overwrites = false) {
      // One after the other: the last one stands.
      writing = writing.then(() => writeNow(cached, overwrites));
      return writing;
    },
  };
  const writeNow = async (cached: CachedBundle, overwrites: boolean): Promise<boolean> => {
    try {
      const before = overwrites ? undefined : await cache.read();
      if (before && isOlder(cached, before)) return false;
      const content = JSON.stringify(cached);
      await files.writeAtomically(path, JSON.stringify({ checksum: sha256Hex(content), content }));
      return true;
    } catch {
      return false;
    }
  };
  return cache;
}
