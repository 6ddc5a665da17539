import type { CompilePattern } from "../expr/index";
import { compileSet } from "../match/index";

/** `matches` of expressions, on the matcher. */
export const compilePattern: CompilePattern = (source) => {
  const compiled = compileSet([{ id: "matches", source }]);
  if (!compiled.ok) return compiled;
  return { ok: true, test: (text) => compiled.set.scan(text).length > 0 };
};
