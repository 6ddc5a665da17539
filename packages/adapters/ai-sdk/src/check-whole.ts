import type { AnswerChecks } from "./check-answer";
import type { Content, GenerateResult } from "./framework-types";

/** A whole answer; `ai` 7 may tell another text to make an object of. */
type Whole = GenerateResult & { readonly structuredOutputText?: string };

/** The answer as it may go on: the same object when nothing was replaced. Throws a halt. */
export async function checkWhole(
  result: Whole,
  checks: AnswerChecks,
): Promise<{ readonly result: GenerateResult; readonly isReplaced: boolean }> {
  const content: Content[] = [];
  for (const part of result.content) {
    const checked = await checks.content(part);
    if (checked !== undefined) content.push(checked);
  }
  const {
    content: _,
    structuredOutputText: text,
    finishReason,
    usage,
    warnings,
    request,
    response,
    ...besides
  } = result;
  const shownText = text === undefined ? undefined : await checks.text(text);
  const told = { type: "finish", ...besides } as const;
  const shownTold = await checks.besides(told);
  const isReplaced =
    !result.content.every((part, index) => part === content[index]) || shownText !== text || shownTold !== told;
  if (!isReplaced) return { result, isReplaced };
  const { type: __, ...rest } = { type: "finish", ...shownTold };
  // What a provider tells besides (log probabilities) may say what was replaced.
  const { providerMetadata: ___, ...others } = rest as Partial<Whole>;
  const kept = { finishReason, usage, warnings, ...(request ? { request } : {}), ...(response ? { response } : {}) };
  const structured = shownText === undefined ? {} : { structuredOutputText: shownText };
  return { result: { ...others, ...kept, ...structured, content }, isReplaced };
}
