/** The line and the column (from 1, code points) of an offset (UTF-16 code units). */
export type Places = (offset: number) => { readonly line: number; readonly column: number };

/** Places in one text. Lines end at line feeds; they are counted once, when first asked. */
export function createPlaces(text: string): Places {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= findLineStarts(text);
    let low = 0;
    let high = starts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: [...text.slice(starts[low] ?? 0, offset)].length + 1 };
  };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
