import type { GovernedSetting } from "../gen/messages";
import { packs } from "../gen/packs";
import { artifactGovernanceRank, autonomyLevelRank, enforcementModeRank, levelRank } from "../gen/tables";
import { resolveName } from "./closed-sets";
import { isObject } from "./problems";
import { typeNames } from "./read-document";

/** One point of the lattice: what some levels together demand, by dimension and name. */
export type Demands = ReadonlyMap<string, GovernedSetting>;

export const noDemands: Demands = new Map();

/** How much a setting restricts, among those of its dimension and name. */
function rankOf({ dimension, value }: GovernedSetting): number {
  switch (dimension) {
    case "autonomy":
      return -(autonomyLevelRank[value as keyof typeof autonomyLevelRank] ?? 0);
    case "mode":
      return enforcementModeRank[value as keyof typeof enforcementModeRank] ?? 0;
    case "artifactGovernance":
      return artifactGovernanceRank[value as keyof typeof artifactGovernanceRank] ?? 0;
    case "discovery":
      return value === "off" ? 1 : 0;
    default:
      return 0;
  }
}

const highest = Math.max(...Object.values(levelRank)) + 1;

/** The level's rank; a level that is not known stands above all. */
export const rankOfLevel = (level: string): number =>
  Object.hasOwn(levelRank, level) ? levelRank[level as keyof typeof levelRank] : highest;

/**
 * The more restrictive of two settings; of two that say the same, that of the higher level, then the first target and
 * pack by name. INVARIANT: a total order, so that `meet` is idempotent, commutative and associative.
 */
function stronger(a: GovernedSetting, b: GovernedSetting): GovernedSetting {
  const order =
    rankOf(a) - rankOf(b) ||
    rankOfLevel(a.level) - rankOfLevel(b.level) ||
    compareNames(b.level, a.level) ||
    compareNames(b.targetId ?? "", a.targetId ?? "") ||
    compareNames(b.pack ?? "", a.pack ?? "");
  return order >= 0 ? a : b;
}

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What two points of the lattice demand together: of each setting the most restrictive (SPECIFICATION D-36). */
export function meet(a: Demands, b: Demands): Demands {
  const met = new Map(a);
  for (const [key, setting] of b) {
    const other = met.get(key);
    met.set(key, other ? stronger(other, setting) : setting);
  }
  return met;
}

export function demand(setting: GovernedSetting): Demands {
  return new Map([[`${setting.dimension} ${setting.name ?? ""}`, setting]]);
}

/** What one settings document demands. An unknown value means the most restrictive known one (D-37). Never throws. */
export function readDemands(settings: unknown): Demands {
  if (!isObject(settings)) return noDemands;
  const level = typeof settings["level"] === "string" ? settings["level"] : "";
  const targetId = typeof settings["targetId"] === "string" && settings["targetId"] !== "" ? settings["targetId"] : "";
  const source = targetId === "" ? { level } : { level, targetId };
  let demands = noDemands;
  const add = (setting: GovernedSetting): void => {
    demands = meet(demands, demand(setting));
  };
  const { maxAutonomy, artifactGovernance, minimumModes, discovery, packs: named } = settings;
  if (isStated(maxAutonomy)) {
    add({ dimension: "autonomy", value: nameOr("autonomyLevel", maxAutonomy, "observe"), ...source });
  }
  if (isStated(artifactGovernance)) {
    const value = nameOr("artifactGovernance", artifactGovernance, "locked");
    add({ dimension: "artifactGovernance", value, ...source });
  }
  for (const [type, mode] of entriesOf(minimumModes)) {
    add({
      dimension: "mode",
      name: typeNames.get(type) ?? type,
      value: nameOr("enforcementMode", mode, "block"),
      ...source,
    });
  }
  for (const [name, allowed] of entriesOf(discovery)) {
    add({ dimension: "discovery", name, value: allowed === true ? "on" : "off", ...source });
  }
  for (const pack of expandPacks(named)) {
    add({ dimension: "pack", name: pack.pack, value: "on", ...source });
    for (const { type, mode } of pack.controls) {
      add({ dimension: "mode", name: type, value: mode, ...source, pack: pack.pack });
    }
  }
  return demands;
}

/** The packs that a list names; one that is not known means all of them. */
export function expandPacks(named: unknown): readonly (typeof packs)[number][] {
  if (!isStated(named)) return [];
  const list = Array.isArray(named) ? named : [undefined];
  return list.every((name) => packs.some(({ pack }) => pack === name))
    ? packs.filter(({ pack }) => list.includes(pack))
    : packs;
}

const isStated = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

const entriesOf = (value: unknown): [string, unknown][] =>
  isObject(value) ? Object.entries(value).filter(([, item]) => isStated(item)) : [];

const nameOr = (set: string, value: unknown, strictest: string): string =>
  (typeof value === "string" ? resolveName(set, value) : undefined) ?? strictest;
