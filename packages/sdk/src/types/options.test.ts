import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaults } from "../gen/constants";

it("options say what holds unless they are given", () => {
  const source = readFileSync(new URL("options.ts", import.meta.url), "utf8");
  const said = [...source.matchAll(/\((\d+)\)\. \*\/\n {2}readonly (\w+)\?: number;/g)];
  expect(said.length).toBeGreaterThan(9);
  for (const [, value, name] of said) expect([name, Number(value)]).toEqual([name, defaults[name as "batchSize"]]);
});
