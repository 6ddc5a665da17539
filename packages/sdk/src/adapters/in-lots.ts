import { defaults } from "../gen/constants";

/** What was said, in as many lots as requests can carry; all but the last are `older`, and the first may be short. */
export function inLots<T>(said: readonly T[]): {
  readonly older: readonly (readonly T[])[];
  readonly last: readonly T[];
} {
  const older: T[][] = [];
  for (let end = said.length; end > 0; end -= defaults.adapterHistoryMessages)
    older.unshift(said.slice(Math.max(0, end - defaults.adapterHistoryMessages), end));
  const last = older.pop() ?? [];
  return { older, last };
}
