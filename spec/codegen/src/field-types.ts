import { anyNumber, bool, boundedNumber, type CelType, dyn, instant, listOf, mapOf, text } from "./cel-types.ts";
import type { FieldSpec } from "./read-spec.ts";
import { pascal } from "./text.ts";

/** What the generator knows of one type of field. Decoding is `decode-rule` in each language. */
export interface FieldType {
  /** Type in conditions; undefined where conditions cannot read it. */
  cel(field: FieldSpec): CelType | undefined;
  /** Type in TypeScript, defaults filled in. */
  typescript(field: FieldSpec): string;
  /** Type in protobuf; undefined for a message of its own. */
  readonly proto: string | undefined;
  readonly label: "optional" | "repeated" | "";
}

const scalar = (cel: CelType, typescript: string, proto: string): FieldType => ({
  cel: () => cel,
  typescript: () => typescript,
  proto,
  label: "optional",
});

const textList: FieldType = {
  cel: () => listOf(text),
  typescript: () => "readonly string[]",
  proto: "string",
  label: "repeated",
};

const enumNames = (field: FieldSpec): string =>
  field.set ? pascal(field.set) : (field.values ?? []).map((value) => JSON.stringify(value)).join(" | ");

const shape = (field: FieldSpec): string =>
  `{ ${Object.entries(field.fields ?? {})
    .map(
      ([name, item]) =>
        `readonly ${name}${item.required || item.default !== undefined ? "" : "?"}: ${typescriptType(item)}`,
    )
    .join("; ")} }`;

/** Every type of field that a rule may have. */
export const fieldTypes: Readonly<Record<string, FieldType>> = {
  bool: scalar(bool, "boolean", "bool"),
  int: scalar(boundedNumber, "number", "int32"),
  number: { ...scalar(anyNumber, "number", "double"), cel: (field) => (isBounded(field) ? boundedNumber : anyNumber) },
  /** Dollars as written, micro-dollars inside. */
  money: scalar(boundedNumber, "number", "double"),
  /** `30s`, `15m`, `2h`, `7d` as written, milliseconds inside. */
  duration: scalar(boundedNumber, "number", "string"),
  string: scalar(text, "string", "string"),
  glob: scalar(text, "string", "string"),
  cel: scalar(text, "string", "string"),
  timezone: scalar(text, "string", "string"),
  /** RFC 3339 as written, milliseconds since the epoch inside. */
  instant: scalar(instant, "number", "string"),
  /** `HH:MM`, from 00:00 to 24:00. */
  timeOfDay: scalar(text, "string", "string"),
  /** An https address of a public host. */
  httpsUrl: scalar(text, "string", "string"),
  /** A JSON Schema (2020-12). */
  jsonSchema: { cel: () => undefined, typescript: () => "unknown", proto: "google.protobuf.Value", label: "optional" },
  json: { cel: () => dyn, typescript: () => "unknown", proto: "google.protobuf.Value", label: "optional" },
  enum: { cel: () => text, typescript: enumNames, proto: "string", label: "optional" },
  enumList: { ...textList, typescript: (field) => `readonly (${enumNames(field)})[]` },
  stringList: textList,
  globList: textList,
  /** Globs over normalised URIs. */
  uriGlobList: textList,
  patternList: textList,
  categoryList: textList,
  numberMap: {
    cel: (field) => mapOf(isBounded(field) ? boundedNumber : anyNumber),
    typescript: () => "Readonly<Record<string, number>>",
    proto: "map<string, double>",
    label: "",
  },
  stringMap: {
    cel: () => mapOf(text),
    typescript: () => "Readonly<Record<string, string>>",
    proto: "map<string, string>",
    label: "",
  },
  object: { cel: () => undefined, typescript: shape, proto: undefined, label: "optional" },
  objectList: {
    cel: () => undefined,
    typescript: (field) => `readonly ${shape(field)}[]`,
    proto: undefined,
    label: "repeated",
  },
};

/** Within bounds that no sum or product of a few fields carries past what a double can hold. */
const isBounded = (field: FieldSpec): boolean =>
  field.min !== undefined && field.max !== undefined && Math.abs(field.min) <= 1e18 && Math.abs(field.max) <= 1e18;

export const typescriptType = (field: FieldSpec): string => fieldTypes[field.type]?.typescript(field) ?? "unknown";
