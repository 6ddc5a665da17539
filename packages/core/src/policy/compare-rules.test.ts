import { describe, expect, it } from "vitest";
import { globsInclude, ownPatternsInclude } from "./compare-rules";

describe("comparing what rules name", () => {
  it("tells whether one glob covers another", () => {
    expect(globsInclude(["db.*"], "db.write")).toBe(true);
    expect(globsInclude(["db.*"], "db.*.old")).toBe(true);
    expect(globsInclude(["db.write"], "db.*")).toBe(false);
    expect(globsInclude(["a*", "b*"], "?x")).toBe(false);
    expect(globsInclude(["\\*"], "*")).toBe(false);
    expect(globsInclude([], "x")).toBe(false);
  });

  it("tells whether one pattern covers another", () => {
    expect(ownPatternsInclude(["secret"], "the secret word")).toBe(true);
    expect(ownPatternsInclude(["re:colou?r"], "re:color")).toBe(true);
    expect(ownPatternsInclude(["re:color"], "re:colou?r")).toBe(false);
  });
});
