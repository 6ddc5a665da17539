import { turnedLetters, viewLetters } from "../gen/views";
import { normaliseText } from "../match/index";
import { countCodePoints, moveCodePoints } from "./offsets";
import { nameShift, readShifted } from "./shifted-letters";
import { addBases } from "./view-bases";
import {
  addCodes,
  addRuns,
  maxViewLength,
  maxViews,
  morseRun,
  numbersRun,
  readMorse,
  type TextView,
} from "./view-codes";
import {
  correctWords,
  cutLetters,
  cutRow,
  joinedRun,
  joinPieces,
  joinTokens,
  literalRun,
  loneRun,
  longRun,
  markup,
  numberReadings,
  readFirstLetters,
  readJoined,
  readLiterals,
  readLone,
  readSounds,
  readSpelling,
  rotate47,
  saysWords,
  takePictures,
} from "./view-joins";
import { readTraits, type TextTraits } from "./view-traits";
import { readWordTable, reverse, rotate13 } from "./view-words";
import { closeGaps, mayHaveGaps } from "./wide-gaps";

const noViews: readonly TextView[] = [];

/**
 * The other readings of a normalised text that are worth matching (SPECIFICATION T-41): letters of odd alphabets, wide gaps, spaced
 * and split words, leetspeak, rot13, text written backwards, words joined by underscores, and codes of characters in numbers,
 * Morse or base32. Most texts have none, and cost one pass.
 */
export function listViews(text: string, traits: TextTraits = readTraits(text)): readonly TextView[] {
  return isPlain(text, traits) && !mayHaveGaps(text) ? noViews : makeViews(text, traits);
}

/** What stands between lists that are joined; its plus is a token without a letter. */
const lists = "] + [";

/** True when no view is worth making: what most texts are, told without allocating anything more. */
const isPlain = (text: string, traits: TextTraits): boolean =>
  traits.spaced < 5 &&
  traits.split < 2 &&
  traits.markup < 2 &&
  traits.order === false &&
  traits.mixed < 2 &&
  traits.rotated < 2 &&
  traits.backwards < 2 &&
  traits.shift === 0 &&
  traits.snake < 3 &&
  traits.joints < 2 &&
  traits.misspelt === 0 &&
  traits.slips < 2 &&
  traits.pieces < 3 &&
  traits.spelling < 6 &&
  traits.lone < 3 &&
  (traits.lone === 0 || !text.includes(lists)) &&
  traits.quotes < 6 &&
  traits.strewn < 3 &&
  !traits.long &&
  !traits.coded &&
  traits.digits < 12 &&
  traits.escapes < 6 &&
  !mayBeMorse(traits) &&
  traits.odd < 4 &&
  !traits.cyrillic &&
  !traits.accented &&
  !traits.far &&
  !traits.hyphened;

/** Eight letters are the least that is read, and all but the first stand behind what parts them: sentences have no such strokes. */
const mayBeMorse = ({ strokes, strokeGroups }: TextTraits): boolean => strokes >= 20 && strokeGroups >= 7;

function makeViews(text: string, traits: TextTraits): readonly TextView[] {
  const views: TextView[] = [];
  const head = text.length <= maxViewLength ? text : text.slice(0, moveCodePoints(text, 0, maxViewLength));
  const whole = (kind: string, write: (part: string) => string): void => {
    const written = write(head);
    if (written !== head) views.push({ kind, text: written, start: 0, end: head.length });
  };
  if (traits.odd >= 4) {
    whole("alphabet", readOddLetters);
    whole("alphabet", readTurned);
  }
  if (traits.cyrillic) whole("cyrillic", unmixCyrillic);
  if (traits.accented) whole("accents", takeOffMarks);
  if (traits.far && isLoose(text)) whole("sounds", readSounds);
  if (mayHaveGaps(text)) {
    whole("gaps", closeGaps);
    whole("acrostic", readFirstLetters);
  }
  if (traits.strewn >= 3) whole("strewn", takePictures);
  if (traits.spaced >= 5) whole("spaced", readSpaced);
  if (traits.split >= 2 || traits.markup >= 2) whole("split", joinSplit);
  if (traits.mixed >= 2) whole("leetspeak", spellLeet);
  if (traits.rotated >= 2) whole("rot13", rotate13);
  if (traits.backwards >= 2) {
    whole("backwards", reverse);
    whole("backwards", reverseWords);
  }
  if (traits.shift > 0) whole(nameShift(traits.shift), (part) => readShifted(part, traits.shift, isListed));
  if (traits.misspelt > 1 || traits.slips > 1 || (traits.misspelt === 1 && isLoose(text)))
    whole("misspelt", correctWords);
  if (traits.snake >= 3) whole("underscores", (part) => part.replaceAll("_", " "));
  // Before what innocent writing has many runs of: those beyond the last view would hide a code.
  if (traits.digits >= 12 || traits.escapes >= 6) addCodes(text, views, traits);
  if (mayBeMorse(traits)) addRuns(text, views, "morse", morseRun, readMorse);
  if (traits.coded || traits.mixed >= 3) addBases(head, views, traits.mixed >= 3);
  if (traits.joints >= 2) addRuns(head, views, "joined", joinedRun, readJoined);
  if (traits.long) addRuns(head, views, "joined", longRun, cutLetters);
  if (traits.pieces >= 3) {
    whole("joined", joinTokens);
    if (isLoose(text) && !codeSign.test(text)) whole("joined", joinPieces);
  }
  if (traits.order) whole("backwards", reverseOrder);
  if (traits.spelling >= 6) whole("spelling", (part) => readSpaced(readSpelling(part)));
  if (traits.mixed >= 3)
    whole("rot47", (part) =>
      saysWords(rotate47(part.slice(0, moveCodePoints(part, 0, maxRowLength)))) ? rotate47(part) : part,
    );
  if (traits.lone >= 3) addRuns(head, views, "lone", loneRun, readLone);
  if (traits.quotes >= 6 || text.includes(lists)) addRuns(head, views, "literals", literalRun, readLiterals);
  if (traits.hyphened) whole("hyphens", (part) => part.replace(/([A-Za-z])-\n[ \t]*([a-z])/g, "$1$2"));
  if (traits.digits >= 12)
    for (const read of numberReadings) addRuns(head, views, "numbers", numbersRun, (run) => readNumbers(run, read));
  return views.length === 0 ? noViews : views.slice(0, maxViews);
}

