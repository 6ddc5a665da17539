import {
  type CallOptions,
  type CommonInput,
  type Decision,
  defaults,
  type EnforceInput,
  type Holdpoint,
  identityOf,
  inLots,
  textOf,
} from "@holdpoint/sdk";
import type { AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import { judgeShape } from "./answer-tools";
import { judgeLot } from "./judge-lot";
import type { HoldpointLangChainOptions } from "./options";
import { textsAdded, withoutAdded } from "./read-added";
import { type ReadText, readPrompt, roleOf, saidIn, textOfContent, textOfMessage, textOfPrompt } from "./read-messages";
import { replaceText } from "./replace-text";
import { checkBesides } from "./said-besides";
import type { GuardChunks } from "./stream-answer";

/** A prompt that may be sent, with the texts of the decision in place. */
export interface CheckedPrompt {
  readonly sent: BaseMessage[];
  /** What a human has approved, for `rememberApproved`. */
  readonly approved: string | undefined;
}

/** The checks around one agent's model. They throw what the SDK throws. */
export interface ModelChecks {
  prompt(messages: readonly BaseMessage[], canary?: string, call?: CallOptions): Promise<CheckedPrompt>;
  /** The message to give out: the same, or a copy with other text. */
  output<M extends BaseMessage>(message: M, canary?: string, call?: CallOptions): Promise<M>;
  /** What an answer says besides its text: true when it may go on as it is. */
  besides(text: string, canary?: string, call?: CallOptions): Promise<boolean>;
  /** An answer in a wanted shape, with the texts of the decision in place. */
  shape(value: unknown, canary?: string, call?: CallOptions): Promise<unknown>;
  /** Lets the chunks of an answer out as its text is judged. */
  readonly flow: (canary?: string, call?: CallOptions) => GuardChunks;
  /** What was approved is not asked again while the run goes on with the calls of its answer. */
  rememberApproved(message: BaseMessage, prompt: CheckedPrompt): void;
  /** Results of tools that were checked when they arrived. */
  readonly checkedResults: WeakSet<object>;
}

export function createModelChecks(hp: Holdpoint, options: HoldpointLangChainOptions): ModelChecks {
  const own: CommonInput = identityOf(options);
  const identityFor = (canary: string | undefined): CommonInput =>
    canary === undefined ? own : { ...own, agentId: canary };
  const checkedResults = new WeakSet<object>();
  /** Of tool calls in answers to what a human has approved: the texts that were approved. */
  const approvedCalls = new Map<string, string>();

  const prompt: ModelChecks["prompt"] = async (messages, canary, call) => {
    const read = readPrompt(messages, (message) => checkedResults.has(message));
    // What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
    // id of an approved call stands for nothing but the texts that were approved.
    const inputIndex = read.inputMessage ? messages.indexOf(read.inputMessage) : -1;
    const question = JSON.stringify(messages.slice(0, inputIndex + 1).map(textWithRole));
    const approved = callsIn(messages.slice(inputIndex + 1)).some((id) => approvedCalls.get(id) === question);
    // What of a lot nobody has approved.
    const later = new Set(messages.slice(inputIndex + 1));
    const openIn = (lot: readonly BaseMessage[]): readonly BaseMessage[] =>
      approved ? lot.filter((message) => later.has(message)) : lot;
    const { older, last } = inLots(read.spoken);
    const estimatedCost = options.estimateCost?.(read.wholeText);
    const requestWith = (input: string | undefined, history: readonly BaseMessage[]): EnforceInput => ({
      ...identityFor(canary),
      phase: "input",
      ...(input === undefined ? {} : { input }),
      ...(history.length === 0 ? {} : { conversationHistory: history.map(saidIn) }),
      ...(estimatedCost === undefined ? {} : { estimatedCost }),
    });
    const whole = requestWith(read.input, last);
    const replaced = new Map<BaseMessage, string>();
    const put = (shown: Decision, history: readonly BaseMessage[]): void => {
      for (const [index, message] of history.entries()) {
        const original = textOfMessage(message);
        replaced.set(message, textOf(shown, `/conversationHistory/${index}/content`, original));
      }
    };
    let isAsked = approved;
    for (const lot of older) {
      const identity = identityFor(canary);
      const open = openIn(lot);
      const judged = open.length > 0 ? await judgeLot(hp, identity, open.map(saidIn), call) : undefined;
      isAsked ||= judged?.verdict === "require_approval";
      const isWhole = judged !== undefined && open.length === lot.length;
      put(isWhole ? judged : hp.evaluate({ ...identity, phase: "input", conversationHistory: lot.map(saidIn) }), lot);
    }
    const decision = await hp.enforcePolicy(approved ? requestWith(undefined, openIn(last)) : whole, call);
    // What was approved is not asked again, but masked again.
    const shown = approved ? hp.evaluate(whole) : decision;
    if (read.inputMessage) replaced.set(read.inputMessage, textOf(shown, "/input", read.input ?? ""));
    put(shown, last);
    const sent = messages.map((message) => {
      const text = replaced.get(message);
      return text === undefined || text === textOfMessage(message) ? message : withAllText(message, text);
    });
    return { approved: isAsked || decision.verdict === "require_approval" ? question : undefined, sent };
  };

  const judgeText = async (text: string, canary?: string, call?: CallOptions): Promise<string> =>
    textOf(await hp.enforceOutput({ ...identityFor(canary), output: text }, call), "/output", text);

  const judgeBesides: ModelChecks["besides"] = async (text, canary, call) =>
    (await judgeText(text, canary, call)) === text;

  const output: ModelChecks["output"] = async (message, canary, call) => {
    const original = textOfContent(message.content);
    const text = original === "" ? "" : await judgeText(original, canary, call);
    const said = text === original ? message : withText(message, text, textOfContent);
    return checkBesides(said, (besides) => judgeBesides(besides, canary, call));
  };

  return {
    prompt,
    output,
    shape: (value, canary, call) => judgeShape(value, (text) => judgeText(text, canary, call)),
    besides: judgeBesides,
    flow:
      (canary, call = {}) =>
      (chunks, text) =>
        hp.guardStream(chunks, identityFor(canary), { ...call, text }),
    rememberApproved(message, { approved }) {
      if (approved === undefined) return;
      const { tool_calls: calls = [], tool_call_chunks: pieces = [] } = message as AIMessageChunk;
      for (const { id } of [...calls, ...pieces]) rememberCall(approvedCalls, id, approved);
    },
    checkedResults,
  };
}

const textWithRole = (message: BaseMessage): string => `${roleOf(message)}: ${textOfMessage(message)}`;

function callsIn(messages: readonly BaseMessage[]): readonly string[] {
  return messages.flatMap((message) => {
    const { tool_calls: calls = [] } = message as BaseMessage & { tool_calls?: readonly { id?: string }[] };
    return calls.flatMap(({ id }) => (id === undefined ? [] : [id]));
  });
}

function rememberCall(calls: Map<string, string>, id: string | undefined, approved: string): void {
  if (id === undefined) return;
  calls.delete(id);
  calls.set(id, approved);
  const [oldest] = calls.keys();
  if (calls.size > defaults.adapterOpenRuns && oldest !== undefined) calls.delete(oldest);
}

/** A copy of a message of a prompt that says this text and no other. */
function withAllText(message: BaseMessage, text: string): BaseMessage {
  const said = withText(message, text, textOfPrompt);
  if (textsAdded(message).length === 0) return said;
  const additional_kwargs = withoutAdded(message);
  const lc_kwargs = { ...said.lc_kwargs, additional_kwargs };
  // A plain name says whose result it is; any other may be what was masked.
  if (/^[!-~]*$/.test(message.name ?? "")) return Object.assign(said, { additional_kwargs, lc_kwargs });
  const { name: _, ...others }: Readonly<Record<string, unknown>> = lc_kwargs;
  return Object.assign(said, { additional_kwargs, lc_kwargs: others, name: undefined });
}

/** A copy of a message that says something else; the original stays as it is, for others hold it too. */
export function withText<M extends BaseMessage>(message: M, text: string, read: ReadText): M {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(message)), message) as M;
  const content = replaceText(message.content, text, read);
  return Object.assign(copy, { content, lc_kwargs: { ...message.lc_kwargs, content } });
}
