import { type Decision, type EnforceInput, type Holdpoint, identityOf, type SpanHandle, textOf } from "@holdpoint/sdk";
import type { Message, Params, Prompt } from "./framework-types";
import { memoryOf, remember } from "./memory";
import { callOf, type HoldpointAiOptions } from "./options";
import { partsOf, type ReadPrompt, type ReadResult, readPrompt, withText } from "./read-prompt";

export interface CheckedPrompt {
  readonly prompt: Prompt;
  /** What a human has approved: the agent, and the texts up to the user's last one. */
  readonly approved: string | undefined;
}

/**
 * Checks what is about to reach a model; gives the prompt to send. Throws a halt. `begin`: the step in the trace, which
 * does not begin where something has stopped the run before.
 */
export async function checkPrompt(
  hp: Holdpoint,
  options: HoldpointAiOptions,
  { prompt, providerOptions, abortSignal }: Params,
  begin: () => SpanHandle | undefined,
): Promise<CheckedPrompt> {
  const memory = memoryOf(hp);
  const canary = providerOptions?.["holdpoint"]?.["canary"];
  const pausedAgent = typeof canary === "string" ? memory.canaries.get(canary) : undefined;
  const identity = { ...identityOf(options), ...(pausedAgent === undefined ? {} : { agentId: pausedAgent }) };
  const read = readPrompt(prompt);

  for (const result of read.results) throwHaltOf(memory.halts, result);
  const call = callOf(options, abortSignal, begin());
  const replacedResults = new Map<string, string>();
  for (const result of read.results) {
    const known = memory.checkedResults.get(result.callId);
    const isKnown = known?.agentId === identity.agentId && [known.text, known.replacement].includes(result.text);
    if (!isKnown) {
      const decision = await hp.enforceToolResult({ ...identity, tool: result.name, result: result.text }, call);
      const text = textOf(decision, "/toolOutputs/0/output", result.text);
      const replacement = text === result.text ? undefined : text;
      remember(memory.checkedResults, result.callId, { agentId: identity.agentId, text: result.text, replacement });
    }
    const replacement = memory.checkedResults.get(result.callId)?.replacement;
    if (replacement !== undefined && replacement !== result.text) replacedResults.set(result.callId, replacement);
  }

  // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
  // id of an approved call stands for nothing but the texts that were approved.
  const question = JSON.stringify([identity.agentId, ...read.textsToInput]);
  const approved = read.continuedCalls.some((id) => memory.approvedCalls.get(id) === question);
  const from = approved ? read.historyIndexes.findLastIndex((index) => index < read.inputIndex) + 1 : 0;
  const estimatedCost = options.estimateCost?.(read.wholeText);
  const requestWith = (input: string | undefined, history: ReadPrompt["history"]): EnforceInput => ({
    ...identity,
    phase: "input",
    ...(input === undefined ? {} : { input }),
    ...(history.length === 0 ? {} : { conversationHistory: history }),
    ...(estimatedCost === undefined ? {} : { estimatedCost }),
  });
  const texts = new Map<number, string>();
  const put = ({ transforms }: Decision, historyIndexes: readonly number[]): void => {
    for (const { path, text } of transforms) {
      if (path === "/input") texts.set(read.inputIndex, text);
      const index = /^\/conversationHistory\/(\d+)\/content$/.exec(path)?.[1];
      const at = index === undefined ? undefined : historyIndexes[Number(index)];
      if (at !== undefined) texts.set(at, text);
    }
  };
  let isAsked = approved;
  for (const { history, historyIndexes } of read.older) {
    // What nobody has approved is judged: in an approved run the messages that came after the question.
    const open = history.filter((_, at) => !approved || (historyIndexes[at] ?? 0) > read.inputIndex);
    const request: EnforceInput = { ...identity, phase: "input", conversationHistory: open };
    const looked = open.length > 0 ? hp.evaluate(request) : undefined;
    // Recorded and counted when they were new; what stops is stopped whenever it comes.
    const isStopped = looked !== undefined && !looked.allowed;
    const judged = isStopped ? await hp.enforcePolicy(request, call) : looked;
    // Nobody was asked about what a classifier alone has let pass.
    isAsked ||= isStopped && judged?.verdict === "require_approval";
    // What was approved is masked all the same.
    const isWhole = judged !== undefined && open.length === history.length;
    put(isWhole ? judged : hp.evaluate({ ...request, conversationHistory: history }), historyIndexes);
  }
  const whole = requestWith(read.input, read.history);
  const decision = await hp.enforcePolicy(approved ? requestWith(undefined, read.history.slice(from)) : whole, call);
  // What was approved is not asked again, but masked again.
  put(approved ? hp.evaluate(whole) : decision, read.historyIndexes);
  const sent = prompt.map((message, index) => withTexts(message, texts.get(index), replacedResults));
  return { prompt: sent, approved: isAsked || decision.verdict === "require_approval" ? question : undefined };
}

/** What stopped a tool stops the run: else its model would be told of an error, and talk around it. */
function throwHaltOf(halts: Memory["halts"], { callId, text, isError }: ReadResult): void {
  const halt = halts.get(callId);
  if (halt && isError && text.includes(halt.message)) throw halt;
}
type Memory = ReturnType<typeof memoryOf>;

/** A message that says something else, and whose results do. */
function withTexts(message: Message, text: string | undefined, results: ReadonlyMap<string, string>): Message {
  const parts = partsOf(message);
  if (!parts.some(({ toolCallId, output }) => output && results.has(String(toolCallId)))) {
    return text === undefined ? message : withText(message, text);
  }
  const content = parts.map((part) => {
    const replaced = part.output && results.get(String(part.toolCallId));
    return replaced === undefined ? part : { ...part, output: { type: "text", value: replaced } };
  });
  const shown = { ...message, content } as Message;
  return text === undefined ? shown : withText(shown, text);
}
