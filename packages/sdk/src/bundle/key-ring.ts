import { type Api, type ApiAnswer, parseJson } from "../transport/api";
import type { BundleKey } from "../types";

export type KeyResult =
  | { readonly ok: true; readonly keys: readonly BundleKey[] }
  | { readonly ok: false; readonly problem: string; readonly answer?: ApiAnswer };

export interface KeyRing {
  /** The pinned keys, or those of the control plane: fetched once, then kept for the life of the client. */
  load(): Promise<KeyResult>;
  /** Keys kept beside a bundle on disk, for a start without a network; used until better ones are known. */
  readonly known: () => readonly BundleKey[];
  remember(keys: readonly BundleKey[]): void;
}

export function createKeyRing(api: Api, pinned: readonly BundleKey[] | undefined): KeyRing {
  let fetched: readonly BundleKey[] | undefined;
  let remembered: readonly BundleKey[] = [];
  return {
    async load() {
      const held = pinned ?? fetched;
      if (held) return { ok: true, keys: held };
      const answer = await api.call("GET", "/.well-known/jwks.json");
      if (answer.outcome !== "ok") return { ok: false, problem: `the public keys were ${answer.problem}`, answer };
      const keys = readKeys(parseJson(answer.text));
      if (keys.length === 0) return { ok: false, problem: "the control plane has no Ed25519 key" };
      fetched = keys;
      return { ok: true, keys };
    },
    known: () => pinned ?? fetched ?? remembered,
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