/** Code is full of short names that would make words when they are joined. */
const codeSign = /[={}();]/;

/** Code points of a text in which one misspelt word is worth a view, or letters of another alphabet. */
const maxLoose = 2048;
const isLoose = (text: string): boolean =>
  text.length <= 2 * maxLoose && countCodePoints(text, 0, text.length) <= maxLoose;

/** A long run of numbers is told by how it begins. */
const maxBegun = 512;

/** What numbers say as letters, where that is words. */
function readNumbers(run: string, read: (run: string) => string): string | undefined {
  if (run.length > maxBegun && !saysWords(readSpaced(read(run.slice(0, maxBegun))))) return undefined;
  const said = readSpaced(read(run.slice(0, maxSpacedLength)));
  return saysWords(said) ? said : undefined;
}

const isListed = (word: string): boolean => readWordTable().plain.has(word);

const reverseOrder = (text: string): string => text.split(" ").reverse().join(" ");

/** Each word from its end; the words stay where they are. */
const reverseWords = (text: string): string => text.replace(/[A-Za-z]{2,}/g, reverse);

function readOddLetters(text: string): string {
  let out = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const first = code >= 0x1f1e6 ? 0x1f1e6 : code >= 0x1f170 ? 0x1f170 : 0x1f150;
    if (code >= 0x1f150 && code < first + 26) out += String.fromCharCode(97 + code - first);
    else out += code >= 0x180 && Object.hasOwn(viewLetters, char) ? viewLetters[char] : char;
  }
  return out;
}

/** Plain letters that are others upside down; look-alike folding has made a `w` of the turned m. */
const turnedPlain: Readonly<Record<string, string>> = { b: "q", d: "p", n: "u", p: "d", q: "b", u: "n", w: "m" };

/** A text that stands upside down, read from its end; itself when it holds fewer than three turned letters. */
function readTurned(text: string): string {
  let turned = 0;
  let out = "";
  for (const char of text) {
    if (turnedLetters.includes(char)) turned++;
    out = (Object.hasOwn(turnedPlain, char) ? turnedPlain[char] : readOddLetters(char)) + out;
  }
  return turned >= 3 ? out : text;
}

/** Letters of Cyrillic that look-alike folding makes ASCII, back: it has taken them for disguised Latin. */
const cyrillicLetters: Readonly<Record<string, string>> = {
  a: "а",
  b: "ь",
  c: "с",
  e: "е",
  i: "і",
  o: "о",
  p: "р",
  r: "г",
  w: "ш",
  x: "х",
  y: "у",
  A: "А",
  B: "В",
  C: "С",
  E: "Е",
  H: "Н",
  I: "І",
  K: "К",
  M: "М",
  O: "О",
  P: "Р",
  T: "Т",
  X: "Х",
  Y: "У",
  "3": "З",
  "6": "б",
};
/** Like all that is looked for here it begins only where a run does: tried at each of its characters, a long run would be read once for each. */
const mixedWord =
  /(?<![A-Za-z36\u0400-\u052f])[A-Za-z36\u0400-\u052f]*(?:[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z])[A-Za-z36\u0400-\u052f]*/g;

/** Words that hold Cyrillic letters beside ASCII ones, wholly Cyrillic. */
const unmixCyrillic = (text: string): string =>
  text.replace(mixedWord, (word) => {
    let out = "";
    for (const char of word) out += cyrillicLetters[char] ?? char;
    return out;
  });

const markedLetter = /[\u00c0-\u024f\u1e00-\u1eff]/g;
const asciiWord = /[A-Za-z]{4,}/g;
const bareLetters = new Map<string, string>();

/** The letter without its marks. */
function bare(letter: string): string {
  let found = bareLetters.get(letter);
  if (found === undefined) bareLetters.set(letter, (found = letter.normalize("NFD").charAt(0)));
  return found;
}

