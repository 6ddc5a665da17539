import { listClientSets } from "./client-sets.ts";
import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import type { Constant, EnumTable, Spec } from "./read-spec.ts";
import { secretKinds } from "./rule-schema.ts";
import { pascal, pythonLiteral, snake, typescriptLiteral, upperSnake } from "./text.ts";

/** Closed sets, limits, reasons, scoring, tiers and expression variables, for the evaluator in both languages. */
export function emitTables(spec: Spec): GeneratedFile[] {
  const reasons = Object.entries(spec.reasons);
  const typescript = [
    ...Object.entries(spec.enums).map(([name, table]) => typescriptEnum(name, table)),
    typescriptEnum("reason", { doc: "Why", values: reasons.flatMap(([, list]) => list) }),
    `export const failureReasons = ${typescriptLiteral(spec.reasons["failure"]?.map((r) => r.name))} as const;\nexport type FailureReason = (typeof failureReasons)[number];`,
    typescriptClosedSets(spec),
    typescriptConstants("limits", spec.limits),
    `/** The environment of a request that names none. */\nexport const environmentDefault = ${typescriptLiteral(spec.defaults.find((row) => row.name === "environment")?.value)};`,
    `/** How outputs are checked while they flow. */\nexport const streams = ${typescriptLiteral(spec.streams)} as const;`,
    `/** Types of the variables of expressions. */\nexport const expressionVariables = ${typescriptLiteral(withFields(spec.expressionEnv["variables"] ?? {}))} as const;`,
    `/** Variables of expressions that are one of a few texts, and which. */\nexport const closedVariables: Readonly<Record<string, readonly string[]>> = { ${closedVariables(spec, (set) => `${set}Values`)} };`,
    `/** Members of the variable \`usage\` of expressions: the counters that they read. */\nexport const usageVariables = ${typescriptLiteral(spec.expressionEnv["usageVariables"] ?? {})} as const;`,
    `/** Types of the variables of the constraints of tool rules. */\nexport const toolRuleVariables = ${typescriptLiteral(withFields(spec.expressionEnv["toolRuleVariables"] ?? {}))} as const;`,
    `/** Types of the variables of the conditions of action approvals. */\nexport const actionVariables = ${typescriptLiteral(withFields(spec.expressionEnv["actionVariables"] ?? {}))} as const;`,
    `/** Types of the variables of conditions over an earlier step of a session. */\nexport const stepVariables = ${typescriptLiteral(withFields(spec.expressionEnv["stepVariables"] ?? {}))} as const;`,
  ].join("\n\n");
  const textTables = [
    `/** What classifiers are asked, and what their answers mean. */\nexport const classifiers = ${typescriptLiteral(spec.classifiers)} as const;`,
    `/** Scores from which a severity follows, and what shifts them. */\nexport const scoring = ${typescriptLiteral(spec.scoring)} as const;`,
    `/** What our own checks of answers look for. */\nexport const quality = ${typescriptLiteral(spec.quality)} as const;`,
    `/** Policy types that each autonomy tier adds to the one before. */\nexport const tiers = ${typescriptLiteral(spec.tiers)} as const;`,
  ].join("\n\n");
  const python = [
    '"""Closed sets, limits, defaults, reasons: the contract\'s tables."""\n\nfrom __future__ import annotations\n\nfrom typing import Any, Final, Literal',
    ...Object.entries(spec.enums).map(([name, table]) => pythonEnum(name, table)),
    pythonEnum("reason", { doc: "Why", values: reasons.flatMap(([, list]) => list) }),
    pythonClosedSets(spec),
    `FAILURE_REASONS: Final = ${pythonTuple(spec.reasons["failure"]?.map((r) => r.name) ?? [])}`,
    ...spec.limits.map(pythonConstant),
    ...spec.defaults.map((constant) => pythonConstant({ ...constant, name: `default_${snake(constant.name)}` })),
    `SCORING: Final[dict[str, Any]] = ${pythonLiteral(spec.scoring)}`,
    `QUALITY: Final[dict[str, Any]] = ${pythonLiteral(spec.quality)}`,
    `TELEMETRY: Final[dict[str, Any]] = ${pythonLiteral(spec.telemetry)}`,
    `CLASSIFIERS: Final[dict[str, Any]] = ${pythonLiteral(spec.classifiers)}`,
    `STREAMS: Final[dict[str, Any]] = ${pythonLiteral(spec.streams)}`,
    `TIERS: Final[list[dict[str, Any]]] = ${pythonLiteral(spec.tiers)}`,
    `EXPRESSION_VARIABLES: Final[dict[str, Any]] = ${pythonLiteral(withFields(spec.expressionEnv["variables"] ?? {}))}`,
    `CLOSED_VARIABLES: Final[dict[str, tuple[str, ...]]] = {${closedVariables(spec, (set) => `${upperSnake(set)}_VALUES`)}}`,
    `USAGE_VARIABLES: Final[dict[str, dict[str, str]]] = ${pythonLiteral(spec.expressionEnv["usageVariables"] ?? {})}`,
    `TOOL_RULE_VARIABLES: Final[dict[str, Any]] = ${pythonLiteral(withFields(spec.expressionEnv["toolRuleVariables"] ?? {}))}`,
    `STEP_VARIABLES: Final[dict[str, Any]] = ${pythonLiteral(withFields(spec.expressionEnv["stepVariables"] ?? {}))}`,
    `ACTION_VARIABLES: Final[dict[str, Any]] = ${pythonLiteral(withFields(spec.expressionEnv["actionVariables"] ?? {}))}`,
    `HTTP_OUTCOMES: Final[list[dict[str, str]]] = ${pythonLiteral(spec.httpOutcomes.map(({ match, outcome }) => ({ match, outcome })))}`,
    `DROP_REASONS: Final = ${pythonTuple(spec.dropReasons.map((reason) => reason.name))}`,
  ].join("\n\n");
  return [
    typescriptFile("packages/core/src/gen/tables.ts", typescript),
    typescriptFile("packages/core/src/gen/text-tables.ts", textTables),
    pythonFile("python/src/holdpoint/_gen/tables.py", python),
    pythonFile("python/src/holdpoint/_gen/__init__.py", '"""Generated from the contract."""'),
    typescriptFile("packages/endpoints/src/gen/constants.ts", endpointConstants(spec)),
    typescriptFile("packages/sdk/src/gen/constants.ts", clientConstants(spec)),
    typescriptFile("packages/control-plane/src/gen/constants.ts", serverConstants(spec)),
  ];
}

