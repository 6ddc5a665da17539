/**
 * The same function, which remembers its last text and what it gave for it: clients of one process are told the same, one
 * after the other. For what depends on the text alone and is not changed by whoever gets it.
 */
export function rememberLast<Value>(read: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
