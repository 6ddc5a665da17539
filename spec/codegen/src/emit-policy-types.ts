import { stateInterface, stateNames, stateScope, stateTables } from "./emit-state.ts";
import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { lowerCondition, type Target } from "./lower-cel.ts";
import type { ConditionSpec, FieldSpec, PolicyTypeSpec, Spec } from "./read-spec.ts";
import { pascal, pythonLiteral } from "./text.ts";

/** The catalogue of policy types: fields as tables, conditions lowered to native code, in both languages. */
export function emitPolicyTypes(spec: Spec): GeneratedFile[] {
  return [
    typescriptFile("packages/core/src/gen/policy-types.ts", typescript(spec)),
    pythonFile("python/src/holdpoint/_gen/policy_types.py", python(spec)),
  ];
}

const typescriptTarget: Target = {
  and: "&&",
  or: "||",
  not: "!",
  equals: (a, b) => `${a} === ${b}`,
  notEquals: (a, b) => `${a} !== ${b}`,
  member: (path) => `c.${path.join(".")}`,
  has: (path) => `c.${path.join(".")} !== undefined`,
  choose: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
  text: (value) => JSON.stringify(value),
};

const pythonTarget: Target = {
  and: "and",
  or: "or",
  not: "not ",
  equals: (a, b) => `${a} == ${b}`,
  notEquals: (a, b) => `${a} != ${b}`,
  member: pythonMember,
  has: (path) => `"${path[1]}" in c.${path[0]}`,
  choose: (condition, yes, no) => `(${yes} if ${condition} else ${no})`,
  text: (value) => JSON.stringify(value),
};

function pythonMember(path: readonly string[]): string {
  return path.length === 1 ? `c.${path[0]}` : `c.${path[0]}["${path[1]}"]`;
}

/** Which names a condition of this type may read. */
function knownNames(type: PolicyTypeSpec, spec: Spec): (path: readonly string[]) => boolean {
  const names = new Set(["cost"]);
  for (const field of Object.keys(type.fields)) names.add(`rule.${field}`);
  for (const name of stateNames(type)) names.add(name);
  for (const [name, operator] of Object.entries(type.uses ?? {})) {
    names.add(name);
    for (const field of Object.keys(spec.operators[operator]?.result ?? {})) names.add(`${name}.${field}`);
  }
  return (path) => names.has(path.join("."));
}

/** `"spent {cost:money} of {rule.x}"` → pieces of text and expressions. */
function splitTemplate(template: string): (string | { path: string[]; money: boolean })[] {
  return template
    .split(/(\{[^}]+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^\{([\w.]+)(:money)?\}$/.exec(part);
      return match ? { path: (match[1] ?? "").split("."), money: match[2] !== undefined } : part;
    });
}

function typescriptTemplate(template: string): string {
  return `\`${splitTemplate(template)
    .map((part) =>
      typeof part === "string"
        ? part.replace(/[`\\]/g, "\\$&")
        : `\${${part.money ? `formatMoney(c.${part.path.join(".")}${part.path[0] === "rule" ? " ?? 0" : ""})` : `c.${part.path.join(".")}`}}`,
    )
    .join("")}\``;
}

function pythonTemplate(template: string): string {
  const parts = splitTemplate(template).map((part) => {
    if (typeof part === "string") return JSON.stringify(part);
    return part.money ? `format_money(${pythonMember(part.path)})` : `str(${pythonMember(part.path)})`;
  });
  return parts.join(" + ");
}

function fieldTable(field: FieldSpec): Record<string, unknown> {
  const { doc: _doc, fields, ...rest } = field;
  return fields
    ? { ...rest, fields: Object.fromEntries(Object.entries(fields).map(([k, f]) => [k, fieldTable(f)])) }
    : rest;
}

function typescriptFieldType(field: FieldSpec): string {
  switch (field.type) {
    case "bool":
      return "boolean";
    case "int":
    case "number":
    case "money":
      return "number";
    case "enum":
      return field.set ? pascal(field.set) : (field.values ?? []).map((value) => JSON.stringify(value)).join(" | ");
    case "stringList":
    case "globList":
    case "patternList":
    case "categoryList":
      return "readonly string[]";
    case "object":
    case "objectList":
      return `${field.type === "object" ? "" : "readonly "}{ ${Object.entries(field.fields ?? {})
        .map(
          ([name, item]) =>
            `readonly ${name}${item.required || item.default !== undefined ? "" : "?"}: ${typescriptFieldType(item)}`,
        )
        .join("; ")} }${field.type === "object" ? "" : "[]"}`;
    default:
      return "string";
  }
}

