import { createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomChars = 40;
const shape = /^(hp_[a-z0-9]{1,16}_[0-9A-Za-z]{8})[0-9A-Za-z]{32}$/;

/** True for a name that may stand in a key: what kind of environment it is for. */
export const isKeyEnvironment = (name: string): boolean => /^[a-z0-9]{1,16}$/.test(name);

/** A new key: `hp_<environment>_` and 40 random letters and digits, 238 bits. */
export function createApiKeyText(environment: string): string {
  let random = "";
  for (let i = 0; i < randomChars; i++) random += alphabet[randomInt(alphabet.length)];
  return `hp_${environment}_${random}`;
}

/** The part by which a key is found, with 8 of its random characters; undefined when this is no key of ours. */
export const prefixOf = (key: string): string | undefined => shape.exec(key)?.[1];

/** What is stored of a key: HMAC-SHA-256 under the server's secret. */
export const hashApiKey = (secret: Uint8Array, key: string): Buffer =>
  createHmac("sha256", secret).update(key).digest();

/** Compares in constant time. */
export const matchesHash = (secret: Uint8Array, key: string, hash: Uint8Array): boolean => {
  const computed = hashApiKey(secret, key);
  return hash.length === computed.length && timingSafeEqual(computed, hash);
};

/** A short random id with a word for what it names. */
export const createId = (kind: string): string => `${kind}_${randomBytes(12).toString("hex")}`;
