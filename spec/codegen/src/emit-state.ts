import type { PolicyTypeSpec, StateSpec } from "./read-spec.ts";

/** What the generated policy types say about one counter, as TypeScript. */
export const stateInterface = `/**
 * A counter that a type reads. \`scope\`, \`scopeId\`, \`window\`, \`only\`, \`leak\`, \`strict\` and \`cap\` may name a field of the rule
 * (\`rule.window\`), \`resetDay\` and \`timezone\` always do.
 */
export interface StateTable {
  readonly name: string;
  readonly metric: string;
  readonly scope: string;
  readonly scopeId?: string;
  readonly window: string;
  readonly kind?: "calendar" | "sliding" | "bucket";
  readonly resetDay?: string;
  readonly timezone?: string;
  /** The counter is read and charged only when the rule sets this field. */
  readonly only?: string;
  /** Of a bucket: how much leaves it in one window. */
  readonly leak?: string;
  readonly strict?: string;
  /** The most that may be counted in one window, where the type has such a field. */
  readonly cap?: string;
  /** Whether conditions may ask which share of the window is over. */
  readonly share?: boolean;
}`;

const keys = [
  "metric",
  "scope",
  "scopeId",
  "window",
  "kind",
  "resetDay",
  "timezone",
  "only",
  "leak",
  "strict",
  "cap",
  "share",
] as const;

/** The counters of a type as tables; fields of the rule that the contract names bare stand without \`rule.\`. */
export function stateTables(type: PolicyTypeSpec): Record<string, unknown>[] {
  return Object.entries(type.state ?? {}).map(([name, state]) => {
    refuseUnknownKeys(type, name, state);
    const table: Record<string, unknown> = { name };
    for (const key of keys) {
      const value = state[key];
      if (value === undefined) continue;
      table[key] = key === "resetDay" || key === "timezone" ? String(value).replace(/^rule\./, "") : value;
      if (typeof value === "string" && value.startsWith("rule.") && !(value.slice(5) in type.fields))
        throw new Error(`${type.type}: state \`${name}\` names an unknown field \`${value}\``);
    }
    return table;
  });
}

/** Names that the counters of a type add to what its conditions may read. */
export function stateNames(type: PolicyTypeSpec): readonly { readonly record: string; readonly name: string }[] {
  return Object.entries(type.state ?? {}).flatMap(([name, { share }]) =>
    ["usage", ...(share ? ["share"] : [])].map((record) => ({ record, name })),
  );
}

/** Members of a type's scope in TypeScript. */
export function stateScope(type: PolicyTypeSpec): string[] {
  const record = (names: readonly string[]): string => names.map((name) => `readonly ${name}: number`).join("; ");
  const all = Object.keys(type.state ?? {});
  const shared = all.filter((name) => type.state?.[name]?.share);
  return [
    ...(all.length > 0 ? [`  readonly usage: { ${record(all)} };`] : []),
    ...(shared.length > 0 ? [`  readonly share: { ${record(shared)} };`] : []),
  ];
}

function refuseUnknownKeys(type: PolicyTypeSpec, name: string, state: StateSpec): void {
  for (const key of Object.keys(state)) {
    if (!keys.includes(key as (typeof keys)[number]))
      throw new Error(`${type.type}: state \`${name}\` has an unknown key \`${key}\``);
  }
}