/** Letters without their marks; nothing when fewer than two words of English come out: in other languages marks mean something. */
function takeOffMarks(text: string): string {
  const { english } = readWordTable();
  const plain = text.replace(/[\u0300-\u036f\u0483-\u0489]/g, "");
  const written = plain.replace(markedLetter, bare);
  // Nobody writes so many marks that no letter holds.
  if ((text.length - plain.length) * 5 >= text.length) return written;
  let found = 0;
  for (const { 0: word, index } of written.matchAll(asciiWord))
    if (english.has(word.toLowerCase()) && !text.startsWith(word, index) && ++found === 2) return written;
  return text;
}

const separators = " \\t\\r\\n.\\-_*~|/+,:;'\"^#=\\u00b7\\u2022";
const spacedRun = new RegExp(
  `(?<![^${separators}])(?:[^${separators}][${separators}]{1,9}){4,}[^${separators}](?![^${separators}])`,
  "gu",
);
const spacedPiece = new RegExp(`([^${separators}])([${separators}]*)`, "gu");

/** Code points of rows of single characters that one text may have joined, and of one row in which words are looked for. */
const maxSpacedLength = 4096;
const maxRowLength = 512;

/** Rows of single characters joined, and what they say in leetspeak. */
function readSpaced(text: string): string {
  const joined = joinSpaced(text);
  return joined === text ? text : spellLeet(joined);
}

/** Joins rows of single characters and folds look-alikes in what becomes a word. The commonest gap is the one inside words; without another one listed words are cut out. */
function joinSpaced(text: string): string {
  let left = maxSpacedLength;
  return text.replace(spacedRun, (run) => {
    const length = countCodePoints(run, 0, run.length);
    if (length > left || !/[A-Za-z\u00c0-\uffff]/.test(run)) return run;
    left -= length;
    const pieces = [...run.matchAll(spacedPiece)];
    const counts = new Map<string, number>();
    for (const [, , between = ""] of pieces) if (between !== "") counts.set(between, (counts.get(between) ?? 0) + 1);
    let inner = "";
    for (const [between, count] of counts) if (count > (counts.get(inner) ?? 0)) inner = between;
    let row = "";
    for (const [, char = "", between = ""] of pieces) row += between === "" || between === inner ? char : `${char} `;
    const joined = normaliseText(row, { decode: false }).text;
    return joined.includes(" ") ? joined : cutWords(joined);
  });
}

/** Known words of a row of letters and digits apart. */
function cutWords(row: string): string {
  const small = row.toLowerCase();
  if (row.length > maxRowLength || !/^[0-9a-z@$!]+$/.test(small) || !/[a-z]{3}/.test(small)) return row;
  return cutRow(row, readWordTable().known).text;
}

const parted = `(?:[.\\-_*~|/+,:;'"^#=\\u00b7\\u2022]{1,2}|(?:${markup})+)`;
const joinedWord = new RegExp(`(?<![A-Za-z])[A-Za-z]+(?:${parted}[A-Za-z]+)+`, "gu");
const partedBy = new RegExp(parted, "gu");
const markupOrSign = new RegExp(markup, "gu");
/** Tags that part no words. */
const inlineTag = /^<(?:!|\/?(?:[abisu]|em|strong|span|font|mark|small|su[bp])(?![a-z]))/i;
const joinMarkup = (mark: string): string => (mark.startsWith("<") && !inlineTag.test(mark) ? " " : "");

/** Words in pieces become whole where that makes a listed word. */
function joinSplit(text: string): string {
  const { known } = readWordTable();
  return text.replace(joinedWord, (word) => {
    const joined = word.replace(partedBy, "");
    return known.has(joined.toLowerCase()) ? joined : word.replace(markupOrSign, joinMarkup);
  });
}

const leetLetters: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "2": "z",
  "3": "e",
  "4": "a",
  "5": "s",
  "6": "g",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "i",
  "+": "t",
};
const leetWord = /[A-Za-z0-9@$!|+]+/g;
let leetWords: ReadonlyMap<string, string> | undefined;

/** Leetspeak spelled out: listed words first (a `1` may be an i or an l), other words letter by letter; nothing when fewer than two words are listed. */
function spellLeet(text: string): string {
  leetWords ??= new Map([...readWordTable().plain].map((word) => [word.replaceAll("l", "i"), word]));
  const known = leetWords;
  let found = 0;
  const written = text.replace(leetWord, (word) => {
    const stem = word.replace(/(?<![!|+])[!|+]+$/, "");
    if (!/[0-9@$!|+]/.test(stem) || stem.length > 24) return word;
    let spelled = "";
    const small = stem.toLowerCase();
    for (let at = 0; at < small.length; at++) spelled += leetLetters[small.charAt(at)] ?? small.charAt(at);
    const listed = known.get(spelled.replaceAll("l", "i"));
    if (listed !== undefined && listed.length >= 3) found++;
    const rest = word.slice(stem.length);
    if (listed !== undefined) return listed + rest;
    return /[A-Za-z]/.test(stem) ? spelled + rest : word;
  });
  return found >= 2 ? written : text;
}
