import { describe, expect, it } from "vitest";
import { compilePattern } from "./compile-pattern";
import { createLiteralReader } from "./literal-parts";

const partsOf = (source: string) => {
  const compiled = compilePattern({ id: "address", source });
  return "tree" in compiled ? createLiteralReader().chooseParts(compiled.searchTree) : [];
};

describe("parts of a pattern for addresses", () => {
  it("are looked for around the rarer sign, not around every link of a text", () => {
    const [anchor, ...further] = partsOf("[a-z][a-z0-9+.-]{1,20}://[^\\s/:@]{0,100}:[^\\s/@]{2,200}@[a-z]");
    expect(anchor?.literals.every((literal) => literal.startsWith("@"))).toBe(true);
    expect(further.some(({ literals }) => literals.includes("s://"))).toBe(true);
  });

  it("stay the links themselves where nothing rarer has to stand in a match", () => {
    expect(partsOf("[a-z]+://[^\\s]+")[0]?.literals).toContain("s://");
  });
});

describe("addresses in a pattern for something else", () => {
  it("have to stand in the text, however many texts hold one", () => {
    const [anchor, ...further] = partsOf("\\bcc (?:\\w+ ){0,9}(?:https?:|www\\.)");
    expect(anchor?.literals).toEqual(["\0cc "]);
    expect(further.map(({ literals }) => literals)).toEqual([["http:", "https:", "www."]]);
  });

  it("are not asked for among words that are as frequent", () => {
    expect(partsOf("\\bcc (?:\\w+ ){0,9}(?:https?:|the |and )").length).toBe(1);
  });

  it("are not asked for where two rarer parts are", () => {
    const further = partsOf("about.*should.*would.*https?:").slice(1);
    expect(further.flatMap(({ literals }) => literals)).not.toContain("https:");
  });
});

describe("parts of a choice", () => {
  it("are also the rarest of each branch, where these stand neither near its beginning nor near its end", () => {
    const further = partsOf("send\\b.{0,200}zebra.{0,200}list\\b|list\\b.{0,200}quagga.{0,200}send\\b").slice(1);
    expect(further.map(({ literals }) => literals)).toContainEqual(["zebra", "quagga"]);
  });
});

describe("parts beside the one that is looked around", () => {
  it("are no more than make it rare", () => {
    expect(partsOf("zebra.*quagga.*about").length).toBe(2);
    expect(partsOf("about.*should.*would").length).toBe(3);
  });
});
