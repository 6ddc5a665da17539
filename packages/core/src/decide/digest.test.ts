import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256Hex, sha256Hex, utf8Bytes } from "./digest";

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));
const repeated = (byte: number, count: number): Uint8Array => new Uint8Array(count).fill(byte);

describe("HMAC-SHA-256", () => {
  it.each([
    [repeated(0x0b, 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      utf8Bytes("Jefe"),
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      repeated(0xaa, 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
    [hex(""), "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"],
  ])("is RFC 4231's, case %#", (key, text, mac) => {
    expect(hmacSha256Hex(key, text)).toBe(mac);
  });

  it("and SHA-256 are those of another library, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 300 }), (key, text) => {
        expect(hmacSha256Hex(key, text)).toBe(createHmac("sha256", key).update(text).digest("hex"));
        expect(sha256Hex(text)).toBe(createHash("sha256").update(text).digest("hex"));
        expect(sha256Hex(key)).toBe(createHash("sha256").update(key).digest("hex"));
      }),
    );
  });
});
