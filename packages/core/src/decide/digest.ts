import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8Bytes } from "../hash/bytes";
import { hmacSha256 } from "../hash/hmac-sha256";

export { utf8Bytes };

/** SHA-256 as 64 lower-case hex digits; text is hashed as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return toHex(sha256(typeof data === "string" ? utf8Bytes(data) : data));
}

/** HMAC-SHA-256 (RFC 2104) of a text's UTF-8 under a key, as 64 lower-case hex digits. */
export function hmacSha256Hex(key: Uint8Array, text: string): string {
  return toHex(hmacSha256(key, utf8Bytes(text)));
}
