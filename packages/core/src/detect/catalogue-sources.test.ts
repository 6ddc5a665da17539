import { describe, expect, it } from "vitest";
import { knownLiterals, knownPatterns } from "../gen/known-patterns";
import { openKnownPatterns, packKnownPatterns } from "../match/known-patterns";
import { readParts } from "../match/read-parts.suite";
import { listCatalogueSources, openCatalogue } from "./catalogue-sources";

const sources = listCatalogueSources();
const sorted = (literals: readonly string[]) => [...literals].sort();

describe("what is known of the catalogue's patterns", () => {
  it("is what reading them finds", () => {
    const findKnown = openCatalogue();
    let known = 0;
    for (const source of sources) {
      const read = readParts(source);
      const found = findKnown({ id: "pattern", ...source });
      if (read.parts.length === 0) expect(found, source.source).toBeUndefined();
      else {
        known++;
        expect(found?.searchNodes, source.source).toBe(read.searchNodes);
        expect(found?.parts, source.source).toEqual(
          read.parts.map((part) => ({ ...part, literals: sorted(part.literals) })),
        );
      }
    }
    expect(known).toBeGreaterThan(1300);
    // A pattern without a part is searched in every text. Twelve forms of ids and wallets are none the poorer for it: the automaton of numbers finds them.
    expect(sources.length - known).toBeLessThanOrEqual(12);
  });

  it("is packed again as it stands", () => {
    const packed = packKnownPatterns(sources.map((source) => ({ ...source, ...readParts(source) })));
    expect(packed).toEqual({ literals: knownLiterals, patterns: knownPatterns });
  });

  it("says nothing of a pattern that is not the one that was packed at its place", () => {
    const changed = sources.map((source, i) => (i === 3 ? { ...source, source: `${source.source}s` } : source));
    const findKnown = openKnownPatterns({ literals: knownLiterals, patterns: knownPatterns }, changed);
    expect(findKnown({ id: "changed", ...changed[3]! })).toBeUndefined();
    expect(findKnown({ id: "packed", ...sources[3]! })).toBeUndefined();
    expect(findKnown({ id: "next", ...changed[4]! })).toEqual(openCatalogue()({ id: "next", ...sources[4]! }));
    expect(findKnown({ id: "own", source: "own words", flags: "i" })).toBeUndefined();
    expect(findKnown({ id: "flags", ...sources[4]!, flags: "is" })).toBeUndefined();
  });
});
