import { describe, expect, it } from "vitest";
import { rewriteValue } from "./redact";

const partial = (value: string, keepLast: number): string =>
  rewriteValue(value, "partial", "LABEL", keepLast, undefined);

describe("partial", () => {
  it("keeps the last letters and digits", () => {
    expect(partial("4111111111111111", 4)).toBe("************1111");
  });

  it("counts no separators, and leaves those that stand in what is kept", () => {
    expect(partial("DE89 3704 0044 0532 0130 00", 4)).toBe(`${"*".repeat(22)}30 00`);
    expect(partial("078-05-11-20", 4)).toBe("*******11-20");
    expect(partial("(030) 12.34.", 4)).toBe("******12.34.");
    expect(partial("12\u00a034\u201156", 4)).toBe("***34\u201156");
  });

  it("masks a value whole that has no more than it would keep", () => {
    expect(partial("12-34", 4)).toBe("*****");
    expect(partial("1", 4)).toBe("*");
    expect(partial("", 4)).toBe("");
    expect(partial("--", 4)).toBe("**");
  });

  it("masks everything when nothing is to be kept", () => {
    expect(partial("a b-", 0)).toBe("****");
  });

  it("counts code points, of letters of any script", () => {
    expect(partial("ab\u{1d7d8}cd", 2)).toBe("***cd");
    expect(partial("ab\u{20000}\u{20001}", 2)).toBe("**\u{20000}\u{20001}");
    expect(partial("АВ 12", 3)).toBe("*В 12");
  });
});
