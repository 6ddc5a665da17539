import { pythonTarget, typescriptTarget } from "./cel-targets.ts";
import type { ConditionNames } from "./cel-types.ts";
import { createSetWriter, needsTexts } from "./client-sets.ts";
import { listConditionNames } from "./condition-names.ts";
import { stateInterface, stateScope, stateTables } from "./emit-state.ts";
import { listTemplateParts, pythonTemplate, typescriptTemplate } from "./emit-template.ts";
import { typescriptType } from "./field-types.ts";
import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { lowerCondition } from "./lower-cel.ts";
import type { ConditionSpec, FieldSpec, PolicyTypeSpec, Spec } from "./read-spec.ts";
import { pascal, pythonLiteral } from "./text.ts";

/** The catalogue of policy types: fields as tables, conditions lowered to native code, in both languages. */
export function emitPolicyTypes(spec: Spec): GeneratedFile[] {
  return [
    typescriptFile("packages/core/src/gen/policy-types.ts", typescript(spec)),
    typescriptFile("packages/core/src/gen/all-policy-types.ts", typescriptOfTexts(spec)),
    typescriptFile("packages/cli/src/gen/policy-type-titles.ts", typescriptOfTitles(spec)),
    pythonFile("python/src/holdpoint/_gen/policy_types.py", python(spec)),
  ];
}

/** Parts of the request that a type reads: those that its file names, and those that its conditions do. */
function listReads(type: PolicyTypeSpec, names: ConditionNames): string[] {
  const reads = new Set(type.reads);
  for (const { when, message } of type.conditions) {
    for (const part of lowerCondition(when, typescriptTarget, names).parts) reads.add(part);
    for (const part of listTemplateParts(message, names)) reads.add(part);
  }
  // What says who asks breaks every policy anyway.
  reads.delete("identity");
  return [...reads];
}

function fieldTable(field: FieldSpec): Record<string, unknown> {
  const { doc: _doc, fields, ...rest } = field;
  return fields
    ? { ...rest, fields: Object.fromEntries(Object.entries(fields).map(([k, f]) => [k, fieldTable(f)])) }
    : rest;
}

const resultTypes: Readonly<Record<string, string>> = {
  bool: "boolean",
  severity: "Severity",
  stringList: "readonly string[]",
};

/** Closed sets that the fields of a rule name. */
const listSets = (fields: Readonly<Record<string, FieldSpec>>): string[] =>
  Object.values(fields).flatMap((field) => [
    ...(field.set && field.type.startsWith("enum") ? [pascal(field.set)] : []),
    ...listSets(field.fields ?? {}),
  ]);

const namesOf = (types: readonly PolicyTypeSpec[]): string => types.map(({ type }) => type).join(", ");

/** The types that need the part for texts, in a file of their own: an entry without that part does not load them. */
function typescriptOfTexts(spec: Spec): string {
  const types = spec.policyTypes.filter((type) => needsTexts(type, spec));
  const scopes = types.map(({ type }) => `${pascal(type)}Scope`);
  const sets = createSetWriter(spec);
  const tables = types.map((type) => sets.write(typescriptTable(type, spec)));
  return `import * as lowered from "../policy/lowered";
import { formatMoney, type PolicyType, rulePolicyTypes, ${scopes.map((name) => `type ${name}`).join(", ")} } from "./policy-types";
${sets.imports()}
${tables.join("\n\n")}

/** Every policy type, by name. */
export const policyTypes = { ...rulePolicyTypes, ${namesOf(types)} } as const;`;
}

const typescriptOfTitles = ({ policyTypes }: Spec): string =>
  `/** What people call the policy types. No part of the core: nothing that decides needs it. */
export const policyTypeTitles: Readonly<Record<string, string>> = {
${policyTypes.map(({ type, title }) => `  ${type}: ${JSON.stringify(title)},`).join("\n")}
};`;

