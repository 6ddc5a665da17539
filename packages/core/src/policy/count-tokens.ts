import type { TokenCount } from "../gen/policy-types";
import type { PrepareOperator } from "./operator";
import type { RequestView } from "./request";

/**
 * Tokens of a step: those that the request states, rounded up; where it states none, an estimate of one for every four
 * ASCII characters, rounded up over all texts together, and one for every other code point.
 */
export function countTokens(view: RequestView): { readonly input: number; readonly output: number } {
  if (view.phase === "output")
    return { input: 0, output: Math.ceil(view.extras.outputTokens) || estimate(view, ["output"]) };
  if (view.phase !== "input") return { input: 0, output: 0 };
  return { input: Math.ceil(view.tokens) || estimate(view, ["input", "history"]), output: 0 };
}

function estimate({ texts }: RequestView, roles: readonly string[]): number {
  let ascii = 0;
  let others = 0;
  for (const { role, value: text } of texts) {
    if (!roles.includes(role)) continue;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x80) ascii++;
      // Of a pair of surrogates the second is passed over.
      else if ((code & 0xfc00) !== 0xdc00 || index === 0 || (text.charCodeAt(index - 1) & 0xfc00) !== 0xd800) others++;
    }
  }
  return Math.ceil(ascii / 4) + others;
}

/** `token_count`: tokens of this step in each direction. */
export const prepareTokenCount: PrepareOperator = () => ({
  reads: [],
  run: ({ view }): TokenCount => {
    const { input, output } = countTokens(view);
    return { input, output, total: input + output, evidence: [] };
  },
});
