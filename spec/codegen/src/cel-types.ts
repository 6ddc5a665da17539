/** What a part of a condition is. A `bounded` number is finite whatever is added to it or multiplied with it. */
export type CelType =
  | { readonly kind: "string" | "bool" | "dyn" | "instant" }
  | { readonly kind: "number"; readonly bounded: boolean }
  | { readonly kind: "list" | "map"; readonly item: CelType };

export const text: CelType = { kind: "string" };
export const bool: CelType = { kind: "bool" };
export const dyn: CelType = { kind: "dyn" };
export const instant: CelType = { kind: "instant" };
export const boundedNumber: CelType = { kind: "number", bounded: true };
export const anyNumber: CelType = { kind: "number", bounded: false };
export const listOf = (item: CelType): CelType => ({ kind: "list", item });
export const mapOf = (item: CelType): CelType => ({ kind: "map", item });

export function formatType(type: CelType): string {
  return type.kind === "list" || type.kind === "map" ? `${type.kind}(${formatType(type.item)})` : type.kind;
}

/** A name that a condition may read: its type, its source in each language, and what it means when it is absent. */
export interface ConditionName {
  readonly type: CelType;
  readonly typescript: string;
  readonly python: string;
  /** Absent unless `has` said otherwise; reading it then fails. */
  readonly optional?: { readonly typescript: string; readonly python: string };
  /** The part of the request it stands in. */
  readonly part?: string;
}

export type ConditionNames = ReadonlyMap<string, ConditionName>;
