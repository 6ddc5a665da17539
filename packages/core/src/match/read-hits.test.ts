import { describe, expect, it } from "vitest";
import { blockLength } from "./ascii-block";
import { compileSet, type PatternSet } from "./index";

function compile(sources: readonly string[]): PatternSet {
  // More than are searched by one automaton, so that there is a first pass.
  const others = Array.from({ length: 30 }, (_, i) => `filler${String.fromCharCode(97 + (i % 26))}${i}qq`);
  const compiled = compileSet([...sources, ...others].map((source, i) => ({ id: `p${i}`, source })));
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("\n"));
  return compiled.set;
}

describe("reading hits", () => {
  it("judges what stands beside a literal by its own block after a look has read all blocks", () => {
    // The first can be told by a look at the whole text only; the second has a filter once it was denied a few times.
    const set = compile(["[J-Z].*needlework.*[b-y]{2}", "zebr[^\\s]\\d\\d"]);
    for (let times = 1; times <= 6; times++) set.scan("zebr-x zebr-y zebr-z zebr-x zebr".repeat(times));
    const first = `zebr-x zebr-t a needlework ${"zebr-x ".repeat(4)}zebr-12 k`;
    expect(set.scan(first)).toEqual([1]);
    expect(set.scan(first.padEnd(blockLength, "-") + "\n".repeat(3000))).toEqual([1]);
  });

  it("looks around an anchor of the first block when a later block brings the other part", () => {
    const set = compile(["(?s)needlework.*haystacks"]);
    const gap = "-".repeat(blockLength);
    expect(set.scan(`needlework ${gap} haystacks`)).toEqual([0]);
    expect(set.scan(`haystacks ${gap} needlework`)).toEqual([]);
    expect(set.scan(`haystacks ${gap} needlework ${gap} needlework haystacks`)).toEqual([0]);
  });

  it.each([40, blockLength / 4 - 8, blockLength / 4 + 8, blockLength - 200, 3 * blockLength])(
    "finds at a run of %d characters, and in it, what it finds beside a few",
    (length) => {
      const sources = ["\\baaaaaa[^;]*;stop", "aaaaaa;st[a-o]p", "aaaaaa!", "\\baaaaaa\\?"];
      const set = compile(sources);
      const run = "a".repeat(length);
      for (const text of [
        `x ${run};stop`,
        `xa${run};stop`,
        `x ${run};step ${run}!`,
        `x aaaaaa? ${run}`,
        `${run}?`,
        run,
      ]) {
        const padded = text.padEnd(blockLength * Math.ceil(text.length / blockLength), " .");
        const wanted = sources.flatMap((source, i) => (new RegExp(source).test(padded) ? [i] : []));
        // Twice: reports that come again have filters.
        for (let round = 0; round < 3; round++) expect(set.scan(padded)).toEqual(wanted);
      }
    },
  );

  it("finds what is looked for in every text where many texts were denied it, and over the edge of a block", () => {
    const set = compile(["zebr[0-4]{2}", "zebr[k-n]\\b", "needlework.{0,9}zebr"]);
    for (let times = 1; times <= 40; times++)
      set.scan(`zebr- zebr_ zebr9 zebré zebr${"x".repeat(times)} ${"zebr. ".repeat(times)}`);
    for (const [tail, wanted] of [
      ["zebr12", [0]],
      ["zebr19 zebr-", []],
      ["zebr1é zebrk", [1]],
      ["ZEBRkx zebrz", []],
      ["zebr- zebr04 zebrm", [0, 1]],
      ["needlework zebr-", [2]],
    ] as const)
      for (const filler of ["-", "é"])
        for (let to = blockLength - 12; to < blockLength + 12; to++) {
          expect(set.scan(filler.repeat(to) + tail), `${filler} ${to} ${tail}`).toEqual(wanted);
          expect(set.scan(filler + tail)).toEqual(wanted);
        }
  });

  it("reads short texts as a whole the first times as it does later, and as it reads long ones", () => {
    const set = compile(["(?i)[a-z]+ needlework[^;]* haystacks? [a-z]+", "\\S+#needlework#\\S+"]);
    for (let round = 0; round < 150; round++)
      for (const filler of ["", "é ", "😀 "])
        for (const [text, wanted] of [
          ["a needlework of haystacks made", [0]],
          ["A NEEDLEWORK of haystack 2", []],
          ["a needlework; haystacks made, x#needlework#", []],
          ["a needlework; haystacks made, x#Needlework#y 😀#needlework#é", [1]],
          ["needlework# haystacks, a needlework 😀 haystack k", [0]],
        ] as const) {
          expect(set.scan(filler.repeat(round % 7) + text)).toEqual(wanted);
          if (round % 50 === 0) expect(set.scan(filler + text.padEnd(700, " .")), text).toEqual(wanted);
        }
  });

  it("finds what was complete elsewhere first, once its literal came without its other part", () => {
    const set = compile(["zebr[^a-z]\\d\\d", "(?:zebr|quilting)[^ ].*hay[a-z]*"]);
    for (let round = 0; round < 20; round++) expect(set.scan("zebr! zebr- zebr")).toEqual([]);
    expect(set.scan("quiltings of hay")).toEqual([1]);
    for (let round = 0; round < 2; round++) expect(set.scan("zebr!x alone")).toEqual([]);
    expect(set.scan("a zebry of hays")).toEqual([1]);
  });

  it("finds words of any script where others that share their codes were denied", () => {
    // Letters of one word may stand pages apart: ἀ is read as α is, Ჱ as ჱ.
    const sources = [
      "(?i)приказ[а-я]\\d",
      "এমন[ক-হ]",
      "命令[をに]\\d",
      "(?i)ἀλφα\\d",
      "(?i)ჱჲჳ\\d",
      "נמן\\b\\w",
      "(?i)приказ.{0,3}命令",
    ];
    const set = compile(sources);
    const regExps = sources.map((source) =>
      source.startsWith("(?i)") ? new RegExp(source.slice(4), "iu") : new RegExp(source, "u"),
    );
    const letters = "приказПРИКАЗэмনএমন命令をにἀἈαΑλφჱᲱჲჳנמןаосл会議éK 1a.";
    let seed = 7;
    const next = (most: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed >>> 8) % most;
    };
    const words = [
      "приказа1",
      "ПРИКАЗЯ2",
      "осл",
      "эмн",
      "এমনক",
      "命令を3",
      "ἀλφα4",
      "ἈΛΦΑ5",
      "αλφα6",
      "ჱჲჳ7",
      "ᲱᲲᲳ8",
      "נמןa",
      "приказ 命令",
    ];
    let found = 0;
    for (let i = 0; i < 3000; i++) {
      let text = "";
      for (let k = next(12); k >= 0; k--)
        text += next(3) === 0 ? words[next(words.length)]! : letters.charAt(next(letters.length));
      const wanted = regExps.flatMap((regExp, pattern) => (regExp.test(text) ? [pattern] : []));
      found += wanted.length;
      expect(set.scan(text), text).toEqual(wanted);
      expect(set.scan(text.padEnd(90, "осл")), text).toEqual(
        regExps.flatMap((regExp, pattern) => (regExp.test(text.padEnd(90, "осл")) ? [pattern] : [])),
      );
    }
    expect(found).toBeGreaterThan(1000);
  });

  it("asks in each text anew which parts it holds", () => {
    const set = compile(["needlework.{0,40}haystacks"]);
    for (let round = 0; round < 4; round++) {
      expect(set.scan("only needlework needlework needlework")).toEqual([]);
      expect(set.scan("only haystacks")).toEqual([]);
      expect(set.scan("needlework and haystacks")).toEqual([0]);
    }
  });

  it("answers each text as it does the first, whatever came before", () => {
    const words = ["zebr", "quilting", "needlework"];
    /** More frequent, so that these are looked for around the others. */
    const others = ["hay", "cow"];
    const beside = ["", "!", "-", "x", "[a-z]", "[^a-z]", "\\d"];
    const between = ["", " ", "-", "!", "x", "7", "é"];
    let seed = 3;
    const below = (limit: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed >>> 8) % limit;
    };
    const pick = (list: readonly string[]): string => list[below(list.length)]!;
    const makeWord = () => (below(2) === 0 ? pick(words) : `(?:${pick(words)}|${pick(words)})`) + pick(beside);
    for (let round = 0; round < 250; round++) {
      const sources = Array.from({ length: 4 }, () => makeWord() + (below(2) === 0 ? "" : `[^;]*${pick(others)}`));
      const regExps = sources.map((source) => new RegExp(source, "u"));
      const set = compile(sources);
      // What is told of a word's surroundings is learned from many hits.
      for (let i = 0; i < 60; i++) {
        let text = "";
        const own = [pick(words), pick(words), pick(others)];
        for (let k = i < 24 ? 5 : below(4); k >= 0; k--) text += (i < 24 ? words[0]! : pick(own)) + pick(between);
        const wanted = regExps.flatMap((regExp, pattern) => (regExp.test(text) ? [pattern] : []));
        expect(set.scan(text), `${text} in ${sources.join("   ")}`).toEqual(wanted);
      }
    }
  });
});
