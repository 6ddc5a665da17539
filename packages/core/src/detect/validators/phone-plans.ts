import { phonePlans } from "../../gen/detectors";
import { type Check, digitsOf, isUniform } from "./digits";

interface PhonePlan {
  readonly trunk: string;
  readonly numbers: RegExp;
}

let plans: ReadonlyMap<string, readonly PhonePlan[]> | undefined;
let trunks: readonly PhonePlan[] | undefined;
let anyNumber: RegExp | undefined;

/** By calling code. The patterns are made of digits and repeat at most a few times: linear in a number's length. */
function usePlans(): ReadonlyMap<string, readonly PhonePlan[]> {
  if (plans) return plans;
  const byCode = new Map<string, PhonePlan[]>();
  for (const line of phonePlans.split("\n")) {
    const [code = "", trunk = "", ...pattern] = line.split(",");
    const plan = { trunk, numbers: new RegExp(`^(?:${pattern.join(",")})$`) };
    byCode.set(code, [...(byCode.get(code) ?? []), plan]);
  }
  plans = byCode;
  return byCode;
}

/** One expression for all plans: a number that is none of a hundred plans' costs a third of asking each. */
const joinPlans = (own: readonly PhonePlan[]): RegExp => new RegExp(own.map(({ numbers }) => numbers.source).join("|"));

/** All plans with a trunk prefix, joined; those without one are left out: any digits at all would be a number of some of them. */
function useTrunks(): readonly PhonePlan[] {
  if (trunks) return trunks;
  const byTrunk = new Map<string, PhonePlan[]>();
  for (const plan of [...usePlans().values()].flat()) {
    if (plan.trunk !== "") byTrunk.set(plan.trunk, [...(byTrunk.get(plan.trunk) ?? []), plan]);
  }
  trunks = [...byTrunk].map(([trunk, own]) => ({ trunk, numbers: joinPlans(own) }));
  return trunks;
}

const followsTrunk = (digits: string): boolean =>
  useTrunks().some(({ trunk, numbers }) => digits.startsWith(trunk) && numbers.test(digits.slice(trunk.length)));

/** The number before its extension, which begins at the first letter or `#`. */
const beforeExtension = (value: string): string => /^[0-9 \t\n\v\f\r+()./-]*/.exec(value)?.[0] ?? "";
const digitsIn = (text: string): string => text.replace(/[^0-9]+/g, "");

/** Dates, months and numbers of orders that begin with 0 have up to eight digits. */
const leastNational = 9;

export const phonePlanChecks: Readonly<Record<string, Check>> = {
  /** A number with its calling code, after `+` or `00`, that the country's plan has; a trunk prefix in brackets is left out. */
  phone_e164(value) {
    const written = beforeExtension(value).replace(/\(\s*0\s*\)/, "");
    const digits = digitsIn(written).replace(/^00/, "");
    for (let length = 1; length <= 3; length++) {
      const own = usePlans().get(digits.slice(0, length));
      const rest = digits.slice(length);
      if (own)
        return own.some(({ trunk, numbers }) => numbers.test(rest) || (trunk === "0" && numbers.test(rest.slice(1))));
    }
    return false;
  },

  /** A number as some country has it: behind its calling code without a sign, behind the trunk prefix, or by itself. */
  phone_plan(value) {
    const digits = digitsIn(beforeExtension(value));
    if (digits.length < 5 || digits.length > 17 || isUniform(digitsOf(digits))) return false;
    anyNumber ??= joinPlans([...usePlans().values()].flat());
    if (anyNumber.test(digits) || followsTrunk(digits)) return true;
    for (let length = 1; length <= 3; length++) {
      const rest = digits.slice(length);
      for (const { trunk, numbers } of usePlans().get(digits.slice(0, length)) ?? []) {
        if (numbers.test(rest) || (trunk === "0" && rest.startsWith("0") && numbers.test(rest.slice(1)))) return true;
      }
    }
    return false;
  },

  /** A number that begins with the trunk prefix of some country and goes on as its plan says; shorter ones may be anything. */
  phone_national(value) {
    const digits = digitsIn(beforeExtension(value));
    return digits.length >= leastNational && followsTrunk(digits);
  },
};
