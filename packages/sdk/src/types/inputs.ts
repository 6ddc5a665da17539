import type { EnforceRequest, TokenVault } from "@holdpoint/core";
import type { SpanHandle, TraceHandle } from "./traces";

/** A request to check; phase `input` unless given. */
export type EnforceInput = EnforceRequest;

/** What every verb shares: who asks, and what is known about the step. */
export type CommonInput = Pick<
  EnforceRequest,
  | "agentId"
  | "environment"
  | "metadata"
  | "estimatedCost"
  | "estimatedTokens"
  | "model"
  | "userId"
  | "sessionId"
  | "tools"
  | "conversationHistory"
  | "workspaceId"
  | "teamId"
  | "parentSessionId"
  | "recordCount"
  | "dataSource"
  | "dataClassification"
  | "userRoles"
  | "userGroups"
>;

/** A tool about to be called. */
export interface ToolCallInput extends CommonInput {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What a tool has returned. A result that is undefined or null counts as an empty text. */
export interface ToolResultInput extends CommonInput {
  readonly tool: string;
  readonly args?: unknown;
  readonly result: unknown;
}

/** What the model is about to say. */
export interface OutputInput extends CommonInput {
  readonly output: string;
}

/** Whose output flows, and what is known about it. */
export type StreamInput = CommonInput;

/** Text, or objects that hold some, as they come. */
export type StreamSource<Part = string> = AsyncIterable<Part> | Iterable<Part> | ReadableStream<Part>;

/** How text is read from the parts of a stream of objects, and written into them. */
export interface StreamText<Part> {
  /** The text that a part adds; undefined for a part that adds none: it is passed on in its place. */
  read(part: Part): string | undefined;
  /** The part with another text; called more than once where a part's text goes out in pieces. */
  write(part: Part, text: string): Part;
}

/** How one call is made, apart from what is checked. */
export interface CallOptions {
  /**
   * The trace that the decision and its reserved spend belong to; without one it becomes a trace of its own. A span of it,
   * where the decision is about that step: its receipt names it, and stands for no other (SPECIFICATION R-10). Of another
   * process the ids are enough.
   */
  readonly trace?: TraceHandle | Pick<SpanHandle, "traceId" | "spanId">;
  /** Ends the wait for an approval; the step is then held. */
  readonly signal?: AbortSignal;
  /** Takes the values that policies with `strategy: tokenize` replace by tokens; made by `createTokenVault`, one per request. */
  readonly vault?: TokenVault;
}

/** How a verdict is asked for that nothing follows from. */
export interface EvaluateOptions {
  /** Says why: policies considered and skipped, conditions, patterns and where they match, counters, where settings come from. */
  readonly explain?: boolean;
}

export interface StreamOptions<Part = string> extends CallOptions {
  /** UTF-16 code units held back behind what goes out; the plan's own needs are the least. */
  readonly holdBack?: number;
  /** For parts that are no text. */
  readonly text?: StreamText<Part>;
}
