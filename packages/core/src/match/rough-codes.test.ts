import { describe, expect, it } from "vitest";
import { foldUnit } from "./fold-unit";
import { foldedTo } from "./report-filters";
import { codeOfLiteral, createUnitCodes, giveOwnCode, readUnitCodes } from "./rough-codes";

const units = Array.from({ length: 0x10000 }, (_, unit) => unit);

describe("the codes of units", () => {
  it("are read of what is folded once: to fold again changes nothing", () => {
    expect(units.filter((unit) => foldUnit(foldUnit(unit)) !== foldUnit(unit))).toEqual([]);
  });

  it("are those of ASCII for other units where filters expect it alone", () => {
    const folded = new Set(units.filter((unit) => unit > 127 && foldUnit(unit) < 128).map(foldUnit));
    expect([...folded].filter((unit) => !foldedTo.test(String.fromCharCode(unit)))).toEqual([]);
  });

  it("give a text's unit the code of what it is folded to in literals, and none to units that no literal holds", () => {
    const codes = createUnitCodes();
    giveOwnCode(codes, 0x65e5);
    const held = ["ж", "é", "日", "本", "σ", "a", "0"].map((char) => foldUnit(char.charCodeAt(0)));
    const given = new Map(held.map((unit) => [unit, codeOfLiteral(codes, unit)]));
    const read = readUnitCodes(codes);
    for (const unit of units) {
      const folded = foldUnit(unit);
      const expected = given.get(folded) ?? (folded < 128 ? codeOfLiteral(codes, folded) : 0);
      expect(read[unit]).toBe(expected);
    }
    expect(given.get(0x65e5)).not.toBe(given.get(0x672c));
  });

  it("are a unit's own affair: literals that came before change none, and neighbours in a script share none", () => {
    const [few, many] = [createUnitCodes(), createUnitCodes()];
    const cyrillic = Array.from({ length: 28 }, (_, i) => 0x430 + i);
    for (const unit of units.slice(0x900, 0x980)) codeOfLiteral(many, foldUnit(unit));
    const given = cyrillic.map((unit) => codeOfLiteral(few, unit));
    expect(cyrillic.map((unit) => codeOfLiteral(many, unit))).toEqual(given);
    expect(new Set(given).size).toBe(cyrillic.length);
  });
});