function typescript(spec: Spec): string {
  const sets = new Set(["EnforcementMode", "Phase", "Severity", "AutonomyLevel", "Reason"]);
  const resultType = (type: string): string => (type === "bool" ? "boolean" : type === "severity" ? "Severity" : type);
  const operators = Object.entries(spec.operators).map(
    ([name, operator]) =>
      `/** ${operator.doc}. */\nexport interface ${pascal(name)} {\n${Object.entries(operator.result)
        .map(([field, type]) => `  readonly ${field}: ${resultType(type)};`)
        .join("\n")}\n  readonly evidence: readonly Evidence[];\n}`,
  );
  const types = spec.policyTypes.map((type) => {
    for (const field of Object.values(type.fields)) if (field.set && field.type === "enum") sets.add(pascal(field.set));
    const rule = Object.entries(type.fields)
      .map(
        ([name, field]) =>
          `  /** ${field.doc}. */\n  readonly ${name}${field.required || field.default !== undefined ? "" : "?"}: ${typescriptFieldType(field)};`,
      )
      .join("\n");
    const scope = [
      `  readonly rule: ${pascal(type.type)}Rule;`,
      "  readonly cost: number;",
      ...stateScope(type),
      ...Object.entries(type.uses ?? {}).map(([name, operator]) => `  readonly ${name}: ${pascal(operator)};`),
    ].join("\n");
    return `/** ${type.title}: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ${pascal(type.type)}Rule {\n${rule}\n}

/** What the conditions of \`${type.type}\` read. */
export interface ${pascal(type.type)}Scope {\n${scope}\n}

const ${type.type}: PolicyType<${pascal(type.type)}Scope> = {
  number: ${type.number},
  type: "${type.type}",
  title: ${JSON.stringify(type.title)},
  aliases: ${JSON.stringify(type.aliases)},
  phases: ${JSON.stringify(type.phases)},
  severity: "${type.severity}",
  tier: "${type.tier}",
  reads: ${JSON.stringify(type.reads)},
  atLeastOne: ${JSON.stringify(type.atLeastOne ?? [])},
  fields: ${JSON.stringify(Object.fromEntries(Object.entries(type.fields).map(([name, f]) => [name, fieldTable(f)])))},
  state: ${JSON.stringify(stateTables(type))},
  uses: ${JSON.stringify(Object.entries(type.uses ?? {}).map(([name, operator]) => ({ name, operator })))},
  conditions: [\n${type.conditions.map((condition) => typescriptCondition(condition, type, spec)).join("\n")}\n  ],
};`;
  });
  return `import type { Evidence } from "./messages";
import type { ${[...sets].sort().join(", ")} } from "./tables";

export interface FieldTable {
  readonly type: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly set?: string;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly env?: string;
  readonly fields?: Readonly<Record<string, FieldTable>>;
}

${stateInterface}

export interface Condition<Scope> {
  readonly id: string;
  readonly effect: "violation" | "alert";
  readonly reason: Reason;
  /** The strongest mode that this condition asks for, whatever the policy's mode. */
  readonly mode?: EnforcementMode;
  /** The state until whose window's end a violation that blocks also pauses the agent. */
  readonly pause?: string;
  readonly when: (c: Scope) => boolean;
  readonly message: (c: Scope) => string;
  readonly severity?: (c: Scope) => Severity;
  readonly evidence?: (c: Scope) => readonly Evidence[];
}

export interface PolicyType<Scope> {
  readonly number: number;
  readonly type: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly phases: readonly Phase[];
  readonly severity: Severity;
  readonly tier: AutonomyLevel;
  readonly reads: readonly string[];
  readonly atLeastOne: readonly string[];
  readonly fields: Readonly<Record<string, FieldTable>>;
  readonly state: readonly StateTable[];
  readonly uses: readonly { readonly name: string; readonly operator: OperatorName }[];
  readonly conditions: readonly Condition<Scope>[];
}

export type OperatorName = ${Object.keys(spec.operators)
    .map((name) => JSON.stringify(name))
    .join(" | ")};

${operators.join("\n\n")}

/** Micro-dollars as a decimal amount: at least two digits after the point, at most six. */
export function formatMoney(micros: number): string {
  const sign = micros < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(micros) / 1_000_000);
  const rest = String(Math.abs(micros) % 1_000_000).padStart(6, "0");
  return \`\${sign}\${whole}.\${rest.slice(0, 2)}\${rest.slice(2).replace(/0+$/, "")} USD\`;
}

${types.join("\n\n")}

/** Every policy type, by name. */
export const policyTypes = { ${spec.policyTypes.map((type) => type.type).join(", ")} } as const;`;
}

