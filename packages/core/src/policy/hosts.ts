import { inCidr } from "../expr/cidr";

/** Addresses that do not lead to the public (IANA special-purpose registries). */
const privateRanges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** Names that are only known inside (RFC 6761, 6762, 8375, and the usual ones). */
const privateNames = ["localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "home.arpa"];

/**
 * True for a host that nobody outside can mean: an address of a private network or of this machine, however it is
 * written, a name without a dot, a name that is only known inside, or no name at all. Names are not looked up.
 */
export function isRefusedHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name.includes(":") || isNumeric(name)) return privateRanges.some((range) => inCidr(name, range) !== false);
  const labels = name.split(".");
  if (labels.length < 2 || !labels.every((label) => /^[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?$/.test(label))) return true;
  return privateNames.some((suffix) => name.endsWith(`.${suffix}`));
}

/** Resolvers read a name that ends in a number as an address: `127.1`, `2130706433`, `0x7f.0.0.1`. */
const isNumeric = (name: string): boolean => /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(name);
