/** Words of a list, found in texts without comparing each word at each place. */
export interface WordIndex {
  /** True when the text holds one of the words. */
  holds(text: string): boolean;
  /** Which word begins last in the text, the one listed first where several do; -1 for none. */
  findLast(text: string): number;
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
  const wordAt = (text: string, at: number): number => {
    const first = text.charCodeAt(at);
    const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
    if (heads[((first & 127) << 7) | (second & 127)] === 0) return -1;
    for (const index of byFirst.get(first) ?? []) {
      if (text.startsWith(words[index] ?? "", at)) return index;
    }
    return -1;
  };
  return {
    holds(text) {
      for (let at = 0; at < text.length; at++) if (wordAt(text, at) >= 0) return true;
      return false;
    },
    findLast(text) {
      let second = 0;
      for (let at = text.length - 1; at >= 0; at--) {
        const first = text.charCodeAt(at) & 127;
        const isLikely = heads[(first << 7) | second] === 1;
        second = first;
        const index = isLikely ? wordAt(text, at) : -1;
        if (index >= 0) return index;
      }
      return -1;
    },
  };
}