function typescriptCondition(condition: ConditionSpec, type: PolicyTypeSpec, spec: Spec): string {
  const known = knownNames(type, spec);
  const lines = [
    `      id: "${condition.id}",`,
    `      effect: "${condition.effect ?? "violation"}",`,
    `      reason: "${condition.reason}",`,
    ...(condition.mode ? [`      mode: "${condition.mode}",`] : []),
    ...(condition.pause ? [`      pause: "${condition.pause}",`] : []),
    `      when: (c) => ${lowerCondition(condition.when, typescriptTarget, known)},`,
    `      message: (c) => ${typescriptTemplate(condition.message)},`,
    ...(condition.severity ? [`      severity: (c) => c.${condition.severity},`] : []),
    ...(condition.evidence ? [`      evidence: (c) => c.${condition.evidence}.evidence,`] : []),
  ];
  return `    {\n${lines.join("\n")}\n    },`;
}

function python(spec: Spec): string {
  const functions: string[] = [];
  const tables = spec.policyTypes.map((type) => {
    const known = knownNames(type, spec);
    const conditions = type.conditions.map((condition) => {
      const base = `_${type.type}_${condition.id}`;
      functions.push(
        `def ${base}_when(c: Scope) -> bool:\n    return bool(${lowerCondition(condition.when, pythonTarget, known)})`,
        `def ${base}_message(c: Scope) -> str:\n    return ${pythonTemplate(condition.message)}`,
      );
      const parts = [
        `id="${condition.id}"`,
        `effect="${condition.effect ?? "violation"}"`,
        `reason="${condition.reason}"`,
        `mode=${pythonLiteral(condition.mode)}`,
        `pause=${pythonLiteral(condition.pause)}`,
        `when=${base}_when`,
        `message=${base}_message`,
        `severity=${pythonLiteral(condition.severity?.split("."))}`,
        `evidence=${pythonLiteral(condition.evidence)}`,
      ];
      return `            Condition(${parts.join(", ")}),`;
    });
    return `    "${type.type}": PolicyType(
        number=${type.number},
        type="${type.type}",
        title=${JSON.stringify(type.title)},
        aliases=${pythonLiteral(type.aliases)},
        phases=${pythonLiteral(type.phases)},
        severity="${type.severity}",
        tier="${type.tier}",
        reads=${pythonLiteral(type.reads)},
        at_least_one=${pythonLiteral(type.atLeastOne ?? [])},
        fields=${pythonLiteral(Object.fromEntries(Object.entries(type.fields).map(([name, f]) => [name, fieldTable(f)])))},
        state=${pythonLiteral(stateTables(type))},
        uses=${pythonLiteral(Object.entries(type.uses ?? {}))},
        conditions=[\n${conditions.join("\n")}\n        ],
    ),`;
  });
  return `"""The catalogue of policy types, conditions lowered to Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(slots=True)
class Scope:
    """What the conditions of one policy read."""

    rule: dict[str, Any]
    cost: int
    usage: dict[str, int]
    share: dict[str, float]
${[...new Set(spec.policyTypes.flatMap((type) => Object.keys(type.uses ?? {})))].map((name) => `    ${name}: Any = None`).join("\n")}


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to violate a policy."""

    id: str
    effect: str
    reason: str
    mode: str | None
    # The state until whose window's end a violation that blocks also pauses the agent.
    pause: str | None
    when: Callable[[Scope], bool]
    message: Callable[[Scope], str]
    severity: list[str] | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class PolicyType:
    """One type of the catalogue."""

    number: int
    type: str
    title: str
    aliases: list[str]
    phases: list[str]
    severity: str
    tier: str
    reads: list[str]
    at_least_one: list[str]
    fields: dict[str, dict[str, Any]]
    state: list[dict[str, Any]]
    uses: list[list[str]]
    conditions: list[Condition]


def format_money(micros: int) -> str:
    """Micro-dollars as a decimal amount: at least two digits after the point, at most six."""
    sign = "-" if micros < 0 else ""
    whole, rest = divmod(abs(micros), 1_000_000)
    digits = f"{rest:06d}"
    return f"{sign}{whole}.{digits[:2]}{digits[2:].rstrip('0')} USD"


${functions.join("\n\n\n")}


POLICY_TYPES: Final[dict[str, PolicyType]] = {\n${tables.join("\n")}\n}`;
}
