import { type Decision, type DecisionRecord, type Receipt, writeAction } from "@holdpoint/core";
import type { CallOptions, SpanHandle } from "../types";
import { buildLoneTrace } from "./build-trace";
import type { QueuedTrace } from "./event-queue";
import type { ReceiptChain } from "./receipt-chains";
import type { InForce, RecorderOptions } from "./recorder";
import { createSecretMask } from "./secret-mask";
import { describeContent, type TracedContent } from "./traced-content";
import { cutText, readName } from "./traced-text";
import { toTimestamp } from "./traces";
import { writeDecision } from "./write-decision";

/** Bytes that a decision holds, estimated. */
export const decisionBytes = 1024;

/**
 * A decision on its way to the record. Made on the path of the call, so it is one object that writes nothing: ids,
 * times and JSON come when somebody needs them. Texts are kept as they are and described when they are sent, for
 * strings do not change; arguments and results can, so `describeNow` describes them at once.
 */
export class DecisionEntry implements QueuedTrace {
  /** With the request, which is held for its receipt whatever is captured of it. */
  sizeBytes: number;
  private described: TracedContent | undefined = undefined;
  private record: DecisionRecord | undefined = undefined;
  private signed: Receipt | undefined = undefined;
  private readonly step: number;
  private readonly spanId: string;
  private readonly isStructured: boolean;
  /** A step whose arguments or results can change is written down at once. */
  private readonly action: string | undefined;

  constructor(
    private readonly request: unknown,
    private readonly decision: Decision,
    private readonly by: InForce,
    private readonly trace: CallOptions["trace"],
    readonly durationUs: number,
    readonly decidedMs: number,
    readonly options: RecorderOptions,
    private readonly chain: ReceiptChain,
  ) {
    this.step = chain.next();
    this.spanId = trace ? idOf(trace) : "";
    const { phase } = decision;
    this.isStructured = phase === "tool_call" || phase === "tool_result";
    this.action = this.isStructured || bringsValues(request) ? writeAction(request) : undefined;
    this.sizeBytes = decisionBytes + (this.action === undefined ? textBytes(request) : 4 * this.action.length);
  }

  /** Made ready to be sent as a trace of its own. */
  describeNow(): this {
    const { request, decision } = this;
    if (!this.captures || !this.isStructured) return this;
    this.described = describeContent((request ?? {}) as Record<string, unknown>, decision);
    this.sizeBytes += textBytes(this.described);
    return this;
  }

  /** The record of the decision, the same each time. */
  build(): DecisionRecord {
    const { by, decision, options } = this;
    this.record ??= {
      decisionId: options.platform.crypto.randomUuid(),
      decidedAt: toTimestamp(this.decidedMs),
      durationUs: this.durationUs,
      bundleVersion: by.version,
      decision: trimTransforms(decision, options.captureContent),
    };
    return this.record;
  }

  /** Proof of the decision, made when it is first asked for. */
  receipt(): Receipt {
    const { request, by, step, spanId } = this;
    this.signed ??= this.chain.sign({ step, spanId }, this.action ?? writeAction(request), by.plan?.salt, this.build());
    return this.signed;
  }

  /** The record as it is sent. */
  buildSent(): DecisionRecord {
    return { ...this.build(), receipt: this.receipt() };
  }

  toJson(): string {
    const { options } = this;
    const { sessionId, userId, model, environment } = (this.request ?? {}) as Record<string, unknown>;
    const { decisionId, decidedAt, durationUs, bundleVersion, decision } = this.build();
    const record = { decisionId, decidedAt, durationUs, bundleVersion };
    const trace = buildLoneTrace({
      traceId: options.platform.crypto.randomUuid(),
      parentTraceId: this.trace?.traceId,
      record: this.build(),
      content: this.described ?? this.describeTexts(),
      names: { sessionId, userId, modelName: model, environment: environment ?? options.environment },
    });
    const decided = `${openEnd(record)},"decision":${writeDecision(decision)},"receipt":${JSON.stringify(this.receipt())}}`;
    return `${openEnd(trace)},"decisions":[${decided}]}`;
  }

  private get captures(): boolean {
    // Without a plan no policy has read the texts: nothing is known to be fit to leave.
    return this.options.captureContent && this.by.plan !== undefined;
  }

  private describeTexts(): TracedContent {
    const { request, decision } = this;
    if (!this.captures || this.isStructured) return {};
    const { input, output } = (request ?? {}) as Record<string, unknown>;
    return describeContent({ input, output }, decision);
  }
}

/** The step that a decision is about: a span, or a whole trace (SPECIFICATION R-1). */
const idOf = (trace: Partial<SpanHandle>): string => readName(trace.spanId ?? trace.traceId) ?? "";

/** Steps of any phase may bring a tool or results along. */
function bringsValues(request: unknown): boolean {
  const given = request as { readonly tool?: unknown; readonly toolOutputs?: unknown } | null | undefined;
  return given?.tool !== undefined || given?.toolOutputs !== undefined;
}

/** An object with members as JSON, without its end. */
const openEnd = (members: object): string => JSON.stringify(members).slice(0, -1);

function textBytes(texts: unknown): number {
  const { input, output } = (texts ?? {}) as TracedContent;
  return 2 * (lengthOf(input) + lengthOf(output));
}

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 0);

/** A record says what was replaced and where; the whole texts would count twice, and secrets may stand in them. */
function trimTransforms(decision: Decision, captureContent: boolean): Decision {
  if (decision.transforms.length === 0) return decision;
  const secrets = createSecretMask(decision);
  const isShown = (path: string): boolean => captureContent && (!secrets || (secrets.isWhole && !secrets.has(path)));
  const transforms = decision.transforms.map(({ path, text }) => ({ path, text: isShown(path) ? cutText(text) : "" }));
  return { ...decision, transforms };
}
