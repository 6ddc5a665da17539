import { type DecisionRecord, hmacSha256Hex, limits, type Receipt, sha256Hex, writeReceipt } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { PlatformCrypto } from "../platform/platform";

/** What one client decides in one session. */
export interface ReceiptChain {
  /** The number of the next step. Called once for each decision, on the path of the call: it counts and nothing else. */
  next(): number;
  /** The receipt of a step; it follows the one that was made before it. Hashes: for the lane, not for the call. */
  sign(
    about: Pick<Receipt, "step" | "spanId">,
    action: string,
    salt: Uint8Array | undefined,
    record: DecisionRecord,
  ): Receipt;
}

/** Where a chain ends (SPECIFICATION R-9). */
export interface ChainEnd {
  readonly chain: string;
  /** Decided so far. */
  readonly steps: number;
  /** Of the receipt that was made last. */
  readonly hash: string;
}

export interface ReceiptChains {
  /** The chain of a session; of all decisions without one, where it is empty. */
  of(sessionId: string): ReceiptChain;
  /** Lets go of all chains, as `onForgotten` is told. */
  forgetAll(): void;
}

/** What chains of one client have in common. */
interface ChainParts {
  readonly newId: () => string;
  readonly hash: (text: string) => string;
  readonly hashAction: (action: string, salt: Uint8Array | undefined) => string;
}

/** A class, so that counting a step reaches into one object. */
class OwnChain implements ReceiptChain {
  private chain: string | undefined = undefined;
  private steps = 0;
  private previous = "";

  constructor(private readonly parts: ChainParts) {}

  next(): number {
    return ++this.steps;
  }

  sign(
    about: Pick<Receipt, "step" | "spanId">,
    action: string,
    salt: Uint8Array | undefined,
    record: DecisionRecord,
  ): Receipt {
    const { newId, hash, hashAction } = this.parts;
    this.chain ??= newId();
    const receipt = { chain: this.chain, ...about, actionHash: hashAction(action, salt), previous: this.previous };
    this.previous = hash(writeReceipt(record, receipt));
    return { ...receipt, hash: this.previous };
  }

  /** Undefined while no receipt of it was made. */
  end(): ChainEnd | undefined {
    const { chain, steps, previous } = this;
    return chain === undefined ? undefined : { chain, steps, hash: previous };
  }
}

/**
 * Chains of sessions, the oldest forgotten first (SPECIFICATION R-2). `onForgotten` gets what reads the ends of chains
 * that are let go, many at a time: to be called when their last receipts have been made.
 */
export function createReceiptChains(
  crypto: PlatformCrypto,
  onForgotten: (readEnds: () => readonly ChainEnd[]) => void = () => undefined,
  capacity: number = defaults.sessionCapacity,
): ReceiptChains {
  const chains = new Map<string, OwnChain>();
  /** The one that was asked for last: steps of a session often follow each other. */
  let lastId = "";
  let last: OwnChain | undefined;
  let forgotten: OwnChain[] = [];
  const tell = (): void => {
    const told = forgotten;
    forgotten = [];
    if (told.length > 0) onForgotten(() => told.flatMap((one) => one.end() ?? []));
  };
  const forget = (key: string, one: OwnChain): void => {
    chains.delete(key);
    last = undefined;
    forgotten.push(one);
    if (forgotten.length >= limits.maxTraceItems) tell();
  };
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
  const parts: ChainParts = { newId: crypto.randomUuid, hash, hashAction };
  return {
    of(sessionId) {
      if (last && sessionId === lastId) return last;
      const known = chains.get(sessionId);
      if (known) {
        lastId = sessionId;
        last = known;
        return known;
      }
      const created = new OwnChain(parts);
      chains.set(sessionId, created);
      const [oldest] = chains;
      if (chains.size > capacity && oldest) forget(...oldest);
      return created;
    },
    forgetAll() {
      for (const [key, one] of [...chains]) forget(key, one);
      tell();
    },
  };
}
