import { type GeneratedFile, typescriptFile } from "./files.ts";
import { readMessages } from "./read-messages.ts";
import type { Spec } from "./read-spec.ts";
import { limitOf, namesOf, orNull, ruleSchema, type Schema } from "./rule-schema.ts";
import { formatJson } from "./text.ts";

/** JSON Schema (2020-12) of policy files, so that editors complete and check them. */
export function emitJsonSchema(spec: Spec): GeneratedFile[] {
  const schema = policyFileSchema(spec);
  return [
    { path: "spec/schema/policy-file.schema.json", text: `${formatJson(schema)}\n` },
    typescriptFile(
      "packages/cli/src/gen/policy-file-schema.ts",
      `/** JSON Schema (2020-12) of policy files. */\nexport const policyFileSchema = ${JSON.stringify(schema)};`,
    ),
  ];
}

function policyFileSchema(spec: Spec): Schema {
  const items = { $ref: "#/$defs/policy" };
  const list = { type: "array", minItems: 1, maxItems: limitOf(spec, "maxPolicies"), items };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdpoint policies",
    description: "A list of policies, an object with `policies`, or a map from policy type to rule (the short form).",
    if: { type: "array" },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: list,
    else: {
      if: { type: "object", required: ["policies"] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: {
        properties: { $schema: { type: "string" }, version: true, policies: list },
        additionalProperties: false,
      },
      else: shortForm(spec),
    },
    $defs: {
      policy: policySchema(spec),
      ...Object.fromEntries(spec.policyTypes.map((type) => [type.type, ruleSchema(type, spec)])),
    },
  };
}

/** A map from type or alias to its rule, with `enforcement` for the mode. */
function shortForm(spec: Spec): Schema {
  const enforcement = { ...orNull(modes(spec)), description: "What a violation does (default: monitor)" };
  return {
    type: "object",
    minProperties: 1,
    properties: Object.fromEntries(
      spec.policyTypes.flatMap((type) =>
        [type.type, ...type.aliases].map((name) => [
          name,
          {
            type: "object",
            description: type.doc,
            $ref: `#/$defs/${type.type}`,
            properties: { enforcement },
            unevaluatedProperties: false,
          },
        ]),
      ),
    ),
    additionalProperties: false,
  };
}

const modes = (spec: Spec): Schema => ({ type: "string", enum: namesOf(spec, "enforcementMode") });

function policySchema(spec: Spec): Schema {
  const fields = readMessages().messages.find(({ name }) => name === "Policy")?.fields ?? [];
  const properties: Record<string, Schema> = Object.fromEntries(
    fields.map((field) => {
      const value = memberSchema(field, spec);
      const fallback = field.fallback === undefined ? {} : { default: field.fallback };
      return [field.wire, { description: field.doc, ...fallback, ...(field.required ? value : orNull(value)) }];
    }),
  );
  properties["policyType"] = {
    ...properties["policyType"],
    enum: spec.policyTypes.flatMap((type) => [type.type, ...type.aliases]),
  };
  properties["evaluationOrder"] = {
    ...properties["evaluationOrder"],
    minimum: 0,
    maximum: limitOf(spec, "maxEvaluationOrder"),
  };
  properties["prerequisites"] = { ...properties["prerequisites"], maxItems: limitOf(spec, "maxPrerequisites") };
  properties["labels"] = { ...properties["labels"], maxProperties: limitOf(spec, "maxLabels") };
  properties["id"] = { ...properties["id"], minLength: 1, not: { pattern: "^pack:" } };
  return {
    type: "object",
    properties,
    required: fields.filter(({ required }) => required).map(({ wire }) => wire),
    additionalProperties: false,
    allOf: spec.policyTypes.map((type) => ({
      if: { properties: { policyType: { enum: [type.type, ...type.aliases] } }, required: ["policyType"] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { ruleDefinition: { $ref: `#/$defs/${type.type}`, unevaluatedProperties: false } } },
    })),
  };
}

type Field = ReturnType<typeof readMessages>["messages"][number]["fields"][number];

function memberSchema(field: Field, spec: Spec): Schema {
  const single = singleSchema(field, spec);
  if (field.mapped) return { type: "object", additionalProperties: single };
  return field.repeated ? { type: "array", items: single } : single;
}

function singleSchema({ kind, set, maxLength, message }: Field, spec: Spec): Schema {
  if (set) return { type: "string", enum: namesOf(spec, set) };
  const most = maxLength ? { maxLength: limitOf(spec, maxLength) } : {};
  switch (kind) {
    case "string":
      return { type: "string", ...most };
    case "bool":
      return { type: "boolean" };
    case "number":
      return { type: "number" };
    case "int":
      return { type: "integer" };
    case "object":
      return { type: "object" };
    case "message":
      return messageSchema(message ?? "", spec);
    default:
      return {};
  }
}

function messageSchema(name: string, spec: Spec): Schema {
  const fields = readMessages().messages.find((message) => message.name === name)?.fields ?? [];
  return {
    type: "object",
    properties: Object.fromEntries(
      fields.map((field) => {
        const value = memberSchema(field, spec);
        return [field.wire, { description: field.doc, ...(field.required ? value : orNull(value)) }];
      }),
    ),
    required: fields.filter(({ required }) => required).map(({ wire }) => wire),
    additionalProperties: false,
  };
}