/** By variable: the constant that has its closed set. */
function closedVariables({ expressionEnv, enums }: Spec, nameOf: (set: string) => string): string {
  const entries = Object.entries(expressionEnv["closedVariables"] ?? {}).map(([variable, set]) => {
    if (!enums[String(set)]) throw new Error(`expression-env.yaml: \`${variable}\` has no closed set \`${set}\``);
    return `${JSON.stringify(variable)}: ${nameOf(String(set))}`;
  });
  return entries.join(", ");
}

/** Of the room that client and server share: it is copied into both, so it has no more than it needs. */
function endpointConstants(spec: Spec): string {
  const own = spec.defaults.filter(({ name }) => /^(classifier|validator)/.test(name));
  return [
    typescriptConstants("defaults", own),
    `/** What classifiers are asked, and what their answers mean. */\nexport const classifiers = ${typescriptLiteral(spec.classifiers)} as const;`,
  ].join("\n\n");
}

function clientConstants(spec: Spec): string {
  return [
    typescriptConstants("defaults", spec.defaults),
    `/** What the client does with an answer; the first match wins. */\nexport const httpOutcomes = ${typescriptLiteral(spec.httpOutcomes.map(({ match, outcome }) => ({ match, outcome })))} as const;\nexport type HttpOutcome = (typeof httpOutcomes)[number]["outcome"];`,
    `/** What the client tells OpenTelemetry. */\nexport const telemetry = ${typescriptLiteral(spec.telemetry)} as const;`,
    `/** Why an event was not delivered. */\nexport const dropReasons = ${typescriptLiteral(spec.dropReasons.map((reason) => reason.name))} as const;\nexport type DropReason = (typeof dropReasons)[number];`,
    `/** What evidence of credentials says they are. */\nexport const secretKinds: readonly string[] = ${typescriptLiteral(secretKinds())};`,
  ].join("\n\n");
}

function serverConstants(spec: Spec): string {
  const rows = spec.errors.api.map((row) => `  ${row.code}: ${row.status},`).join("\n");
  return [
    typescriptConstants("defaults", spec.defaults),
    `/** Error codes of the API and their HTTP status. */\nexport const apiErrors = {\n${rows}\n} as const;\nexport type ApiErrorCode = keyof typeof apiErrors;`,
  ].join("\n\n");
}

