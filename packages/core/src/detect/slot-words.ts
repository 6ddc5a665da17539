import { slotModel } from "../gen/detectors";
import { isFarWordCode } from "./learned-features";

/** How a word has to stand: by itself, at the beginning of a word, or anywhere. */
type Standing = 0 | 1 | 2;

/** What one word of the lists stands for. */
interface SlotWord {
  readonly word: string;
  readonly standing: Standing;
  /** Language and slot: `language * 64 + slot`. */
  readonly use: number;
}

/** Calls back for each use of each word that begins at `at` and ends by `end`: `language * 64 + slot`, and whether it may stand anywhere. */
export type SlotFinder = (
  text: string,
  at: number,
  end: number,
  startsWord: boolean,
  take: (use: number, standsAnywhere: boolean) => void,
) => void;

export const codesOf = (signs: string): ReadonlySet<number> => new Set([...signs].map((sign) => sign.charCodeAt(0)));

/** Commas and full stops of scripts whose letters are word codes. */
const stops = codesOf("،؛؟۔।॥");

export const isWordCode = (code: number): boolean =>
  code < 0xc0
    ? (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)
    : isFarWordCode(code) && !stops.has(code);

const prime = 0x01000193;
const seed = 0x811c9dc5;
const slotBits = 15;
const wayBits = 18;
const goesOn = 1;
const endsHere = 2;

let known: SlotFinder | undefined;

/** The finder of the catalogue's words, built at the first use. */
export function getSlotFinder(): SlotFinder {
  known ??= createFinder(listWords());
  return known;
}

const listWords = (): SlotWord[] =>
  slotModel.words.flatMap((lists, language) =>
    lists.flatMap((list, slot) =>
      list
        .split(" ")
        .filter(Boolean)
        .map((mark) => ({
          word: mark.replaceAll("*", "").replaceAll("_", " "),
          standing: mark.startsWith("*") ? 2 : mark.endsWith("*") ? 1 : 0,
          use: language * 64 + slot,
        })),
    ),
  );

/** Words by the hash of their codes; for each beginning of a word two bits say whether it is worth while to go on, and whether a word may end there. */
function createFinder(words: readonly SlotWord[]): SlotFinder {
  const places = new Int32Array(1 << slotBits);
  const ways = new Uint8Array(1 << (wayBits - 2));
  const hashes = new Int32Array(words.length);
  const mask = places.length - 1;
  words.forEach(({ word }, index) => {
    let hash = seed;
    for (let i = 0; i < word.length; i++) {
      hash = Math.imul(hash ^ word.charCodeAt(i), prime);
      const way = hash >>> (32 - wayBits);
      ways[way >> 2]! |= (i < word.length - 1 ? goesOn : endsHere) << (2 * (way & 3));
    }
    hashes[index] = hash;
    let place = hash >>> (32 - slotBits);
    while (places[place] !== 0) place = (place + 1) & mask;
    places[place] = index + 1;
  });
  return (text, at, end, startsWord, take) => {
    let hash = seed;
    for (let to = at; to < end; ) {
      hash = Math.imul(hash ^ text.charCodeAt(to++), prime);
      const way = hash >>> (32 - wayBits);
      const bits = ways[way >> 2]! >> (2 * (way & 3));
      const first = hash >>> (32 - slotBits);
      for (let place = first; (bits & endsHere) !== 0 && places[place] !== 0; place = (place + 1) & mask) {
        const index = places[place]! - 1;
        if (hashes[index] !== hash) continue;
        const { word, standing, use } = words[index]!;
        if (word.length !== to - at || !text.startsWith(word, at)) continue;
        if (standing < 2 && !startsWord) continue;
        if (standing === 0 && to < end && isWordCode(text.charCodeAt(to))) continue;
        take(use, standing === 2);
      }
      if ((bits & goesOn) === 0) return;
    }
  };
}
