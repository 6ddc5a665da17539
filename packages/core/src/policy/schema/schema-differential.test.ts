import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProblemList } from "../problems";
import { compileSchema } from "./compile-schema";

// Without the empty name and `toString`: ajv takes the one for present in `required`, and calls the other to compare objects.
const names = fc.constantFrom("a", "b", "c", "d~e", "x/y");
const scalars = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -1, 2, 1.5, 10, "", "a", "ab", "abc", "𝒜", "a b"),
  fc.integer({ min: -5, max: 15 }),
  fc.string({ maxLength: 4 }),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const types = fc.constantFrom("null", "boolean", "object", "array", "number", "integer", "string");
const count = fc.integer({ min: 0, max: 3 });

/**
 * Schemas of everything that both know, references left out; and `contains` and the unevaluated ones, which ajv forgets
 * beside `prefixItems` and in branches: the public suite and the twin's run beside `jsonschema` have them.
 */
const schemas = fc.letrec((tie) => {
  const inner = tie("schema");
  const some = fc.array(inner, { minLength: 1, maxLength: 3 });
  const keyword = fc.oneof(
    fc.record({ type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })) }),
    fc.record({ const: values }),
    fc.record({ enum: fc.array(values, { minLength: 1, maxLength: 3 }) }),
    fc.record({ minimum: count }),
    fc.record({ exclusiveMaximum: count }),
    fc.record({ multipleOf: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ minLength: count }),
    fc.record({ maxLength: count }),
    fc.record({ pattern: fc.constantFrom("^a", "b$", "[ab]+c?", ".") }),
    fc.record({ minItems: count }),
    fc.record({ maxItems: count }),
    fc.record({ uniqueItems: fc.boolean() }),
    fc.record({ minProperties: count }),
    fc.record({ maxProperties: count }),
    fc.record({ required: fc.uniqueArray(names, { maxLength: 2 }) }),
    fc.record({ dependentRequired: fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), { maxKeys: 2 }) }),
    fc.record({ properties: fc.dictionary(names, inner, { maxKeys: 3 }) }),
    fc.record({ patternProperties: fc.dictionary(fc.constantFrom("^a", "b", "."), inner, { maxKeys: 2 }) }),
    fc.record({ additionalProperties: inner }),
    fc.record({ propertyNames: inner }),
    fc.record({ prefixItems: some }),
    fc.record({ items: inner }),
    fc.record({ allOf: some }),
    fc.record({ anyOf: some }),
    fc.record({ oneOf: some }),
    fc.record({ not: inner }),
    // biome-ignore lint/suspicious/noThenProperty: the keyword's name
    fc.record({ if: inner, then: inner, else: inner }),
    fc.record({ dependentSchemas: fc.dictionary(names, inner, { maxKeys: 2 }) }),
  );
  return {
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.boolean(),
      fc.array(keyword, { maxLength: 3 }).map((parts) => Object.assign({}, ...parts) as object),
    ),
  };
}).schema;

describe("the compiler of JSON Schema beside ajv", () => {
  it("gives the same answer on random schemas and values", () => {
    let judged = 0;
    let unanswered = 0;
    const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false, ownProperties: true });
    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 4, maxLength: 4 }), (schema, samples) => {
        const problems = createProblemList();
        const program = compileSchema(schema, "", problems);
        expect(problems.list).toEqual([]);
        const validate = ajv.compile(schema as boolean);
        for (const sample of samples) {
          const found = program?.check(sample);
          const valid = ask(validate, sample);
          if (valid === undefined) {
            unanswered++;
            continue;
          }
          expect([found === undefined, JSON.stringify(schema), JSON.stringify(sample)]).toEqual([
            valid,
            JSON.stringify(schema),
            JSON.stringify(sample),
          ]);
          judged++;
        }
      }),
      { numRuns: 600 },
    );
    expect(judged + unanswered).toBe(2400);
    expect(unanswered).toBeLessThan(100);
  });

  it("answers where ajv fails", () => {
    const schema = { anyOf: [true, { additionalProperties: false }], patternProperties: { "^a": {} } };
    expect(compileSchema(schema, "", createProblemList())?.check({ a: null })).toBeUndefined();
  });
});

/** Ajv 8 throws on `anyOf: [true, {additionalProperties: …}]` beside `patternProperties`: it has no answer then. */
function ask(validate: ValidateFunction, sample: unknown): boolean | undefined {
  try {
    return validate(sample) as boolean;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

describe("bounds of the compiler of JSON Schema", () => {
  const compile = (schema: unknown) => compileSchema(schema, "", createProblemList());
  /** `{"next": {"next": …}}`. */
  const nest = (depth: number): unknown => (depth === 0 ? {} : { next: nest(depth - 1) });

  it("has no answer for a value that leads deeper than the bound", () => {
    const program = compile({ properties: { next: { $ref: "#" } } });
    expect(program?.check(nest(40))).toBeUndefined();
    expect(program?.check(nest(120))).toBe("too_much");
  });

  it("has no answer where branches multiply the work", () => {
    const branch = { anyOf: [{ $ref: "#/$defs/n" }, { $ref: "#/$defs/n" }] };
    // Nothing is wrong but at the very end, after both branches of each level.
    // biome-ignore lint/suspicious/noThenProperty: the keyword's name
    const n = { properties: { next: branch }, if: { maxProperties: 0 }, then: false };
    const schema = { $defs: { n }, properties: { next: branch } };
    expect(compile(schema)?.check(nest(31))).toBe("too_much");
  });

  it("takes members of prototypes for absent", () => {
    const schema = { required: ["constructor"] };
    expect(compile(schema)?.check({})).toEqual({ path: "", keyword: "required" });
    expect(compile({ properties: { toString: false } })?.check({})).toBeUndefined();
  });
});
