import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression, type ExprEnv } from "./index";

const env: ExprEnv = {
  variables: {
    cost: "double",
    tokens: "int",
    input: "string",
    flag: "bool",
    tools: "list(string)",
    anything: "dyn",
    tool: { fields: { name: "string", args: "map(string, dyn)" } },
  },
  functions: {
    spent: [
      {
        params: ["string"],
        result: "double",
        call: ([window], bindings) => (window === "1d" ? (bindings.spentToday ?? 0) : 0),
      },
      { params: ["string", "int"], result: "int", receiver: true, call: ([, times]) => Number(times) + 1 },
    ],
    broken: [
      {
        params: [],
        result: "bool",
        call: () => {
          throw new Error("no");
        },
      },
      { params: ["int"], result: "bool", call: () => "yes" },
    ],
  },
};

function program(source: string, options = {}) {
  const compiled = compileExpression(source, env, options);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.program;
}

describe("a compiled expression", () => {
  it("tells the root variables it reads, its type and its cost", () => {
    const { variables, resultType, cost } = program("tools.exists(t, t == tool.name) && cost > 1.0");
    expect(variables).toEqual(["cost", "tool", "tools"]);
    expect(resultType).toBe("bool");
    expect(cost.estimate).toBeGreaterThan(64);
  });

  it("gives the same answer from test and from evaluate", () => {
    for (const [source, bindings] of [
      ["cost > 5.0", { cost: 6 }],
      ["cost > 5.0", { cost: 5 }],
      ["cost > 5.0", {}],
      ["size(input) > 3", { input: "😀😀😀" }],
    ] as const) {
      const result = program(source).evaluate(bindings);
      expect(program(source).test(bindings)).toBe(result.ok ? Number(result.value) : 2);
    }
  });

  it("keeps nothing of one evaluation for the next", () => {
    const exceeded = program("tools.all(t, t != 'x')", { maxSteps: 50 });
    expect(exceeded.test({ tools: Array(40).fill("a") })).toBe(2);
    expect(exceeded.test({ tools: ["a"] })).toBe(1);
  });

  it("may be evaluated again from inside one of its functions", () => {
    const holder: { run?: () => unknown } = {};
    const nested: ExprEnv = {
      variables: { tools: "list(string)" },
      functions: {
        again: [{ params: ["string"], result: "bool", call: ([name]) => name !== "b" || holder.run?.() === 1 }],
      },
    };
    const compiled = compileExpression("tools.all(t, again(t))", nested);
    if (!compiled.ok) throw new Error("refused");
    holder.run = () => compiled.program.test({ tools: ["c"] });
    expect(compiled.program.test({ tools: ["a", "b", "c"] })).toBe(1);
  });
});

describe("registered functions", () => {
  it("get CEL values and the bindings, and their results are checked", () => {
    expect(program('spent("1d") > 4.0').test({ spentToday: 4.5 })).toBe(1);
    expect(program('spent("1d") > 4.0').evaluate({ spentToday: "4.5" })).toMatchObject({
      ok: false,
      reason: "type_mismatch",
    });
    expect(program('"x".spent(2) == 3').test({})).toBe(1);
  });

  it("that throw or give the wrong type are outcomes", () => {
    expect(program("broken()").evaluate({})).toEqual({
      ok: false,
      reason: "function_failed",
      message: "function `broken` failed",
    });
    expect(program("broken(1)").evaluate({})).toMatchObject({ ok: false, reason: "type_mismatch" });
  });

  it("are refused with the wrong arguments and under the name of a built-in one", () => {
    expect(compileExpression("spent(1) > 1.0", env)).toMatchObject({ ok: false, problems: [{ line: 1, column: 1 }] });
    const clash = { ...env, functions: { size: [] } };
    expect(compileExpression("true", clash)).toMatchObject({
      ok: false,
      problems: [{ message: "function `size` is built in" }],
    });
    expect(compileExpression("true", { variables: { x: "strin" } })).toMatchObject({ ok: false });
  });
});

describe("nothing throws", () => {
  const words = fc.constantFrom(
    ..."( ) [ ] { } . , ? : ! - + * / % < <= > >= == != && || in cost tokens input tools anything tool has size all map 1 2u 1.5 'a' b'x' true null 9223372036854775807 \\ \" ` \n 😀 = matches timestamp".split(
      " ",
    ),
  );
  const sources = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(" ")),
  );
  const bindings = fc.dictionary(
    fc.constantFrom("cost", "tokens", "input", "flag", "tools", "anything", "tool"),
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
  );

  it("on any source and any bindings", () => {
    fc.assert(
      fc.property(sources, bindings, (source, bound) => {
        const compiled = compileExpression(source, env, { unchecked: true });
        if (!compiled.ok)
          return compiled.problems.every(
            ({ line, column, message }) => line > 0 && column > 0 && message !== "expression could not be compiled",
          );
        const result = compiled.program.evaluate(bound);
        compiled.program.test(bound);
        return result.ok || result.message.length > 0;
      }),
      { numRuns: 5000 },
    );
  });

  it("on well-formed conditions with any bindings", () => {
    const conditions = [
      "cost > 5",
      "tokens + 1 > 2",
      "size(input) > 4",
      "input.startsWith('a')",
      "'a' in tools",
      "tools.exists(t, t == 'a')",
      "tool.args.x == anything",
      "has(tool.args.x)",
      "anything.all(k, k != 'b')",
      "anything == anything",
      "string(anything) != ''",
      "tool == anything",
      "size(anything) > 1",
      "anything in anything",
      "anything + anything == anything",
      "type(anything) == map",
      "anything[0] == 1",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...conditions), bindings, (source, bound) => {
        const { evaluate, test } = program(source);
        const result = evaluate(bound);
        return test(bound) === (result.ok ? Number(result.value) : 2);
      }),
      { numRuns: 5000 },
    );
  });

  it("on getters that throw, proxies that lie and cycles", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const throwing = {
      get x() {
        throw new Error("no");
      },
    };
    const lying = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    for (const anything of [cyclic, throwing, lying]) {
      expect(program("anything == anything").test({ anything })).toBeOneOf([1, 2]);
      expect(program("anything.x == 1").test({ anything })).toBe(2);
      expect(program("size(anything) == 1").test({ anything })).toBeOneOf([0, 1, 2]);
    }
    expect(program("cost > 1").test(undefined as never)).toBe(2);
    expect(compileExpression(undefined as never, env).ok).toBe(false);
    expect(compileExpression("true", undefined as never).ok).toBe(false);
  });
});
