import {
  applyTransforms,
  type Holdpoint,
  identityOf,
  isEnforcementHaltError,
  openStream,
  type SpanHandle,
  textOf,
  type WrittenStream,
  withoutMedia,
} from "@holdpoint/sdk";
import type { Content, FilePart, SourcePart, ToolCallPart, ToolResultPart } from "./framework-types";
import { memoryOf, permitFor, remember } from "./memory";
import { callOf, type HoldpointAiOptions } from "./options";
import { writeFile } from "./read-file";
import { readArguments, textOfPart } from "./read-prompt";
import { checkBesides, textsBesides } from "./said-besides";

/** A file that was made, or one of thoughts (`ai` 7). */
export const isFile = (part: { readonly type: string }): part is FilePart => /^(?:reasoning-)?file$/.test(part.type);

/** Checks what a model has answered, part by part; each gives what may be passed on and throws a halt otherwise. */
export interface AnswerChecks {
  /** For a text that flows. */
  openText(): WrittenStream;
  /** A text that is there as a whole. */
  text(text: string): Promise<string>;
  /** The same object when nothing was changed. */
  toolCall(part: ToolCallPart): Promise<ToolCallPart>;
  /** Of a tool that ran at the provider. */
  toolResult(part: ToolResultPart): Promise<ToolResultPart>;
  /** Of a file or a source. */
  members(part: FilePart | SourcePart): Promise<Content>;
  /** Nothing of a part that says only what may not be passed on. */
  content(part: Content): Promise<Content | undefined>;
  /** The same for a part whose own text is checked elsewhere. */
  besides<P extends { readonly type: string }>(part: P): Promise<P | undefined>;
  /** True where a provider's raw answer says nothing more than these parts, or what would be let pass. Recorded is none of it. */
  passesBody(body: unknown, content: readonly Content[]): boolean;
}

export interface AnswerOrigin {
  /** What a human has approved of the prompt. */
  readonly approved: string | undefined;
  /** The model call, in the trace. */
  readonly span: SpanHandle | undefined;
  readonly signal: AbortSignal | undefined;
}

export function createAnswerChecks(hp: Holdpoint, options: HoldpointAiOptions, origin: AnswerOrigin): AnswerChecks {
  const identity = identityOf(options);
  const memory = memoryOf(hp);
  const call = callOf(options, origin.signal, origin.span);

  const checkText = async (output: string): Promise<string> => {
    if (output === "") return output;
    return textOf(await hp.enforceOutput({ ...identity, output }, call), "/output", output);
  };

  /** A tool call begins when the model asks for it: here it is judged. One that no guarded tool takes ends with the trace. */
  const beginTool = ({ toolName }: ToolCallPart): SpanHandle | undefined =>
    options.trace?.span({
      name: toolName,
      spanType: "tool",
      ...(origin.span ? { parentSpanId: origin.span.spanId } : {}),
    });

  const checkToolCall = async (part: ToolCallPart): Promise<ToolCallPart> => {
    // It has run before anyone here heard of it.
    if (part.providerExecuted) hp.reportUngoverned("no_handler", "ai-sdk.providerExecuted");
    const args = readArguments(part.input);
    // What runs at the provider is no step of its own.
    const step = part.providerExecuted ? undefined : beginTool(part);
    const about = step ? callOf(options, origin.signal, step) : call;
    const decision = await hp
      .enforceToolCall({ ...identity, tool: part.toolName, args }, about)
      .catch((error: unknown) => {
        step?.end({ status: isEnforcementHaltError(error) ? "policy_blocked" : "error", error });
        throw error;
      });
    const allowed = applyTransforms(decision, "/tool/args", args);
    if (!part.providerExecuted) {
      remember(memory.permits, part.toolCallId, permitFor(options.agentId, part.toolName, allowed));
    }
    if (step) remember(memory.spans, part.toolCallId, step);
    if (origin.approved !== undefined) remember(memory.approvedCalls, part.toolCallId, origin.approved);
    return allowed === args ? part : { ...part, input: JSON.stringify(allowed) };
  };

  const checkToolResult = async (part: ToolResultPart): Promise<ToolResultPart> => {
    const step = { ...identity, tool: part.toolName, result: withoutMedia(part.result) };
    const result = applyTransforms(await hp.enforceToolResult(step, call), "/toolOutputs/0/output", part.result);
    return result === part.result ? part : { ...part, result };
  };

  /** A file of text that the model has made, and what a found source is called. */
  const checkMembers = async (part: FilePart | SourcePart): Promise<Content> => {
    if (isFile(part)) {
      const text = textOfPart(part);
      const shown = await checkText(text);
      return shown === text ? part : ({ ...part, data: writeFile(part.data, shown) } as FilePart);
    }
    const { title, filename } = part as { readonly title?: string; readonly filename?: string };
    const shown = {
      ...(title === undefined ? {} : { title: await checkText(title) }),
      ...(filename === undefined ? {} : { filename: await checkText(filename) }),
    };
    return shown.title === title && shown.filename === filename ? part : ({ ...part, ...shown } as SourcePart);
  };

  const besides: AnswerChecks["besides"] = (part) =>
    checkBesides(part, async (text) => (await checkText(text)) === text);

  return {
    openText: () => openStream(hp, identity, call),
    text: checkText,
    toolCall: checkToolCall,
    toolResult: checkToolResult,
    members: checkMembers,
    besides,
    async content(whole) {
      const part = await besides(whole);
      if (part === undefined) return undefined;
      if (part.type === "tool-call") return checkToolCall(part);
      if (part.type === "tool-result") return checkToolResult(part);
      if (isFile(part) || part.type === "source") return checkMembers(part);
      if (part.type !== "text" && part.type !== "reasoning") return part;
      const text = await checkText(part.text);
      // The provider's signature belongs to the text it signed.
      return text === part.text ? part : { type: part.type, text };
    },
    passesBody(body, content) {
      const judged = new Set(content.flatMap((part) => Object.values(part)));
      const others = textsBesides(body).filter((text) => !judged.has(text));
      if (others.length === 0) return true;
      const { allowed, transforms } = hp.evaluate({ ...identity, phase: "output", output: others.join("\n") });
      return allowed && transforms.length === 0;
    },
  };
}
