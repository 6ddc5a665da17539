import { type NumberCheck, numberChecks } from "../../gen/detectors";
import { type Check, digitsOf, isDay, isUniform, numberAt, passesLuhn, weightedSum } from "./digits";

/** The checks that the catalogue states as data (validators.md, "Checks as data"). */
export const dataChecks: Readonly<Record<string, Check>> = Object.fromEntries(
  numberChecks.map((row) => [row.name, createCheck(row)]),
);

function createCheck(row: NumberCheck): Check {
  const starts = new RegExp(`^${row.starts}`);
  return (value) => {
    const digits = digitsOf(value);
    if (!row.digits.includes(digits.length) || isUniform(digits) || !starts.test(digits.join(""))) return false;
    if (row.month >= 0 && !holdsDay(row, digits)) return false;
    if (row.luhn && !passesLuhn(digits)) return false;
    // A number that may be shorter by one is led by a 0.
    const all = row.sums.length > 0 && digits.length < Math.max(...row.digits) ? [0, ...digits] : digits;
    return row.sums.every((sum) => agrees(sum, all));
  };
}

function holdsDay({ month, day, dayLess }: NumberCheck, digits: readonly number[]): boolean {
  const written = numberAt(digits, day, 2);
  return [0, ...dayLess].some((less) => isDay(numberAt(digits, month, 2), written - less));
}

function agrees(sum: NumberCheck["sums"][number], digits: readonly number[]): boolean {
  const first = takeCheck(sum, digits, sum.weights);
  const check = first === 10 && sum.again.length > 0 ? takeCheck(sum, digits, sum.again) : first;
  return (check === 10 ? sum.ten : check) === digits[sum.at];
}

function takeCheck(sum: NumberCheck["sums"][number], digits: readonly number[], weights: readonly number[]): number {
  const crossed = sum.crossed < 0 ? 0 : Math.floor(((digits[sum.crossed] ?? 0) * (weights[sum.crossed] ?? 0)) / 10);
  const rest = (weightedSum(digits, weights) + crossed + sum.modulus * 1000) % sum.modulus;
  if (sum.take === "rest") return rest;
  return sum.take === "complement" ? (sum.modulus - rest) % sum.modulus : (sum.modulus - rest) % 10;
}
