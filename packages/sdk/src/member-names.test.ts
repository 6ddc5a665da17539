import { compile, evaluate } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyTransforms } from "./apply-transforms";
import { copyJson } from "./transport/copy-json";

const compiled = compile([
  { id: "p", policyType: "pii_access", ruleDefinition: { denied_pii_types: ["email"], mask_input: true } },
]);
const decide = (args: unknown) => {
  if (!compiled.ok) throw new Error("does not compile");
  const request = { agentId: "a", phase: "tool_call", tool: { name: "t", args } };
  return evaluate(compiled.plan, request, { read: () => 0 }, () => 0);
};

const address = fc.nat(9).map((number) => ["ana", number, "@example.com"].join(""));
const name = fc.oneof(
  address,
  fc.constantFrom("[EMAIL]", "[EMAIL] (2)", "#0", "#0#", "a b", "a", "0", "7", "__proto__", "～", "😀", "\ud83d"),
);
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.nat(),
    fc.constantFrom("x", null),
    address,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  ),
})).value;

/** How many values of each kind there are: what no renaming changes. */
function count(value: unknown): number {
  if (Array.isArray(value)) return 1 + value.reduce<number>((sum, item) => sum + count(item), 0);
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce<number>((sum, item) => sum + count(item), 0);
}

describe("arguments with personal data in names and values", () => {
  it("hold none once they are masked, and as many values as before", () => {
    fc.assert(
      fc.property(fc.dictionary(name, tree, { maxKeys: 5 }), (args) => {
        const decision = decide(args);
        const masked = applyTransforms(decision, "/tool/args", args);
        expect(JSON.stringify(masked)).not.toContain("@example.com");
        expect(count(masked)).toBe(count(args));
        expect(decide(masked).transforms).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("are in a trace what they are for the tool", () => {
    fc.assert(
      fc.property(fc.dictionary(name, tree, { maxKeys: 5 }), (args) => {
        const decision = decide(args);
        const byPath = new Map(decision.transforms.map(({ path, text }) => [path, text]));
        const text = (value: string, at: string): string => byPath.get(at) ?? value;
        const copied = copyJson(args, { exact: false, pointer: "/tool/args", text });
        const sort = (value: unknown): unknown =>
          value === null || typeof value !== "object"
            ? value
            : Array.isArray(value)
              ? value.map(sort)
              : Object.entries(value)
                  .map(([key, item]) => [key, sort(item)])
                  .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
        expect(copied.ok && sort(copied.value)).toEqual(sort(applyTransforms(decision, "/tool/args", args)));
      }),
      { numRuns: 300 },
    );
  });
});
