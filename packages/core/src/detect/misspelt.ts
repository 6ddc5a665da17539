const keyRows = "qwertyuiop asdfghjkl zxcvbnm";
const shortWord = 6;
const leastPiece = 4;
const longestPiece = 8;

/** Forms in which a word is written by slips of the hand, or to be read past (SPECIFICATION T-72). */
function listForms(word: string): Set<string> {
  const forms = new Set<string>();
  const { length } = word;
  for (let at = 1; at < length; at++) {
    const [head, one, tail] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
    // Without its last `s` it is a word of its own.
    if (tail !== "" || one !== "s") forms.add(head + tail);
    forms.add(head + one + one + tail);
    if (at + 1 < length) forms.add(head + tail.charAt(0) + one + tail.slice(1));
    const key = keyRows.indexOf(one);
    for (const other of [keyRows.charAt(key - 1), keyRows.charAt(key + 1)])
      if (other !== "" && other !== " ") forms.add(head + other + tail);
  }
  forms.add(word.replace(/./g, "$&$&"));
  forms.add(takeVowels(word));
  forms.add(word.charAt(0) + takeVowels(word.slice(1)));
  if (length <= shortWord) {
    let inner = [""];
    for (const one of word.slice(1, -1))
      inner = inner.flatMap((part) =>
        Array.from({ length: part.length + 1 }, (_, at) => part.slice(0, at) + one + part.slice(at)),
      );
    for (const part of inner) forms.add(word.charAt(0) + part + word.charAt(length - 1));
  }
  return forms;
}

const takeVowels = (word: string): string => word.replace(/[aeiou]/g, "");

/** Misspelt forms of words that are no known words, each with the first word that has it. */
export function listMisspelt(words: readonly string[], known: ReadonlySet<string>): Map<string, string> {
  const forms = new Map<string, string>();
  for (const word of words)
    for (const form of listForms(word))
      if (form.length >= 3 && !known.has(form) && !forms.has(form)) forms.set(form, word);
  return forms;
}

/** Stretches of words that are no known words. */
export function listPieces(words: readonly string[], known: ReadonlySet<string>): Set<string> {
  const pieces = new Set<string>();
  for (const word of words)
    for (let start = 0; start < word.length; start++)
      for (let size = leastPiece; size <= longestPiece && start + size <= word.length && size < word.length; size++) {
        const piece = word.slice(start, start + size);
        if (!known.has(piece)) pieces.add(piece);
      }
  return pieces;
}

const stirredKey = (word: string): string =>
  word.charAt(0) + [...word.slice(1, -1)].sort().join("") + word.slice(-1).toUpperCase();
const squeeze = (word: string): string => word.replace(/(.)\1+/g, "$1");

/** A word with one letter left out, each of them. */
const listShorter = (word: string): string[] => [...word].map((_, at) => `_${word.slice(0, at)}${word.slice(at + 1)}`);

let readings: Map<string, string> | undefined;

/** What a small word of ASCII letters says when it is no known one: by its misspelt form, else with its inner letters stirred, letters repeated, or vowels left out. */
export function correctWord(
  small: string,
  known: ReadonlySet<string>,
  misspelt: ReadonlyMap<string, string>,
): string | undefined {
  if (known.has(small)) return undefined;
  const found = misspelt.get(small);
  if (found !== undefined) return found;
  if (readings === undefined) {
    readings = new Map();
    for (const word of known) {
      const keys = [`+${squeeze(word)}`, `-${takeVowels(word)}`, `-${word.charAt(0)}${takeVowels(word.slice(1))}`];
      if (word.length >= 4) keys.push(stirredKey(word));
      if (word.length >= 4) keys.push(...listShorter(word));
      for (const key of keys) if (!readings.has(key)) readings.set(key, word);
    }
  }
  return (
    readings.get(stirredKey(small)) ??
    readings.get(`+${squeeze(small)}`) ??
    (small.length >= 4
      ? listShorter(small)
          .map((key) => readings?.get(key))
          .find(Boolean)
      : undefined) ??
    (small.length >= 4 ? readings.get(`_${small}`) : undefined) ??
    (/[aeiou]/.test(small.slice(1)) ? undefined : readings.get(`-${small}`))
  );
}
