import { inCidr } from "../../expr/cidr";
import { limits } from "../../gen/tables";

/** Each expression is anchored and takes time in proportion to the text; a text over `maxUriChars` has no format. */
const shape = (source: string): RegExp => new RegExp(`^(?:${source})$`);

const pct = "%[0-9A-Fa-f]{2}";
const plain = "[A-Za-z0-9._~!$&'()*+,;=-]";
const segmentChar = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${pct})`;
const noColon = `(?:[A-Za-z0-9._~!$&'()*+,;=@-]|${pct})`;
const tail = `(?:\\?(?:${segmentChar}|[/?])*)?(?:#(?:${segmentChar}|[/?])*)?`;
const authority = `(?:(?:${plain}|:|${pct})*@)?(\\[[0-9A-Fa-f:.]+\\]|\\[[vV][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+\\]|(?:${plain}|${pct})*)(?::[0-9]*)?`;
const rooted = `//${authority}(?:/${segmentChar}*)*|/(?:${segmentChar}+(?:/${segmentChar}*)*)?`;
const uri = shape(`[A-Za-z][A-Za-z0-9+.-]*:(?:${rooted}|${segmentChar}+(?:/${segmentChar}*)*|)${tail}`);
const relative = shape(`(?:${rooted}|${noColon}+(?:/${segmentChar}*)*|)${tail}`);

const clock = "[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S";
const days = "[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D";
const duration = shape(`P(?:[0-9]+W|(?:${days})(?:T(?:${clock}))?|T(?:${clock}))`);

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const email = shape(`(?:${atom}(?:\\.${atom})*|"(?:[ !#-\\[\\]-~]|\\\\[ -~])*")@(\\[[^\\]]+\\]|[^\\[\\]]+)`);
const hostname = shape(
  "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*",
);
const date = shape("([0-9]{4})-([0-9]{2})-([0-9]{2})");
const time = shape("([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
const uuid = shape("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
const pointer = "(?:/(?:[^~/]|~[01])*)*";
const jsonPointer = shape(pointer);
const relativePointer = shape(`(?:0|[1-9][0-9]*)(?:#|${pointer})`);

function isDate(text: string): boolean {
  const [, year, month, day] = (date.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= last;
}

function isTime(text: string): boolean {
  const found = time.exec(text);
  if (!found) return false;
  const [hour, minute, second, offsetHour, offsetMinute] = [1, 2, 3, 5, 6].map((group) => Number(found[group] ?? 0));
  if ([hour, minute, second, offsetHour, offsetMinute].includes(undefined)) return false;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(offsetHour) > 23 || Number(offsetMinute) > 59) return false;
  if (Number(second) < 60) return true;
  // A leap second is the last of a day in UTC.
  const shift = (Number(offsetHour) * 60 + Number(offsetMinute)) * (found[4] === "-" ? 1 : -1);
  const utc = (Number(hour) * 60 + Number(minute) + shift + 2880) % 1440;
  return second === 60 && utc === 1439;
}

const isHostname = (text: string): boolean => text.length <= 253 && hostname.test(text);
const isIpv4 = (text: string): boolean => !text.includes(":") && inCidr(text, "0.0.0.0/0") === true;
const isIpv6 = (text: string): boolean => text.includes(":") && typeof inCidr(text, "::/0") === "boolean";

function isEmail(text: string): boolean {
  const domain = email.exec(text)?.[1];
  if (domain === undefined) return false;
  if (!domain.startsWith("[")) return isHostname(domain);
  const address = domain.slice(1, -1);
  return address.startsWith("IPv6:") ? isIpv6(address.slice(5)) : isIpv4(address);
}

/** The host between brackets must be an address. */
const hasAddress = (host: string | undefined): boolean =>
  !host?.startsWith("[") || /^\[[vV]/.test(host) || isIpv6(host.slice(1, -1));

function isUri(text: string): boolean {
  const found = uri.exec(text);
  return found !== null && hasAddress(found[1]);
}

function isReference(text: string): boolean {
  const found = relative.exec(text);
  return found === null ? isUri(text) : hasAddress(found[1]);
}

const bounded =
  (test: (text: string) => boolean) =>
  (text: string): boolean =>
    text.length <= limits.maxUriChars && test(text);

/** Formats that are asserted; every other is refused when written. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": bounded((text) => /^.{10}[Tt]/.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11))),
  date: bounded(isDate),
  time: bounded(isTime),
  duration: bounded((text) => duration.test(text)),
  email: bounded(isEmail),
  hostname: isHostname,
  ipv4: bounded(isIpv4),
  ipv6: bounded(isIpv6),
  uri: bounded(isUri),
  "uri-reference": bounded(isReference),
  uuid: bounded((text) => uuid.test(text)),
  "json-pointer": bounded((text) => jsonPointer.test(text)),
  "relative-json-pointer": bounded((text) => relativePointer.test(text)),
};
