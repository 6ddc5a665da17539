import { limits } from "../gen/tables";
import { isRefusedHost } from "./hosts";
import { parseInstant } from "./pauses";
import { describeType, isObject, type ProblemList, pointTo } from "./problems";
import { walkJson } from "./walk-json";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `15m`, `2h`, `7d` → milliseconds. */
export function decodeDuration(value: unknown, pointer: string, problems: ProblemList): number | undefined {
  const found = typeof value === "string" ? /^([0-9]{1,9})([smhd])$/.exec(value) : null;
  if (found) return Number(found[1]) * (units[found[2] ?? ""] ?? 0);
  problems.add(pointer, "expected a duration, for example `30s`, `15m`, `2h` or `7d`");
  return undefined;
}

/** RFC 3339 → milliseconds since the epoch. */
export function decodeInstant(value: unknown, pointer: string, problems: ProblemList): number | undefined {
  const ms = typeof value === "string" ? parseInstant(value) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  problems.add(pointer, "expected a date and time with its offset, for example `2027-01-31T18:00:00Z`");
  return undefined;
}

export function decodeTimeOfDay(value: unknown, pointer: string, problems: ProblemList): string | undefined {
  if (typeof value === "string" && /^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(value)) return value;
  problems.add(pointer, "expected a time of day from `00:00` to `24:00`");
  return undefined;
}

const endpointForm = /^https:\/\/(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?$/;

/** True for an https address of a host that the public can name. Names are not looked up. */
export function isEndpointUrl(value: string): boolean {
  const found = endpointForm.exec(value);
  return (
    found !== null && value.length <= limits.maxUriChars && !isRefusedHost((found[1] ?? "").replace(/^\[|\]$/g, ""))
  );
}

/** An https address of a host that the public can name (SPECIFICATION B-14). */
export function decodeHttpsUrl(value: unknown, pointer: string, problems: ProblemList): string | undefined {
  if (typeof value !== "string") {
    problems.add(pointer, `expected a string, got ${describeType(value)}`);
    return undefined;
  }
  const found = endpointForm.exec(value);
  if (!found || value.length > limits.maxUriChars)
    problems.add(pointer, "expected an https address without a user, for example `https://example.com/validate`");
  else if (isRefusedHost((found[1] ?? "").replace(/^\[|\]$/g, "")))
    problems.add(pointer, "names a host of a private network, of this machine, or none at all");
  else return value;
  return undefined;
}

/** Any JSON value within the bounds of a request. */
export function decodeJson(value: unknown, pointer: string, problems: ProblemList): unknown {
  const { problem } = walkJson(value, pointer, limits.maxNodes);
  if (!problem) return value;
  problems.add(problem.path, problem.message);
  return undefined;
}

/** An object from names to values of one kind; a member that is null is absent. */
export function decodeMap<T>(
  value: unknown,
  pointer: string,
  problems: ProblemList,
  decode: (item: unknown, pointer: string) => T | undefined,
): Record<string, T> | undefined {
  if (!isObject(value)) {
    problems.add(pointer, `expected an object, got ${describeType(value)}`);
    return undefined;
  }
  const members = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  if (members.length > limits.maxRuleItems) {
    problems.add(pointer, `has ${members.length} members, at most ${limits.maxRuleItems} are allowed`);
    return undefined;
  }
  return Object.fromEntries(
    members.flatMap(([name, item]) => {
      const at = pointTo(pointer, name);
      if (name === "" || name.length > limits.maxNameChars)
        problems.add(pointer, `expected names of 1 to ${limits.maxNameChars} characters`);
      const decoded = decode(item, at);
      return decoded === undefined ? [] : [[name, decoded]];
    }),
  );
}
