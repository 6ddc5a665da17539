import { type FieldSpec, type PolicyTypeSpec, readYamlFolder, type Spec } from "./read-spec.ts";

/** A JSON Schema, as data. */
export type Schema = Readonly<Record<string, unknown>>;

/** The names of a closed set, aliases included. */
export function namesOf(spec: Spec, set: string): string[] {
  return (spec.enums[set]?.values ?? []).flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
}

export const limitOf = (spec: Spec, name: string): number =>
  Number(spec.limits.find((limit) => limit.name === name)?.value);

const categories = new Map<string, string[]>();

/** What a list of categories may name: those of personal data, or the kinds of secrets. */
function categoriesOf(set: string): string[] {
  const known = categories.get(set) ?? (set === "secret" ? secretKinds() : piiCategories());
  categories.set(set, known);
  return known;
}

const piiCategories = (): string[] =>
  readYamlFolder<{ categories?: { category: string }[] }>("catalog/detectors/pii")
    .flatMap(({ data }) => (data.categories ?? []).map(({ category }) => category))
    .sort();

/** Every `kind` of the folder, wherever in its files it stands. */
export function secretKinds(): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind } = value as { kind?: unknown };
    if (typeof kind === "string") found.add(kind);
    for (const item of Object.values(value)) visit(item);
  };
  for (const { data } of readYamlFolder<unknown>("catalog/detectors/secrets")) visit(data);
  return [...found].sort();
}

/** The rule definition of one type: what compiling accepts validates, and what a schema can see is refused. */
export function ruleSchema(type: PolicyTypeSpec, spec: Spec): Schema {
  return {
    title: type.title,
    description: type.doc,
    ...fieldsSchema(type.fields, spec),
    ...(type.atLeastOne
      ? {
          anyOf: type.atLeastOne.map((name) => ({
            required: [name],
            properties: { [name]: { not: { type: "null" } } },
          })),
        }
      : {}),
  };
}

function fieldsSchema(fields: Readonly<Record<string, FieldSpec>>, spec: Spec): Schema {
  const required = Object.entries(fields).flatMap(([name, field]) => (field.required ? [name] : []));
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, spec)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function fieldSchema(field: FieldSpec, spec: Spec): Schema {
  const described = {
    description: field.default === undefined ? field.doc : `${field.doc} (default: ${JSON.stringify(field.default)})`,
    ...(field.default === undefined ? {} : { default: field.default }),
  };
  const value = valueSchema(field, spec);
  // A null member counts as absent (SPECIFICATION B-7).
  return { ...described, ...(field.required ? value : orNull(value)) };
}

export function orNull(schema: Schema): Schema {
  if (typeof schema["type"] !== "string" && !Array.isArray(schema["type"]))
    return { anyOf: [schema, { type: "null" }] };
  const types = [schema["type"]].flat() as string[];
  const withNull = { ...schema, type: [...types, "null"] };
  return Array.isArray(schema["enum"]) ? { ...withNull, enum: [...schema["enum"], null] } : withNull;
}

const globPattern = "^(?:[^\\\\\\[{]|\\\\[\\s\\S])*$";

function valueSchema(field: FieldSpec, spec: Spec): Schema {
  const range = {
    ...(field.min === undefined ? {} : { minimum: field.min }),
    ...(field.max === undefined ? {} : { maximum: field.max }),
  };
  const text = { type: "string", maxLength: limitOf(spec, "maxTextChars") };
  const name = { type: "string", maxLength: limitOf(spec, "maxNameChars"), pattern: globPattern };
  const most = limitOf(spec, "maxRuleItems");
  const list = (items: Schema, maxItems = most): Schema => ({ type: "array", maxItems, items });
  switch (field.type) {
    case "bool":
      return { type: "boolean" };
    case "int":
      return { type: "integer", ...range };
    case "number":
      return { type: "number", ...range };
    case "money":
      return { type: "number", minimum: 0, maximum: limitOf(spec, "maxCostUsd") };
    case "enum":
      return { type: "string", enum: field.set ? namesOf(spec, field.set) : field.values };
    case "enumList":
      return list({ type: "string", enum: field.set ? namesOf(spec, field.set) : field.values });
    case "timezone":
      return { type: "string", minLength: 1, examples: ["UTC", "Europe/Berlin", "America/New_York"] };
    case "glob":
      return name;
    case "globList":
      return list({ ...name, minLength: 1 });
    case "categoryList":
      return list({ type: "string", enum: categoriesOf(field.set ?? "pii") });
    case "patternList":
      return list({ ...text, minLength: 1 }, limitOf(spec, "maxOwnPatterns"));
    case "stringList":
      return list({ ...text, minLength: 1 });
    case "duration":
      return { type: "string", pattern: "^[0-9]{1,9}[smhd]$", examples: ["30s", "15m", "2h", "7d"] };
    case "instant":
      return { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T", examples: ["2027-01-31T18:00:00Z"] };
    case "timeOfDay":
      return { type: "string", pattern: "^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" };
    case "httpsUrl":
      return { type: "string", pattern: "^[hH][tT][tT][pP][sS]://" };
    case "cel":
      return { type: "string", minLength: 1 };
    case "numberMap":
      return { type: "object", additionalProperties: { type: "number", ...range } };
    case "stringMap":
      return { type: "object", additionalProperties: text };
    case "object":
      return { ...fieldsSchema(field.fields ?? {}, spec), additionalProperties: false };
    case "objectList":
      return list({ ...fieldsSchema(field.fields ?? {}, spec), additionalProperties: false });
    case "string":
      return text;
    default:
      return {};
  }
}
