import { sha256 } from "@noble/hashes/sha2.js";
import { type Check, upperOf } from "./digits";

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const bech32Generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** The 25 bytes of a base 58 text, most significant first, or none when it has more, fewer or a foreign character. */
function decodeBase58(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(25);
  for (const char of text) {
    let carry = base58Alphabet.indexOf(char);
    if (carry < 0) return undefined;
    for (let index = 24; index >= 0; index--) {
      carry += (bytes[index] ?? 0) * 58;
      bytes[index] = carry & 255;
      carry >>= 8;
    }
    if (carry > 0) return undefined;
  }
  // Each leading 1 is one zero byte: with more or fewer the text is another one's, or nobody's.
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return text.search(/[^1]/) === zeros ? bytes : undefined;
}

function bech32Checksum(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const top = sum >>> 25;
    return bech32Generators.reduce(
      (mixed, generator, bit) => ((top >>> bit) & 1 ? mixed ^ generator : mixed),
      ((sum & 0x1ffffff) << 5) ^ value,
    );
  }, 1);
}

export const walletChecks: Readonly<Record<string, Check>> = {
  /** 25 bytes in base 58, the last four the start of SHA-256 applied twice to the others (Bitcoin, Base58Check). */
  base58check(value) {
    if (value.length < 25 || value.length > 35) return false;
    const bytes = decodeBase58(value);
    if (!bytes) return false;
    const digest = sha256(sha256(bytes.subarray(0, 21)));
    return bytes.subarray(21).every((byte, index) => byte === digest[index]);
  },

  /**
   * Bitcoin address in Bech32 (version 0) or Bech32m: one case, checksum, version to 16, 2 to 40 bytes (20 or 32 in version 0),
   * padding under five bits and zero (BIP 173, BIP 350).
   */
  segwit(value) {
    const text = upperOf(value);
    if (text.length > 90 || !/^[0-9A-Z]*$/.test(text) || (value !== text && /[A-Z]/.test(value))) return false;
    const split = text.lastIndexOf("1");
    const human = text.slice(0, Math.max(split, 0));
    if (!["BC", "TB", "BCRT"].includes(human)) return false;
    const data = Array.from(text.slice(split + 1).toLowerCase(), (char) => bech32Alphabet.indexOf(char));
    const codes = Array.from(human.toLowerCase(), (char) => char.charCodeAt(0));
    const [version = -1, ...program] = data.slice(0, -6);
    const [bytes, padding] = [Math.floor((program.length * 5) / 8), (program.length * 5) % 8];
    if (data.includes(-1) || version < 0 || version > 16 || bytes < 2 || bytes > 40) return false;
    if (version === 0 && bytes !== 20 && bytes !== 32) return false;
    if (padding > 4 || ((program.at(-1) ?? 0) & ((1 << padding) - 1)) !== 0) return false;
    const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data];
    return bech32Checksum(expanded) === (version === 0 ? 1 : 0x2bc830a3);
  },
};
