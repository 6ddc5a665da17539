import { americasChecks } from "./americas";
import { asiaChecks } from "./asia";
import { bankChecks } from "./bank";
import { cardAndDeviceChecks } from "./cards-and-devices";
import { companyChecks } from "./companies";
import type { Check } from "./digits";
import { centralEuropeChecks } from "./europe-central";
import { eastEuropeChecks } from "./europe-east";
import { moreEuropeChecks } from "./europe-more";
import { northEuropeChecks } from "./europe-north";
import { westEuropeChecks } from "./europe-west";
import { networkChecks } from "./network";
import { dataChecks } from "./number-checks";
import { oceaniaAfricaChecks } from "./oceania-africa";
import { peopleChecks } from "./people";
import { phonePlanChecks } from "./phone-plans";
import { usChecks } from "./us";
import { walletChecks } from "./wallet";
import { moreWorldChecks } from "./world-more";

/** A map, so that no name of `Object.prototype` passes for a validator. */
const checks: ReadonlyMap<string, Check> = new Map(
  Object.entries({
    ...cardAndDeviceChecks,
    ...bankChecks,
    ...usChecks,
    ...westEuropeChecks,
    ...centralEuropeChecks,
    ...northEuropeChecks,
    ...eastEuropeChecks,
    ...asiaChecks,
    ...americasChecks,
    ...oceaniaAfricaChecks,
    ...networkChecks,
    ...walletChecks,
    ...peopleChecks,
    ...moreEuropeChecks,
    ...moreWorldChecks,
    ...companyChecks,
    ...dataChecks,
    ...phonePlanChecks,
  }),
);

/** Names of all validators, sorted. */
export const validatorNames: readonly string[] = [...checks.keys()].sort();

/**
 * Whether a matched value passes the named check (spec/catalog/detectors/pii/validators.md); a name that is not known
 * passes nothing. Pure, linear in the length of the value, never throws (SPECIFICATION T-14).
 */
export function validate(name: string, value: string): boolean {
  return checks.get(name)?.(value) ?? false;
}
