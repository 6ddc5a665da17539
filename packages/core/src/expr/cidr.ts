import { type ErrorValue, fail } from "./errors";
import { mismatch } from "./values";

const notAnAddress = fail("invalid_argument", "text is not an IP address");
const notARange = fail("invalid_argument", "text is not an IP range such as `10.0.0.0/8`");

/**
 * True when an IPv4 or IPv6 address lies in a range. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is that IPv4
 * address; an address of the other family is outside. Bits of the range beyond its prefix are ignored.
 */
export function inCidr(ip: unknown, cidr: unknown): boolean | ErrorValue {
  if (typeof ip !== "string") return mismatch("string", ip);
  if (typeof cidr !== "string") return mismatch("string", cidr);
  const range = parseRange(cidr);
  if (range === undefined) return notARange;
  const address = parseAddress(ip);
  if (address === undefined) return notAnAddress;
  const same = address.length === range.groups.length;
  return (
    same &&
    address.every((group, index) => sharesPrefix(group, range.groups[index] as number, range.prefix - index * 16))
  );
}

export const checkCidr = (cidr: unknown): ErrorValue | undefined =>
  typeof cidr === "string" && parseRange(cidr) === undefined ? notARange : undefined;

function sharesPrefix(a: number, b: number, bits: number): boolean {
  return bits <= 0 || a >> Math.max(0, 16 - bits) === b >> Math.max(0, 16 - bits);
}

function parseRange(text: string): { groups: number[]; prefix: number } | undefined {
  const slash = text.indexOf("/");
  const groups = parseAddress(slash < 0 ? "" : text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (groups === undefined || !/^(?:0|[1-9][0-9]{0,2})$/.test(digits)) return undefined;
  const prefix = Number(digits) - (groups.length === 2 && text.includes(":") ? 96 : 0);
  return prefix >= 0 && prefix <= groups.length * 16 ? { groups, prefix } : undefined;
}

/** Two groups of 16 bits for IPv4, eight for IPv6. */
export function parseAddress(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(":")) return parseIpv4(text);
  let body = text;
  const lastColon = text.lastIndexOf(":");
  if (text.includes(".")) {
    const v4 = parseIpv4(text.slice(lastColon + 1));
    if (v4 === undefined) return undefined;
    body = text.slice(0, lastColon + 1) + v4.map((group) => group.toString(16)).join(":");
  }
  const halves = body.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":"))) as [string[], string[] | undefined];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const parts = tail === undefined ? head : [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  const groups = parts.map((part) => Number.parseInt(part, 16));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? groups.slice(6) : groups;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}
