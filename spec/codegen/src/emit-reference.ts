import { readPacks } from "./emit-packs.ts";
import type { GeneratedFile } from "./files.ts";
import type { FieldSpec, PolicyTypeSpec, Spec } from "./read-spec.ts";
import { namesOf } from "./rule-schema.ts";

/** The reference pages of policy types, tiers and packs, for people. */
export function emitReference(spec: Spec): GeneratedFile[] {
  return [
    { path: "spec/reference/policy-types.md", text: typesPage(spec) },
    { path: "spec/reference/governance-packs.md", text: packsPage(spec) },
  ];
}

const note = "<!-- Generated from spec/catalog. Do not edit. -->";

function typesPage(spec: Spec): string {
  const rows = spec.policyTypes.map(
    (type) =>
      `| ${type.number} | [\`${type.type}\`](#${type.type}) | ${type.title} | ${type.phases.join(", ")} | ${type.tier} |`,
  );
  return `${note}

# Policy types

Fields of a policy that every type has are those of \`spec/proto/holdpoint/v1/policy.proto\`; what a table does not say stands in
the clause P with the type's number in [SPECIFICATION.md](../SPECIFICATION.md). Money is in dollars.

| # | type | | phases | tier |
|---:|---|---|---|---|
${rows.join("\n")}

${spec.policyTypes.map((type) => typeSection(type, spec)).join("\n\n")}
`;
}

function typeSection(type: PolicyTypeSpec, spec: Spec): string {
  const aliases = type.aliases.length > 0 ? ` Also written ${type.aliases.map(code).join(", ")}.` : "";
  const conditions = type.conditions.map(
    ({ reason, mode, effect, message }) =>
      `| ${code(reason)} | ${effect === "alert" ? "alert" : mode ? `at most ${mode}` : "the policy's mode"} | ${cell(message)} |`,
  );
  return `## ${type.type}

${type.title}. ${type.doc}${aliases} Severity ${type.severity}, tier ${type.tier}.

| field | type | default | meaning |
|---|---|---|---|
${fieldRows(type.fields, "", spec).join("\n")}
${type.atLeastOne ? `\nAt least one of ${type.atLeastOne.map(code).join(", ")} must be there.\n` : ""}
| reason | mode | message |
|---|---|---|
${conditions.join("\n")}`;
}

function fieldRows(fields: Readonly<Record<string, FieldSpec>>, prefix: string, spec: Spec): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const fallback = field.required
      ? "required"
      : field.default === undefined
        ? ""
        : code(JSON.stringify(field.default));
    const step = field.type === "objectList" ? `${prefix}${name}[].` : `${prefix}${name}.`;
    return [
      `| ${code(prefix + name)} | ${cell(typeName(field, spec))} | ${cell(fallback)} | ${cell(field.doc)} |`,
      ...(field.fields ? fieldRows(field.fields, step, spec) : []),
    ];
  });
}

const plainNames: Readonly<Record<string, string>> = {
  bool: "true or false",
  int: "whole number",
  money: "dollars",
  timezone: "IANA time zone",
  cel: "CEL expression",
  glob: "glob",
  globList: "list of globs",
  stringList: "list of texts",
  patternList: "list of phrases or `re:` patterns",
  categoryList: "list of categories",
  enumList: "list of names",
  objectList: "list of objects",
  duration: "duration (`30s`, `15m`, `2h`, `7d`)",
  instant: "date and time (RFC 3339)",
  timeOfDay: "time of day (`09:00`)",
  httpsUrl: "https address",
  json: "any JSON",
  jsonSchema: "JSON Schema",
  numberMap: "map of numbers",
  stringMap: "map of texts",
  string: "text",
};

function typeName(field: FieldSpec, spec: Spec): string {
  const names = field.set && field.type !== "categoryList" ? namesOf(spec, field.set) : field.values;
  const range =
    field.min === undefined && field.max === undefined ? "" : `, ${field.min ?? "…"} to ${field.max ?? "…"}`;
  if (names) return `${field.type === "enumList" ? "list of " : ""}${names.map(code).join(", ")}`;
  return `${plainNames[field.type] ?? field.type}${range}`;
}

function packsPage(spec: Spec): string {
  const tiers = spec.tiers.map(({ tier, types, modes }) => {
    const shown = types.map((type) => `${code(type)}${modes[type] ? ` (${modes[type]})` : ""}`);
    return `| ${tier} | ${shown.join(", ")} |`;
  });
  const sections = readPacks().map(({ pack, title, framework, doc, controls }) => {
    const rows = controls.map(
      ({ type, mode, fields, clauses, why }) =>
        `| ${code(type)} | ${mode} | ${fields ? cell(code(JSON.stringify(fields))) : "tightens only"} | ${cell(clauses.join(", "))} | ${cell(why)} |`,
    );
    return `## ${title} (\`${pack}\`)

${framework}. ${doc}

| type | least mode | switched on with | serves | why |
|---|---|---|---|---|
${rows.join("\n")}`;
  });
  return `${note}

# Governance packs and autonomy tiers

A pack switches policy types on and raises the modes of those that are there; it never loosens anything. It is a technical floor for
the provisions named, and does not by itself make anyone compliant. Clauses D-36 to D-40 of [SPECIFICATION.md](../SPECIFICATION.md) say how packs,
levels and tiers meet.

${sections.join("\n\n")}

## Autonomy tiers

Each tier has the controls of every tier before it.

| tier | adds |
|---|---|
${tiers.join("\n")}
`;
}

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replace(/\|/g, "\\|").replace(/\n/g, " ");
