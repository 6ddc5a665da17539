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
