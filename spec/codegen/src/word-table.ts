/** Lists of words, each written once: rows carry a mark in their place until `resolve` writes the reference. */
export function createWordTable() {
  const numbers = new Map<string, number>();
  const list: (readonly string[])[] = [];
  const parts: string[] = [];
  const joins: string[] = [];
  const numberPart = (words: readonly string[]): number => {
    if (words.some((word) => /[\t\n]/.test(word))) throw new Error("a word has a tab or a line break in it");
    const line = words.join("\t");
    return parts.includes(line) ? parts.indexOf(line) : parts.push(line) - 1;
  };
  return {
    list,
    /** A list that is joined of others. */
    refer(...joined: readonly (readonly string[])[]): readonly string[] | string {
      const words = joinWords(joined);
      if (words.length === 0) return [];
      const key = JSON.stringify(words);
      const known = numbers.get(key);
      const number = known ?? list.push(words) - 1;
      numbers.set(key, number);
      if (known === undefined)
        joins.push(
          joined
            .filter((part) => part.length > 0)
            .map(numberPart)
            .join(" "),
        );
      return `@words ${number}@`;
    },
    /** What lists are joined of as one text, a part a line, and each list as the numbers of its parts. */
    writeTexts: (): readonly [parts: string, joins: string] => [
      JSON.stringify(parts.join("\n")),
      JSON.stringify(joins.join("\n")),
    ],
    resolve: (text: string, table: string): string => text.replace(/(["'])@words (\d+)@\1/g, `${table}[$2]`),
    resolveLate: (text: string, read: string): string =>
      text.replace(/"(\w+)":"@words (\d+)@"/g, `get $1() { return ${read}($2); }`),
  };
}

/** Words in the order in which they come, each once. */
export const joinWords = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];
