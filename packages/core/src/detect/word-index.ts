/** Words of a list, found in stretches of texts without comparing each word at each place. */
export interface WordIndex {
  /** True when one of the words stands between two offsets, wholly. */
  holds(text: string, from?: number, to?: number): boolean;
  /** Which word begins last between two offsets, the one listed first where several do; -1 for none. */
  findLast(text: string, from?: number, to?: number): number;
}

/** Words are not empty; they are looked for as they are written. */
export function createWordIndex(words: readonly string[]): WordIndex {
  /** By the first two characters, folded to 7 bits, so that most places are passed by with one look. */
  const heads = new Uint8Array(0x4000);
  const byFirst = new Map<number, number[]>();
  words.forEach((word, index) => {
    const first = word.charCodeAt(0);
    const folded = (first & 127) << 7;
    if (word.length > 1) heads[folded | (word.charCodeAt(1) & 127)] = 1;
    else heads.fill(1, folded, folded + 128);
    byFirst.set(first, [...(byFirst.get(first) ?? []), index]);
  });
  const wordAt = (text: string, at: number, to: number): number => {
    const first = text.charCodeAt(at);
    const second = at + 1 < to ? text.charCodeAt(at + 1) : 0;
    if (heads[((first & 127) << 7) | (second & 127)] === 0) return -1;
    for (const index of byFirst.get(first) ?? []) {
      const word = words[index] ?? "";
      if (at + word.length <= to && text.startsWith(word, at)) return index;
    }
    return -1;
  };
  return {
    holds(text, from = 0, to = text.length) {
      for (let at = from; at < to; at++) if (wordAt(text, at, to) >= 0) return true;
      return false;
    },
    findLast(text, from = 0, to = text.length) {
      let second = 0;
      for (let at = to - 1; at >= from; at--) {
        const first = text.charCodeAt(at) & 127;
        const isLikely = heads[(first << 7) | second] === 1;
        second = first;
        const index = isLikely ? wordAt(text, at, to) : -1;
        if (index >= 0) return index;
      }
      return -1;
    },
  };
}
