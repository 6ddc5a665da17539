import { compileSet } from "../match/index";
import type { CompilePattern } from "./matcher";

/** `matches` of expressions, on our own matcher. */
export const compilePattern: CompilePattern = (source) => {
  const compiled = compileSet([{ id: "matches", source }]);
  return compiled.ok ? { ok: true, test: (text) => compiled.set.scan(text).length > 0 } : compiled;
};
