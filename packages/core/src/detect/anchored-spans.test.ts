import { describe, expect, it } from "vitest";
import { injectionPatterns } from "../gen/detectors";
import { compileSet } from "../match/index";
import { anchoredSpansOf } from "./anchored-spans";
import { createRandom, drawMatch } from "./draw-match.suite";

const everyTenth = injectionPatterns.filter((_, index) => index % 10 === 3);

describe("the places of an injection pattern in a long text", () => {
  it.each(everyTenth)(
    "are those of the set's own search, and so many of the first as are asked for: $id",
    (pattern) => {
      const compiled = compileSet([{ id: "one", source: pattern.source, flags: "i" }]);
      if (!compiled.ok) throw new Error(pattern.id);
      const random = createRandom(7);
      const parts = Array.from({ length: 30 }, () => drawMatch(`(?i)${pattern.source}`, random));
      const text = parts.map((part, index) => part + (index % 3 === 0 ? ". " : "\nnothing of note here\n")).join("");
      const spans = compiled.set.spans(text, 0).flatMap(({ start, end }) => [start, end]);
      const find = anchoredSpansOf(`(?i)${pattern.source}`);
      const all = find?.(text);
      if (all === undefined) return;
      expect(all).toEqual(spans);
      expect(find?.(text, 5)).toEqual(spans.slice(0, 10));
    },
  );
});
