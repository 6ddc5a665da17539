import { defaults } from "../gen/constants";
import type { PlatformClock, PlatformCrypto } from "../platform/platform";
import { type Api, type ApiAnswer, parseJson } from "../transport/api";
import type { BundleKey } from "../types";
import { followKeys } from "./follow-keys";

export type KeyResult =
  | { readonly ok: true; readonly keys: readonly BundleKey[] }
  | { readonly ok: false; readonly problem: string; readonly answer?: ApiAnswer };

/** The keys that are trusted (clause S-17). */
export interface KeyRing {
  /** The pinned keys and those that follow from them, or those of the control plane, asked for anew when they are older than `keyRefreshMs`. */
  load(): Promise<KeyResult>;
  /**
   * Asks the control plane anew, because something is signed by none of the known keys. False when that cannot change
   * anything: they were asked for a moment ago, or nothing follows from the pinned ones. Never rejects.
   */
  renew(): Promise<boolean>;
  /** Keys kept beside a bundle on disk, for a start without a network; used until better ones are known. */
  readonly known: () => readonly BundleKey[];
  remember(keys: readonly BundleKey[]): void;
}

export interface KeyRingOptions {
  readonly clock: Pick<PlatformClock, "monotonicMs">;
  readonly crypto: PlatformCrypto;
  /** Forged bundles must not make a client ask without end. */
  readonly renewIntervalMs: number;
}

export function createKeyRing(api: Api, pinned: readonly BundleKey[] | undefined, options: KeyRingOptions): KeyRing {
  const { clock, crypto, renewIntervalMs } = options;
  let followed: readonly BundleKey[] = [];
  let fetched: readonly BundleKey[] | undefined;
  let remembered: readonly BundleKey[] = [];
  let askedMs = Number.NEGATIVE_INFINITY;

  const fetchKeys = async (): Promise<KeyResult> => {
    askedMs = clock.monotonicMs();
    const answer = await api.call("GET", "/.well-known/jwks.json");
    if (answer.outcome !== "ok") return { ok: false, problem: `the public keys were ${answer.problem}`, answer };
    const jwks = parseJson(answer.text);
    const keys = readKeys(jwks);
    if (pinned) {
      followed = await followKeys(pinned, jwks, keys, crypto);
      return { ok: true, keys: [...pinned, ...followed] };
    }
    if (keys.length === 0) return { ok: false, problem: "the control plane has no Ed25519 key" };
    fetched = keys;
    return { ok: true, keys };
  };
  const isOld = (): boolean => clock.monotonicMs() - askedMs > defaults.keyRefreshMs;

  return {
    async load() {
      if (pinned) return { ok: true, keys: [...pinned, ...followed] };
      if (fetched && !isOld()) return { ok: true, keys: fetched };
      const result = await fetchKeys();
      const held = fetched ?? (remembered.length > 0 ? remembered : undefined);
      return held ? { ok: true, keys: held } : result;
    },
    async renew() {
      if (clock.monotonicMs() - askedMs < renewIntervalMs) return false;
      const before = followed;
      const { ok } = await fetchKeys();
      return ok && (!pinned || followed.length !== before.length || followed.some((key) => !before.includes(key)));
    },
    known: () => (pinned ? [...pinned, ...followed] : (fetched ?? remembered)),
    remember(keys) {
      remembered = keys;
    },
  };
}

/** The Ed25519 keys of a JWKS (RFC 7517, RFC 8037). */
export function readKeys(jwks: unknown): readonly BundleKey[] {
  const list = (jwks as { keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(list)) return [];
  return list.filter(isBundleKey).map(({ kid, x }) => ({ kid, x, kty: "OKP", crv: "Ed25519" }));
}

function isBundleKey(key: unknown): key is BundleKey {
  const { kty, crv, kid, x, use } = (key ?? {}) as Record<string, unknown>;
  return (
    kty === "OKP" && crv === "Ed25519" && typeof kid === "string" && typeof x === "string" && (use ?? "sig") === "sig"
  );
}
