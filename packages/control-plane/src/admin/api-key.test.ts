import { expect, test } from "vitest";
import { createApiKeyText, hashApiKey, isKeyEnvironment, matchesHash, prefixOf } from "./api-key";

const secret = new Uint8Array(32).fill(7);

test("a key has the shape that was promised, and no two are the same", () => {
  const keys = Array.from({ length: 200 }, () => createApiKeyText("prod"));
  for (const key of keys) expect(key).toMatch(/^hp_prod_[0-9A-Za-z]{40}$/);
  expect(new Set(keys).size).toBe(200);
});

test("the prefix is found in a key and in nothing else", () => {
  const key = createApiKeyText("test");
  expect(prefixOf(key)).toBe(key.slice(0, "hp_test_".length + 8));
  for (const other of ["", "hp_test_", `${key}a`, key.slice(1), ` ${key}`, key.replace("test", "Test"), `${key}\n`]) {
    expect(prefixOf(other)).toBeUndefined();
  }
});

test("a hash fits its own key under its own secret only", () => {
  const key = createApiKeyText("test");
  const hash = hashApiKey(secret, key);
  expect(matchesHash(secret, key, hash)).toBe(true);
  expect(matchesHash(secret, createApiKeyText("test"), hash)).toBe(false);
  expect(matchesHash(new Uint8Array(32), key, hash)).toBe(false);
  expect(matchesHash(secret, key, hash.subarray(1))).toBe(false);
});

test("an environment is a short lower-case word", () => {
  expect(["prod", "test2", "a"].every(isKeyEnvironment)).toBe(true);
  expect(["", "Prod", "a_b", "x".repeat(17)].some(isKeyEnvironment)).toBe(false);
});
