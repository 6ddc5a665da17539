import type { CallOptions, SpanHandle, TraceHandle } from "@holdpoint/sdk";
import type { Message } from "./messages";

/** Where messages go on to. */
export interface GateEnds {
  toServer(message: Message): Promise<void> | void;
  toClient(message: Message): Promise<void> | void;
}

/** Who the steps belong to, and which server is called. */
export interface HoldpointMcpOptions {
  readonly agentId: string;
  /** The server's name, as the baseline of a `tool_integrity` policy has it. */
  readonly server: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The trace of this run: decisions and a span for each tool call go into it. Its maker ends it. */
  readonly trace?: TraceHandle;
  /** The span that the spans of tool calls are under. */
  readonly parentSpanId?: string;
  /** Told of every request of the client that has come to its end. Must not throw. */
  readonly onRequest?: (request: EndedRequest) => void;
  /** Told by a proxy of what its connections failed over, without contents. Must not throw. */
  readonly onProblem?: (problem: string) => void;
  /** Told of a tool that is left out of a listing, with the policies' reasons. Must not throw. */
  readonly onHidden?: (tool: string, reasons: readonly string[]) => void;
}

/** A request of the client, without anything of what it said. */
export interface EndedRequest {
  readonly method: string;
  readonly tool?: string;
  readonly outcome: "passed" | "stopped" | "failed";
  /** Of the error that has stopped it. */
  readonly code?: string;
  readonly message?: string;
}

/** The span of a tool call, by the signal that ends its wait. */
const steps = new WeakMap<AbortSignal, SpanHandle>();

/** What is decided with this signal is about that step. */
export const beginStep = (signal: AbortSignal, span: SpanHandle): void => void steps.set(signal, span);

/** What every verb is told about the call. */
export function callOf({ trace }: HoldpointMcpOptions, signal: AbortSignal): CallOptions {
  const step = steps.get(signal) ?? trace;
  return step ? { trace: step, signal } : { signal };
}
