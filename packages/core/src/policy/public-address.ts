import { inCidr, parseAddress } from "../expr/cidr";
import { privateRanges } from "../gen/private-hosts";

/** True for the address of a host of the public internet, whatever IPv4 address it leads to; false for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (!parseAddress(address)) return false;
  const inside = (one: string): boolean => privateRanges.some((range) => inCidr(one, range) !== false);
  return !inside(address) && !embeddedIpv4(address).some(inside);
}

/** Two groups of sixteen bits as four numbers. */
export const formatIpv4 = ([high = 0, low = 0]: readonly number[]): string =>
  `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** IPv4 addresses that an IPv6 one leads to: translated (64:ff9b::/96, ::ffff:0:0:0/96), 6to4 (2002::/16), compatible (::/96). */
export function embeddedIpv4(host: string): string[] {
  const groups = host.includes(":") ? (parseAddress(host) ?? []) : [];
  if (groups.length !== 8) return [];
  const starts = (...wanted: number[]): boolean => wanted.every((group, index) => groups[index] === group);
  const isLast = starts(0x64, 0xff9b, 0, 0, 0, 0) || starts(0, 0, 0, 0, 0, 0) || starts(0, 0, 0, 0, 0xffff, 0);
  if (isLast) return [formatIpv4(groups.slice(6))];
  return starts(0x2002) ? [formatIpv4(groups.slice(1, 3))] : [];
}
