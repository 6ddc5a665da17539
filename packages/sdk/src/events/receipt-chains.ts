import { type DecisionRecord, hmacSha256Hex, type Receipt, sha256Hex, writeReceipt } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { PlatformCrypto } from "../platform/platform";

/** What one client decides in one session. */
export interface ReceiptChain {
  /** The number of the next step. Called once for each decision, on the path of the call: it counts and nothing else. */
  next(): number;
  /** The receipt of a step; it follows the one that was made before it. Hashes: for the lane, not for the call. */
  sign(step: number, action: string, salt: Uint8Array | undefined, record: DecisionRecord): Receipt;
}

export interface ReceiptChains {
  /** The chain of a session; of all decisions without one, where it is empty. */
  of(sessionId: string): ReceiptChain;
}

/** Chains of sessions, the oldest forgotten first (SPECIFICATION R-2). */
export function createReceiptChains(
  crypto: PlatformCrypto,
  capacity: number = defaults.sessionCapacity,
): ReceiptChains {
  const chains = new Map<string, ReceiptChain>();
  const hash = crypto.sha256Hex ?? sha256Hex;
  const keyedHash = crypto.hmacSha256Hex ?? hmacSha256Hex;
  let ownKey: Uint8Array | undefined;
  /** Without a salt a plain hash would give short texts away (SPECIFICATION R-3). */
  const hashAction = (action: string, salt: Uint8Array | undefined): string => {
    if (action === "") return "";
    if (salt && salt.length > 0) return keyedHash(salt, action);
    ownKey ??= new TextEncoder().encode(crypto.randomUuid() + crypto.randomUuid());
    return keyedHash(ownKey, action);
  };
  const create = (): ReceiptChain => {
    let chain: string | undefined;
    let steps = 0;
    let previous = "";
    return {
      next: () => ++steps,
      sign(step, action, salt, record) {
        chain ??= crypto.randomUuid();
        const receipt = { chain, step, actionHash: hashAction(action, salt), previous };
        previous = hash(writeReceipt(record, receipt));
        return { ...receipt, hash: previous };
      },
    };
  };
  return {
    of(sessionId) {
      const known = chains.get(sessionId);
      if (known) return known;
      const created = create();
      chains.set(sessionId, created);
      if (chains.size > capacity) chains.delete(chains.keys().next().value as string);
      return created;
    },
  };
}
