import { sha256 } from "@noble/hashes/sha2.js";

/** What SHA-256 takes in at once. */
const blockBytes = 64;

/** HMAC-SHA-256 (RFC 2104) of bytes under a key. */
export function hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const block = key.length > blockBytes ? sha256(key) : key;
  const hash = (filler: number, rest: Uint8Array): Uint8Array => {
    const padded = new Uint8Array(blockBytes + rest.length).fill(filler, 0, blockBytes);
    for (let i = 0; i < block.length; i++) padded[i] = (block[i] ?? 0) ^ filler;
    padded.set(rest, blockBytes);
    return sha256(padded);
  };
  return hash(0x5c, hash(0x36, bytes));
}
