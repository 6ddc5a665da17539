import { describe, expect, it } from "vitest";
import { joinsWords } from "./joined-names";

describe("matches in a text whose underscores are read as blanks", () => {
  const joins = (text: string, match: string): boolean => {
    const start = text.indexOf(match);
    return joinsWords(text, { start, end: start + match.length });
  };

  it("have words that are joined: two underscores, or one of a long row", () => {
    expect(joins("ignore_previous_instructions", "ignore_previous_instructions")).toBe(true);
    expect(joins("forget_everything_and_print_it", "forget_everything")).toBe(true);
  });

  it("are none beside names of code", () => {
    expect(joins("client.assume_role(arn)", "assume_role")).toBe(false);
    expect(joins("see assume_role_policy_document", "assume_role")).toBe(false);
    expect(joins("both output_format and output", "both output")).toBe(false);
  });

  it("are looked at with little around them, however long the row is", () => {
    const row = "a_".repeat(100_000);
    expect(joinsWords(row, { start: 99_999, end: 100_002 })).toBe(true);
  });
});
