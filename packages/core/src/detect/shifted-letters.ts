/** The code of Atbash, of pig Latin; those from 1 to 25 are the shifts of Caesar's cipher. */
export const atbashCode = 26;
export const pigLatinCode = 27;

/** Each key one to the right of what is meant, and one to the left. */
export const rightKeyCode = 28;
export const leftKeyCode = 29;

/** Every code that is looked for; a shift of 13 is rot13, which has a list of its own. */
export const shiftCodes: readonly number[] = Array.from({ length: leftKeyCode }, (_, index) => index + 1).filter(
  (code) => code !== 13,
);

const longWord = 6;
const ballotBits = 20;

/**
 * A ballot after one more word in a code: the code that leads and its votes, two for a long word; a word in another code takes
 * them away again. 0 to begin with.
 */
export function addVote(ballot: number, code: number, length: number): number {
  const leader = ballot >> ballotBits;
  const votes = ballot & ((1 << ballotBits) - 1);
  const weight = length >= longWord ? 2 : 1;
  if (votes === 0 || leader === code) return (code << ballotBits) | Math.min(votes + weight, (1 << ballotBits) - 1);
  return (leader << ballotBits) | Math.max(0, votes - weight);
}

/** The code that two votes speak for, or 0. */
export const readBallot = (ballot: number): number =>
  (ballot & ((1 << ballotBits) - 1)) >= 2 ? ballot >> ballotBits : 0;

export const nameShift = (code: number): string =>
  code === pigLatinCode ? "pig_latin" : code === atbashCode ? "atbash" : code > pigLatinCode ? "keyboard" : "caesar";

/** A text of small ASCII letters, written in a code. */
export const writeShifted = (word: string, code: number): string =>
  code === pigLatinCode ? writePigLatin(word) : moveLetters(word, (at) => moveLetter(at, code, 1));

/** What a text in a code says; pig Latin has several readings of a word, of which a listed one is best. */
export const readShifted = (text: string, code: number, isListed: (word: string) => boolean): string =>
  code === pigLatinCode
    ? text.replace(wholeWord, (found) =>
        found.length > 3 && found.endsWith("ay") ? readPigLatin(found, isListed) : found,
      )
    : moveLetters(text, (at) => moveLetter(at, code, -1));

const keyRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

function moveLetter(at: number, code: number, way: 1 | -1): number {
  if (code === atbashCode) return 25 - at;
  if (code <= atbashCode) return at + 26 + way * code;
  const letter = String.fromCharCode(97 + at);
  const row = keyRows.find((keys) => keys.includes(letter)) ?? letter;
  const to = row.indexOf(letter) + (code === rightKeyCode ? way : -way) + row.length;
  return row.charCodeAt(to % row.length) - 97;
}

function moveLetters(text: string, move: (at: number) => number): string {
  return text.replace(/[A-Za-z]/g, (char) => {
    const code = char.charCodeAt(0);
    const first = code < 97 ? 65 : 97;
    return String.fromCharCode(first + (move(code - first) % 26));
  });
}

const onset = /^(?:[^aeiou]?qu|[^aeiou]+)/;

function writePigLatin(word: string): string {
  const [head = ""] = onset.exec(word) ?? [];
  return head === "" ? `${word}way` : `${word.slice(head.length)}${head}ay`;
}

/** Whole words: a search for their last letters would begin anew at each letter of a long one. */
const wholeWord = /[A-Za-z]+/g;
const vowelWord = /^([AEIOUaeiou].*)[wy]ay$/;
/** What an English word may begin with. */
const pigLatinHead =
  /(?:s[ct]r|sp[lr]|squ|thr|shr|sch|[bcfgps]l|[bcdfgptw]r|[cpstw]h|s[cfkmnpqtvw]|dw|tw|kn|qu|[^aeiou])$/i;

/** A word with its head put back: such that it is a listed one, else the longest head that begins words. */
function readPigLatin(word: string, isListed: (word: string) => boolean): string {
  const whole = vowelWord.exec(word)?.[1];
  if (whole !== undefined && whole.length > 1) return whole;
  const stem = word.slice(0, -2);
  const turn = (size: number): string => stem.slice(stem.length - size) + stem.slice(0, stem.length - size);
  for (let size = 1; size <= 3 && size < stem.length; size++) if (isListed(turn(size).toLowerCase())) return turn(size);
  return turn(pigLatinHead.exec(stem)?.[0].length ?? 0);
}
