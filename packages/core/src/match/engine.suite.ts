import { describe, expect, it } from "vitest";

/** Compiles one pattern and tells whether it is found in a text. */
export type Finder = (source: string) => (text: string) => boolean;

/** Pattern, a text it is found in, a text it is not found in. */
const cases: readonly (readonly [string, string, string])[] = [
  ["abc", "xabcx", "ab"],
  ["^abc$", "abc", "abc\n"],
  ["(?m)^b$", "a\nb\nc", "a\nbc"],
  ["a.c", "a😀c", "a\nc"],
  ["(?s)a.c", "a\nc", "ac"],
  ["(?i)straße", "STRAßE", "strasse"],
  ["(?i)k", "\u212a", "j"],
  ["[^a]", "b", "a"],
  ["[[:alpha:]]\\d{2,3}", "x12", "x1"],
  ["\\p{Greek}+\\PL", "αβ1", "αβ"],
  ["\\bfoo\\b", "a foo b", "food"],
  ["\\Bfoo", "afoo", "foo"],
  ["\\Q.*\\E", "a.*b", "ab"],
  ["(?P<year>\\d{4})-(\\d\\d)", "on 2024-05", "24-05"],
  ["(a|ab)(c|bcd)(d*)x", "abcdx", "abcd"],
  ["(?:a{0,3}){2}b", "aaaaab", "aaaa"],
  ["\\x{1F600}|\\x41", "A", "a"],
  ["\\141\\z", "ba", "ab"],
  ["[\\d\\-x]+y", "-1xy", "ay"],
  ["(|a)+b", "b", "a"],
  // RE2 judges `\B` between bytes: it holds inside `é`. Found by the differential test; RE2 was right by its own rules.
  ["\\B", "aéb", "a"],
  // Found by the comparison with google-re2, which was right: such counts are plain text, and `\_` is an underscore.
  ["a{01}", "a{01}", "aa"],
  ["a{1000000000}", "a{1000000000}", "aa"],
  ["\\_", "a_b", "ab"],
  // Found by reading a catalogue twice: what `[:` means depends on a `:]` however far behind; RE2 takes this for a class.
  ["[[:x]y", ":y", "y"],
  ["(|a)*b", "aab", "a"],
];

/** The behaviour every engine shares. */
export function describeEngine(name: string, find: Finder, exceptions: ReadonlyMap<string, string> = new Map()): void {
  describe(`the engine ${name}`, () => {
    for (const [source, yes, no] of cases) {
      const differs = exceptions.get(source);
      it(`finds \`${source}\` where it is and nowhere else${differs === undefined ? "" : ` (${differs})`}`, () => {
        const search = find(source);
        expect(search(yes)).toBe(differs === undefined);
        expect(search(no)).toBe(false);
      });
    }
  });
}
