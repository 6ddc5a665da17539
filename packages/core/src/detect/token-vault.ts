import { toHex, utf8Bytes } from "../hash/bytes";
import { hmacSha256 } from "../hash/hmac-sha256";
import { type SealedTokens, type TokenVault, tokenOpener } from "./token-syntax";

/** A secret shorter than this makes no vault. */
export const minSecretBytes = 16;

/**
 * A vault for one request. `secret` is random, at least 16 bytes, used once; `sealed` is what `toJSON` of the vault with the same
 * secret gave. Undefined when the secret is too short.
 */
export function createTokenVault(secret: Uint8Array, sealed?: SealedTokens): TokenVault | undefined {
  if (!(secret instanceof Uint8Array) || secret.length < minSecretBytes) return undefined;
  const key = Uint8Array.from(secret);
  const tokens = new Map<string, string>(Object.entries(sealed?.tokens ?? {}));
  const mac = (text: string): Uint8Array => hmacSha256(key, utf8Bytes(text));
  return {
    add(label, value) {
      const token = `${tokenOpener}${label}:${toHex(mac(`id\0${label}\0${value}`)).slice(0, 16)}]]`;
      if (!tokens.has(token)) tokens.set(token, toHex(cipher(mac, token, utf8Bytes(value))));
      return token;
    },
    open(token) {
      const found = tokens.get(token);
      if (found === undefined || !/^(?:[0-9a-f]{2})*$/.test(found)) return undefined;
      const value = new TextDecoder("utf-8", { ignoreBOM: true }).decode(cipher(mac, token, readHex(found)));
      const label = token.slice(tokenOpener.length, token.lastIndexOf(":"));
      // What was changed on the way, or sealed under another secret, does not give the token back.
      const isOurs = token === `${tokenOpener}${label}:${toHex(mac(`id\0${label}\0${value}`)).slice(0, 16)}]]`;
      return isOurs ? value : undefined;
    },
    get size() {
      return tokens.size;
    },
    toJSON: () => ({ tokens: Object.fromEntries(tokens) }),
  };
}

/** Bytes of hex digits, two a byte. */
const readHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Adds a key stream of HMAC-SHA-256 in counter mode; the same again takes it off. Each token has a stream of its own. */
function cipher(mac: (text: string) => Uint8Array, token: string, bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes);
  for (let block = 0; block * 32 < out.length; block++) {
    const stream = mac(`value\0${token}\0${block}`);
    for (let i = 0; i < 32 && block * 32 + i < out.length; i++) {
      out[block * 32 + i] = (out[block * 32 + i] ?? 0) ^ (stream[i] ?? 0);
    }
  }
  return out;
}
