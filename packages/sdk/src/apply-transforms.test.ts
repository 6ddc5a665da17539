import type { Decision } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { applyTransforms } from "./apply-transforms";

const changed = (...transforms: Decision["transforms"]): Decision => ({ transforms }) as unknown as Decision;

describe("applyTransforms", () => {
  it("gives back the very value that no policy changed", () => {
    const args = { to: "ann" };
    expect(applyTransforms(changed({ path: "/input", text: "x" }), "/tool/args", args)).toBe(args);
  });

  it("puts each text at its place in a copy", () => {
    const args = { to: ["ann", "bob"], "a/b": { "~": "card" }, kept: new Date(0) };
    const decision = changed(
      { path: "/tool/args/to/1", text: "[NAME]" },
      { path: "/tool/args/a~1b/~0", text: "[CARD]" },
    );
    expect(applyTransforms(decision, "/tool/args", args)).toEqual({
      to: ["ann", "[NAME]"],
      "a/b": { "~": "[CARD]" },
      kept: new Date(0),
    });
    expect(args.to[1]).toBe("bob");
  });

  it("finds members whose names are texts by their places, and gives them the names that a policy wrote", () => {
    const args = { to: 1, "ana@example.com": { "bob@example.com": ["x"] }, "a b": "y" };
    const decision = changed(
      { path: "/tool/args/#1#", text: "[EMAIL]" },
      { path: "/tool/args/#1/#0#", text: "[EMAIL]" },
      { path: "/tool/args/#1/#0/0", text: "[NAME]" },
      { path: "/tool/args/#0", text: "z" },
      { path: "/tool/args/#7#", text: "nobody" },
      { path: "/tool/args/to#", text: "nobody" },
    );
    const applied = applyTransforms(decision, "/tool/args", args);
    expect(JSON.stringify(applied)).toBe('{"to":1,"[EMAIL]":{"[EMAIL]":["[NAME]"]},"a b":"z"}');
    expect(Object.keys(args)).toEqual(["to", "ana@example.com", "a b"]);
  });

  it("loses no member where names become one", () => {
    const names = Array.from({ length: 3000 }, (_, index) => `a${index}@example.com`);
    const args = Object.fromEntries([...names, "[EMAIL]", "[EMAIL] (3)"].map((name, index) => [name, index]));
    const places = [...names, "[EMAIL]", "[EMAIL] (3)"].sort();
    const decision = changed(
      ...names.map((name) => ({ path: `/tool/args/#${places.indexOf(name)}#`, text: "[EMAIL]" })),
    );
    const applied = applyTransforms(decision, "/tool/args", args) as Record<string, number>;
    expect(Object.keys(applied)).toHaveLength(3002);
    expect([applied["[EMAIL]"], applied["[EMAIL] (2)"], applied["[EMAIL] (3)"], applied["[EMAIL] (4)"]]).toEqual([
      3000, 0, 3001, 1000,
    ]);
    expect(new Set(Object.values(applied)).size).toBe(3002);
  });

  it("calls a member what would be a prototype without touching one", () => {
    const decision = changed({ path: "/tool/args/#0#", text: "__proto__" });
    const applied = applyTransforms(decision, "/tool/args", { "a b": { polluted: 1 } });
    expect(Object.keys(applied)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(applied)).toBe(Object.prototype);
  });

  it("replaces the whole value by the text of its own pointer", () => {
    expect(applyTransforms(changed({ path: "/tool/result", text: "[CARD]" }), "/tool/result", "card")).toBe("[CARD]");
  });

  it("writes nothing where the value has no such place, least of all into a prototype", () => {
    const decision = changed(
      { path: "/tool/args/__proto__/polluted", text: "x" },
      { path: "/tool/args/to/length", text: "x" },
      { path: "/tool/args/to/7", text: "x" },
      { path: "/tool/argsand/to", text: "x" },
    );
    const args = { to: ["ann"] };
    expect(applyTransforms(decision, "/tool/args", args)).toEqual({ to: ["ann"] });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
