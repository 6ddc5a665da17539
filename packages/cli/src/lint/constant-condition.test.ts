import { describe, expect, it } from "vitest";
import { findConstantCondition } from "./constant-condition";

describe("a condition that is always the same", () => {
  it.each([
    ["true", true],
    ["!false && 1 == 1", true],
    ["1 > 2", false],
    ["2 >= 2", true],
    ["'a' != 'b'", true],
    ["'a' == 'b'", false],
    ["'a' < 'b'", undefined],
    ["b'a' == b'a'", undefined],
    ["cost > 5.0 && cost < 3.0", false],
    ["5.0 < cost && cost <= 5.0", false],
    ["cost > 5.0 && cost >= 5.0", undefined],
    ['environment == "a" && agentId == "x" && environment == "b"', false],
    ['environment == "a" && environment != "a"', false],
    ["tokens == 7 && tokens > 10", false],
    ["tokens > 7 && tokens == 7", false],
    ["tokens == 7 && tokens >= 7", undefined],
    ["tokens >= 7 && tokens <= 7 && tokens != 7", false],
    ["tool.args.n == 7 && tool.args.n == 'x'", false],
    ["cost > 5.0 || cost <= 5.0", true],
    ["cost > 5.0 || cost < 5.0", undefined],
    ['!(environment == "a" && environment == "b")', true],
    ["cost > 1.0 || true", true],
    ["tool.args.n > 3.0 && tool.args.m < 2.0", undefined],
    ["tools.exists(t, t == 'a') && tools.exists(t, t == 'b')", undefined],
    ["size(input) < 0", false],
    ["input.size() >= 0", true],
    ["size(tool.args) > 3 && size(tool.args) <= 3", false],
    ["size(input) < 1", undefined],
    ["size(input) == 0 && size(output) == 1", undefined],
    ["cost < 0.0", undefined],
    ["cost >", undefined],
  ])("%s", (source, expected) => {
    expect(findConstantCondition(source)).toBe(expected);
  });
});
