import { readYamlFolder } from "./read-spec.ts";

interface PiiPattern {
  readonly id: string;
  readonly pattern: string;
  readonly flags?: string;
  readonly boundary?: string;
  readonly validator?: string;
  readonly confidence: number;
  readonly context?: readonly string[];
  readonly context_confidence?: number;
  readonly context_required?: boolean;
  /** Words that say that it is something else. */
  readonly unless?: readonly string[];
  /** `token` (the default) or `text` (SPECIFICATION T-21). */
  readonly lane?: "token" | "text";
  /** The check of a value that fills its field, where it is another one (SPECIFICATION T-30). */
  readonly field_validator?: string;
  /** What a value that fills its field says (SPECIFICATION T-30), where it is something else than its check says. */
  readonly field?: "none" | "asked" | "checked";
}
export interface PiiFile {
  readonly categories: readonly {
    category: string;
    label: string;
    severity: string;
    keep_last?: number;
    /** Lists of words (`context-lists.yaml`) that every pattern of the category has beside its own. */
    context_lists?: readonly string[];
    /** False where no value that fills its field says anything. */
    fields?: boolean;
    patterns: readonly PiiPattern[];
  }[];
}

interface NumberCheck {
  readonly name: string;
  readonly digits: readonly number[];
  readonly starts?: string;
  readonly month?: number;
  readonly day?: number;
  readonly day_less?: readonly number[];
  readonly luhn?: boolean;
  readonly sums?: readonly {
    readonly weights: readonly number[];
    readonly again?: readonly number[];
    readonly crossed?: number;
    readonly modulus: number;
    readonly take: "rest" | "complement" | "complement10";
    readonly ten: number;
    readonly at?: number;
  }[];
}

export const readPiiFiles = (): readonly { readonly data: unknown }[] =>
  readYamlFolder<unknown>("catalog/detectors/pii");

/** Plans of telephone numbers as one text, a plan a line: calling code, trunk prefix, pattern; taken apart when first needed. */
export function readPhonePlans(): string {
  type Plan = { readonly code: string; readonly trunk: string; readonly numbers: string };
  const plans = readPiiFiles().flatMap(({ data }) => (data as { readonly plans?: readonly Plan[] }).plans ?? []);
  return plans.map(({ code, trunk, numbers }) => `${code},${trunk},${numbers}`).join("\n");
}

type ContextLists = Readonly<Record<string, readonly string[]>>;

export const readContextLists = (): ContextLists =>
  Object.assign({}, ...readPiiFiles().map(({ data }) => (data as { readonly lists?: ContextLists }).lists ?? {}));

export function listContext(
  pattern: PiiPattern,
  names: readonly string[],
  lists: ContextLists,
): readonly (readonly string[])[] {
  const shared = names.map((name) => {
    const list = lists[name];
    if (!list) throw new Error(`${pattern.id}: there is no list of words \`${name}\``);
    return list;
  });
  return [pattern.context ?? [], ...shared];
}

interface FieldRules {
  readonly format_checks: readonly string[];
  readonly other_numbers: readonly string[];
}

export function readFieldRules(): FieldRules {
  const found = readPiiFiles().find(({ data }) => (data as Partial<FieldRules>).format_checks !== undefined);
  if (!found) throw new Error("catalog/detectors/pii has no `format_checks`");
  return found.data as FieldRules;
}

/** What a value that fills its field says: `checked` where digits are checked, `asked` where a rule has to name the category. */
export function fieldOf(pattern: PiiPattern, isCounted: boolean, rules: FieldRules): "" | "asked" | "checked" {
  if (pattern.field) return pattern.field === "none" ? "" : pattern.field;
  if (!isCounted) return "";
  const check = pattern.field_validator ?? pattern.validator;
  return check === undefined || rules.format_checks.includes(check) ? "asked" : "checked";
}

/** Checks of numbers that are data (validators.md). */
export function readNumberChecks() {
  const rows = readPiiFiles().flatMap(
    ({ data }) => (data as { readonly checks?: readonly NumberCheck[] }).checks ?? [],
  );
  return rows.map((row) => ({
    name: row.name,
    digits: row.digits,
    starts: row.starts ?? "",
    month: row.month ?? -1,
    day: row.day ?? -1,
    dayLess: row.day_less ?? [],
    luhn: row.luhn ?? false,
    sums: (row.sums ?? []).map((sum) => ({
      weights: sum.weights,
      again: sum.again ?? [],
      crossed: sum.crossed ?? -1,
      modulus: sum.modulus,
      take: sum.take,
      ten: sum.ten,
      at: sum.at ?? sum.weights.length,
    })),
  }));
}
