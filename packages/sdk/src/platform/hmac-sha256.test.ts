import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHmacSha256 } from "./hmac-sha256";

describe("HMAC-SHA-256 of Node", () => {
  it("is that of RFC 2104, whatever the key and the text, and whichever came before", () => {
    const write = createHmacSha256();
    const key = fc.uint8Array({ maxLength: 130 });
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\ud800", "é".repeat(8192), "x".repeat(9000)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, text), { maxLength: 5 }), (asked) => {
        for (const [one, given] of [...asked, ...asked])
          expect(write(one, given)).toBe(createHmac("sha256", one).update(given).digest("hex"));
      }),
    );
  });

  it("is not misled by a key that is changed afterwards, or that another begins with", () => {
    const write = createHmacSha256();
    const key = new Uint8Array([1, 2, 3]);
    const before = write(key, "a");
    key[0] = 9;
    expect(write(key, "a")).not.toBe(before);
    expect(write(new Uint8Array([1, 2, 3]), "a")).toBe(before);
    expect(write(new Uint8Array([1, 2, 3, 4]), "a")).not.toBe(before);
  });
});
