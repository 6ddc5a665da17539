import type { TimeCheck, TimeWindowRule } from "../gen/policy-types";
import { weekdayValues } from "../gen/tables";
import { decodeName } from "./decode-message";
import type { PrepareContext, PrepareOperator } from "./operator";
import { parseInstant } from "./pauses";
import { pointTo } from "./problems";
import { localTime, startOfDate } from "./timezone";

interface Hours {
  /** Days on which the hours begin, Monday first. */
  readonly days: readonly boolean[];
  /** Minutes since midnight; `to` is over 1440 when the hours end on the next day. */
  readonly from: number;
  readonly to: number;
}

interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
}

const dayMinutes = 1440;

/** `time_check`: allowed hours by the clock on the wall, freezes by the instant (SPECIFICATION P-22). */
export const prepareTimeCheck: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as TimeWindowRule;
  const place = pointTo(context.pointer, "ruleDefinition");
  const zone = rule.timezone ?? "UTC";
  const hours = rule.allow?.flatMap((item, index) => readHours(item, pointTo(`${place}/allow`, index), context) ?? []);
  const freezes = (rule.freeze ?? []).flatMap(
    (item, index) => readFreeze(item, zone, pointTo(`${place}/freeze`, index), context) ?? [],
  );
  const passing: TimeCheck = { outside: false, frozen: false, local: "", evidence: [] };
  // No clock of any zone ever moved by less than a second: the time on the wall is found once for each.
  let second = Number.NaN;
  let local = localTime(0, zone);
  let outside = false;
  const run = ({ nowMs }: { readonly nowMs: number }): TimeCheck => {
    if (Math.floor(nowMs / 1000) !== second) {
      second = Math.floor(nowMs / 1000);
      local = localTime(second * 1000, zone);
      const { weekday, hour, minute } = local;
      outside = hours !== undefined && !hours.some((one) => isInside(one, weekday, hour * 60 + minute));
    }
    const frozen = freezes.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
    return outside || frozen ? { outside, frozen, local: describe(local, zone), evidence: [] } : passing;
  };
  return { reads: [], passing, run };
};

function isInside({ days, from, to }: Hours, weekday: number, minute: number): boolean {
  if (days[weekday] && minute >= from && minute < to) return true;
  return days[(weekday + 6) % 7] === true && minute < to - dayMinutes;
}

const two = (value: number): string => String(value).padStart(2, "0");

const describe = ({ weekday, hour, minute }: ReturnType<typeof localTime>, zone: string): string =>
  `${weekdayValues[weekday]} ${two(hour)}:${two(minute)} ${zone}`;

function readHours(
  item: NonNullable<TimeWindowRule["allow"]>[number],
  pointer: string,
  { problems }: PrepareContext,
): Hours | undefined {
  const from = readMinutes(item.from, false);
  const to = readMinutes(item.to, true);
  if (from === undefined) problems.add(`${pointer}/from`, "expected an hour and minute from `00:00` to `23:59`");
  if (to === undefined) problems.add(`${pointer}/to`, "expected an hour and minute from `00:00` to `24:00`");
  if (from === undefined || to === undefined) return undefined;
  if (from === to) {
    problems.add(`${pointer}/to`, "is the same as `from`: no time lies between");
    return undefined;
  }
  const names = (item.days ?? []).map((day, index) =>
    decodeName("weekday", day ?? "", pointTo(`${pointer}/days`, index), problems),
  );
  const days = weekdayValues.map((day) => names.length === 0 || names.includes(day));
  return { days, from, to: to < from ? to + dayMinutes : to };
}

function readMinutes(text: unknown, end: boolean): number | undefined {
  const [, hour, minute] = /^([01][0-9]|2[0-4]):([0-5][0-9])$/.exec(typeof text === "string" ? text : "") ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return minutes < dayMinutes || (end && minutes === dayMinutes) ? minutes : undefined;
}

function readFreeze(
  item: TimeWindowRule["freeze"][number],
  zone: string,
  pointer: string,
  { problems }: PrepareContext,
): Freeze | undefined {
  const fromMs = readEnd(item.from, 0, zone);
  const toMs = readEnd(item.to, 1, zone);
  const expected = "expected a date such as `2026-12-24`, or a time such as `2026-12-24T18:00:00+01:00`";
  if (Number.isNaN(fromMs)) problems.add(`${pointer}/from`, expected);
  if (Number.isNaN(toMs)) problems.add(`${pointer}/to`, expected);
  if (toMs <= fromMs) problems.add(`${pointer}/to`, "is not after `from`");
  return toMs > fromMs ? { fromMs, toMs } : undefined;
}

/** A date's own start, or that of the day after it, or the instant that a text names; NaN for none. */
function readEnd(text: unknown, daysAfter: number, zone: string): number {
  if (typeof text !== "string") return Number.NaN;
  if (text.length !== 10) return parseInstant(text);
  const midnightMs = parseInstant(`${text}T00:00:00Z`);
  if (Number.isNaN(midnightMs)) return Number.NaN;
  const date = new Date(midnightMs + daysAfter * 86_400_000);
  return startOfDate({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }, zone);
}
