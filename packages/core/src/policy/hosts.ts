import { inCidr } from "../expr/cidr";
import { endpointRanges, endpointSuffixes } from "../gen/private-hosts";

/**
 * True for a host that nobody outside can mean: an address of a private network or of this machine, however it is
 * written, a name without a dot, a name that is only known inside, or no name at all. Names are not looked up.
 */
export function isRefusedHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name.includes(":") || isNumeric(name)) return endpointRanges.some((range) => inCidr(name, range) !== false);
  const labels = name.split(".");
  if (labels.length < 2 || !labels.every((label) => /^[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?$/.test(label))) return true;
  return endpointSuffixes.some((suffix) => name.endsWith(`.${suffix}`));
}

/** Resolvers read a name that ends in a number as an address: `127.1`, `2130706433`, `0x7f.0.0.1`. */
const isNumeric = (name: string): boolean => /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(name);