function typescriptEnum(name: string, table: EnumTable): string {
  const type = pascal(name);
  const list = table.values.map((value) => JSON.stringify(value.name)).join(", ");
  const parts = [
    `/** ${table.doc}. */\nexport const ${name}Values = [${list}] as const;\nexport type ${type} = (typeof ${name}Values)[number];`,
  ];
  if (table.values.some((value) => value.rank !== undefined)) {
    parts.push(
      `export const ${name}Rank: Readonly<Record<${type}, number>> = { ${table.values.map((value) => `${value.name}: ${value.rank}`).join(", ")} };`,
    );
  }
  const aliases = table.values.flatMap((value) => (value.aliases ?? []).map((alias) => `${alias}: "${value.name}"`));
  if (aliases.length > 0)
    parts.push(`export const ${name}Aliases: Readonly<Record<string, ${type}>> = { ${aliases.join(", ")} };`);
  return parts.join("\n");
}

function pythonEnum(name: string, table: EnumTable): string {
  const constant = upperSnake(name);
  const names = table.values.map((value) => value.name);
  const parts = [
    `# ${table.doc}.\n${pascal(name)} = Literal[${names.map((value) => JSON.stringify(value)).join(", ")}]`,
    `${constant}_VALUES: Final[tuple[str, ...]] = ${pythonTuple(names)}`,
  ];
  if (table.values.some((value) => value.rank !== undefined)) {
    parts.push(
      `${constant}_RANK: Final[dict[str, int]] = {${table.values.map((value) => `"${value.name}": ${value.rank}`).join(", ")}}`,
    );
  }
  const aliases = table.values.flatMap((value) => (value.aliases ?? []).map((alias) => `"${alias}": "${value.name}"`));
  if (aliases.length > 0) parts.push(`${constant}_ALIASES: Final[dict[str, str]] = {${aliases.join(", ")}}`);
  return parts.join("\n");
}

const hasAliases = (table: EnumTable): boolean => table.values.some((value) => (value.aliases ?? []).length > 0);

function typescriptClosedSets(spec: Spec): string {
  const names = [...listClientSets(spec)].filter((name) => name === "reason" || name in spec.enums).sort();
  const aliased = Object.entries(spec.enums).flatMap(([name, table]) => (hasAliases(table) ? [name] : []));
  return `/** The closed sets that are known by their names; fields of texts and of documents that clients do not read carry their own values. */
export const closedSets: Readonly<Record<string, readonly string[]>> = {\n${names.map((name) => `  ${name}: ${name}Values,`).join("\n")}\n};
/** Other names that are accepted on input, by set. */
export const closedSetAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {\n${aliased.map((name) => `  ${name}: ${name}Aliases,`).join("\n")}\n};`;
}

function pythonClosedSets(spec: Spec): string {
  const names = [...Object.keys(spec.enums), "reason"].sort();
  const aliased = Object.entries(spec.enums).flatMap(([name, table]) => (hasAliases(table) ? [name] : []));
  const rows = names.map((name) => `    "${name}": ${upperSnake(name)}_VALUES,`).join("\n");
  const aliases = aliased.map((name) => `    "${name}": ${upperSnake(name)}_ALIASES,`).join("\n");
  return `# The closed sets that a field of a document or of a rule may name.
CLOSED_SETS: Final[dict[str, tuple[str, ...]]] = {\n${rows}\n}
# Other names that are accepted on input, by set.
CLOSED_SET_ALIASES: Final[dict[str, dict[str, str]]] = {\n${aliases}\n}`;
}

function typescriptConstants(name: string, constants: readonly Constant[]): string {
  const rows = constants.map(
    (row) => `  /** ${[row.unit, row.why].filter(Boolean).join("; ")} */\n  ${row.name}: ${JSON.stringify(row.value)},`,
  );
  return `export const ${name} = {\n${rows.join("\n")}\n} as const;`;
}

function pythonConstant(row: Constant): string {
  return `# ${[row.unit, row.why].filter(Boolean).join("; ")}\n${upperSnake(row.name)}: Final = ${pythonLiteral(row.value)}`;
}

const pythonTuple = (names: readonly string[]): string => `(${names.map((name) => JSON.stringify(name)).join(", ")},)`;

/** A record of variables becomes `{fields: …}` where the YAML nests. */
function withFields(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, type]) => [name, typeof type === "string" ? type : { fields: type }]),
  );
}