function typescript(spec: Spec): string {
  const sets = new Set(["EnforcementMode", "Phase", "Severity", "AutonomyLevel", "Reason"]);
  const operators = Object.entries(spec.operators).map(
    ([name, operator]) =>
      `/** ${operator.doc}. */\nexport interface ${pascal(name)} {\n${Object.entries(operator.result)
        .map(([field, type]) => `  readonly ${field}: ${resultTypes[type] ?? type};`)
        .join("\n")}\n  readonly evidence: readonly Evidence[];\n}`,
  );
  const interfaces = spec.policyTypes.map((type) => {
    for (const set of listSets(type.fields)) sets.add(set);
    const rule = Object.entries(type.fields)
      .map(
        ([name, field]) =>
          `  /** ${field.doc}. */\n  readonly ${name}${field.required || field.default !== undefined ? "" : "?"}: ${typescriptType(field)};`,
      )
      .join("\n");
    const scope = [
      `  readonly rule: ${pascal(type.type)}Rule;`,
      "  readonly cost: number;",
      "  readonly evaluation: Evaluation;",
      ...stateScope(type),
      ...Object.entries(type.uses ?? {}).map(([name, operator]) => `  readonly ${name}: ${pascal(operator)};`),
    ].join("\n");
    return `/** ${type.title}: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ${pascal(type.type)}Rule {\n${rule}\n}

/** What the conditions of \`${type.type}\` read. */
export interface ${pascal(type.type)}Scope {\n${scope}\n}`;
  });
  const types = spec.policyTypes.filter((type) => !needsTexts(type, spec));
  return `import * as lowered from "../policy/lowered";
import type { Evaluation } from "../policy/operator";
import type { Evidence } from "./messages";
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
  readonly type: string;
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

${interfaces.join("\n\n")}

${types.map((type) => typescriptTable(type, spec)).join("\n\n")}

/** The names of all policy types, by themselves and by their aliases. */
export const policyTypeNames = {
${spec.policyTypes.map(({ type, aliases }) => `  ${[type, ...aliases].map((name) => `${name}: "${type}"`).join(", ")},`).join("\n")}
} as const;
export type PolicyTypeName = (typeof policyTypeNames)[keyof typeof policyTypeNames];

/** The policy types that look at no text, by name. */
export const rulePolicyTypes = { ${namesOf(types)} } as const;`;
}

function typescriptTable(type: PolicyTypeSpec, spec: Spec): string {
  const names = listConditionNames(type, spec);
  return `export const ${type.type}: PolicyType<${pascal(type.type)}Scope> = {
  type: "${type.type}",
  aliases: ${JSON.stringify(type.aliases)},
  phases: ${JSON.stringify(type.phases)},
  severity: "${type.severity}",
  tier: "${type.tier}",
  reads: ${JSON.stringify(listReads(type, names))},
  atLeastOne: ${JSON.stringify(type.atLeastOne ?? [])},
  fields: ${JSON.stringify(Object.fromEntries(Object.entries(type.fields).map(([name, f]) => [name, fieldTable(f)])))},
  state: ${JSON.stringify(stateTables(type))},
  uses: ${JSON.stringify(Object.entries(type.uses ?? {}).map(([name, operator]) => ({ name, operator })))},
  conditions: [\n${type.conditions.map((condition) => typescriptCondition(condition, names)).join("\n")}\n  ],
};`;
}

function typescriptCondition(condition: ConditionSpec, names: ConditionNames): string {
  const lines = [
    `      id: "${condition.id}",`,
    `      effect: "${condition.effect ?? "violation"}",`,
    `      reason: "${condition.reason}",`,
    ...(condition.mode ? [`      mode: "${condition.mode}",`] : []),
    ...(condition.pause ? [`      pause: "${condition.pause}",`] : []),
    `      when: (c) => ${lowerCondition(condition.when, typescriptTarget, names).code},`,
    `      message: (c) => ${typescriptTemplate(condition.message, names)},`,
    ...(condition.severity ? [`      severity: (c) => c.${condition.severity},`] : []),
    ...(condition.evidence ? [`      evidence: (c) => c.${condition.evidence}.evidence,`] : []),
  ];
  return `    {\n${lines.join("\n")}\n    },`;
}

function python(spec: Spec): string {
  const functions: string[] = [];
  const tables = spec.policyTypes.map((type) => {
    const names = listConditionNames(type, spec);
    const conditions = type.conditions.map((condition) => {
      const base = `_${type.type}_${condition.id}`;
      functions.push(
        `def ${base}_when(c: Scope) -> bool:\n    return bool(${lowerCondition(condition.when, pythonTarget, names).code})`,
        `def ${base}_message(c: Scope) -> str:\n    return ${pythonTemplate(condition.message, names)}`,
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
        type="${type.type}",
        aliases=${pythonLiteral(type.aliases)},
        phases=${pythonLiteral(type.phases)},
        severity="${type.severity}",
        tier="${type.tier}",
        reads=${pythonLiteral(listReads(type, names))},
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
    evaluation: Any
    # What lowered conditions call.
    fn: Any
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

    type: str
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
