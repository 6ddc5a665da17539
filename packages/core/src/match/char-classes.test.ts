import { describe, expect, it } from "vitest";
import { buildCharClasses, classOf, holdsClass } from "./char-classes";
import { compileSet } from "./index";

/** One sign of each 32, so that every page of the signs of China is one of its own. */
const signs = Array.from({ length: 600 }, (_, i) => 0x4e00 + 32 * i + (i % 32));
const signClass = `[${String.fromCharCode(...signs)}]`;

describe("classes of characters", () => {
  it("give every unit with a column the column of its class, whatever the number of pages", () => {
    for (const count of [1, 30, signs.length]) {
      const classes = buildCharClasses([[0x61, 0x66], signs.slice(0, count).flatMap((sign) => [sign, sign])]);
      const { pages, unitColumns, slowColumn } = classes;
      const wrong: number[] = [];
      for (let unit = 0; unit < 0x10000; unit++) {
        const column = unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!;
        const isSurrogate = unit >= 0xd800 && unit < 0xe000;
        const mayBeSlow = isSurrogate || (unit > 127 && count > 100);
        if (column === slowColumn ? !mayBeSlow : isSurrogate || column !== classOf(classes, unit)) wrong.push(unit);
      }
      expect(wrong).toEqual([]);
    }
  });

  it("tell signs apart in sets of any number", () => {
    for (const count of [3, 250, 300, signs.length]) {
      const classes = buildCharClasses(signs.slice(0, count).map((sign) => [sign, sign]));
      const held = signs.slice(0, count).filter((sign, set) => holdsClass(classes, set, classOf(classes, sign)));
      expect(held.length).toBe(count);
      expect(new Set(held.map((sign) => classOf(classes, sign))).size).toBe(count);
    }
  });

  it("find a sign of more pages than there are numbers for", () => {
    const compiled = compileSet([{ id: "sign", source: `${signClass}{2}x` }]);
    if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
    for (const at of [0, 7, 250, 300, 599]) {
      const sign = String.fromCharCode(signs[at]!);
      const beside = String.fromCharCode(signs[at]! + 1);
      const filler = "一丁".repeat(40);
      expect(compiled.set.scan(`${filler}${sign}${sign}x${filler}`)).toEqual([0]);
      expect(compiled.set.scan(`${filler}${sign}${beside}x${filler}`)).toEqual([]);
      expect(compiled.set.spans(`ab ${sign}${sign}x`, 0)).toEqual([{ start: 3, end: 6 }]);
    }
  });
});
