import { type Replacement, replaceSpans } from "../detect/redact";
import type { Transform } from "../gen/messages";
import type { TransformList } from "./operator";

/** Collects what masking policies want replaced, in the offsets of the original texts. */
export function createTransformList(): TransformList & {
  build(): Transform[];
  list(path: string): readonly Replacement[];
} {
  const byPath = new Map<string, { original: string; replacements: Replacement[] }>();
  return {
    add({ text, normalised }, start, end, written) {
      const entry = byPath.get(text.path) ?? { original: text.value, replacements: [] };
      entry.replacements.push({ ...normalised.toOriginalSpan({ start, end }), text: written });
      byPath.set(text.path, entry);
    },
    replace(path, original, text) {
      const entry = byPath.get(path) ?? { original, replacements: [] };
      entry.replacements.push({ start: 0, end: original.length, text });
      byPath.set(path, entry);
    },
    list: (path) => byPath.get(path)?.replacements ?? [],
    build() {
      const transforms = [...byPath].map(([path, { original, replacements }]) => ({
        path,
        text: replaceSpans(original, replacements),
      }));
      return transforms.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}
